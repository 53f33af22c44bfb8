//! `medconnect-console`: serve, migrate, openapi.

use std::process::ExitCode;

fn main() -> ExitCode {
    mc_service_kit::run(&mc_console::startup::SERVICE)
}

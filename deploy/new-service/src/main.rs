//! `medconnect-__NAME__`: serve, migrate, openapi.

use std::process::ExitCode;

fn main() -> ExitCode {
    mc_service_kit::run(&mc___SCHEMA__::startup::SERVICE)
}

//! `medconnect-sandbox`: serve, migrate, openapi, provision.

use std::process::ExitCode;

fn main() -> ExitCode {
    mc_service_kit::run_with(&mc_sandbox::startup::SERVICE, |command| {
        Box::pin(async { mc_sandbox::commands::run(command) })
    })
}

//! `medconnect-auth`: serve, migrate, openapi, bootstrap.

use std::process::ExitCode;

fn main() -> ExitCode {
    mc_service_kit::run_with(&mc_auth::startup::SERVICE, |command| {
        Box::pin(mc_auth::commands::run(command))
    })
}

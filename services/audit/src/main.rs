//! `medconnect-audit`: serve, migrate, openapi, and the commands of [`mc_audit::commands`].

use mc_audit::{commands, startup::SERVICE};
use std::process::ExitCode;

fn main() -> ExitCode {
    mc_service_kit::run_with(&SERVICE, commands::run)
}

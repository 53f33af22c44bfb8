//! The command line of a service.

use crate::service::Service;
use clap::{Command, Subcommand};
use serde::de::DeserializeOwned;
use std::{future::Future, pin::Pin, process::ExitCode};

/// The future of a subcommand; true for exit status 0.
pub type CommandFuture = Pin<Box<dyn Future<Output = anyhow::Result<bool>>>>;

/// The whole of `main`: `serve` (the default), `migrate` and `openapi`.
pub fn run<S: DeserializeOwned>(service: &'static Service<S>) -> ExitCode {
    let matches = command(service).get_matches();
    let name = matches.subcommand_name().unwrap_or("serve").to_owned();
    execute(common(service, &name))
}

/// As [`run`], with the service's own subcommands in addition.
pub fn run_with<S: DeserializeOwned, C: Subcommand>(
    service: &'static Service<S>,
    own: fn(C) -> CommandFuture,
) -> ExitCode {
    let matches = C::augment_subcommands(command(service)).get_matches();
    let work = match matches.subcommand_name().unwrap_or("serve") {
        name @ ("serve" | "migrate" | "openapi") => common(service, name),
        _ => match C::from_arg_matches(&matches) {
            Ok(command) => own(command),
            Err(error) => error.exit(),
        },
    };
    execute(work)
}

/// Not generic, so that the runtime is compiled once here instead of in each program.
fn execute(work: CommandFuture) -> ExitCode {
    mc_chassis::process::run(work)
}

fn command<S>(service: &Service<S>) -> Command {
    Command::new(service.name)
        .bin_name(format!("medconnect-{}", service.name))
        .display_name(format!("medconnect-{}", service.name))
        .version(env!("CARGO_PKG_VERSION"))
        .about(service.about.1)
        .subcommand(Command::new("serve").about("Serve (the default)"))
        .subcommand(Command::new("migrate").about("Apply pending migrations as the schema's owner"))
        .subcommand(Command::new("openapi").about("Print the OpenAPI document"))
}

fn common<S: DeserializeOwned>(service: &'static Service<S>, name: &str) -> CommandFuture {
    match name {
        "migrate" => Box::pin(service.migrate()),
        "openapi" => Box::pin(async {
            println!("{}", service.openapi()?);
            Ok(true)
        }),
        _ => Box::pin(service.serve()),
    }
}

//! The subcommand that only auth has: the first admin of an organization.

use crate::{
    actions::bootstrap,
    config,
    domain::Password,
    startup::{self, SERVICE},
};
use anyhow::Context;
use clap::Subcommand;
use mc_access::RequestContext;
use mc_keyring::Secrets;
use mc_service_kit::Settings;
use mc_vocabulary::Clock;
use std::path::{Path, PathBuf};

/// The subcommands beside those of every service.
#[derive(Subcommand)]
pub enum Command {
    /// Add an organization and its first admin, where they are missing; prints the id as JSON
    Bootstrap {
        #[arg(long)]
        organization: String,
        #[arg(long)]
        email: String,
        /// File that holds the admin's password
        #[arg(long)]
        password_file: PathBuf,
    },
}

/// Runs a subcommand; true for exit status 0.
///
/// # Errors
/// As [`bootstrap`].
pub async fn run(command: Command) -> anyhow::Result<bool> {
    let Command::Bootstrap {
        organization,
        email,
        password_file,
    } = command;
    let settings = SERVICE.settings()?;
    let secrets = Secrets::from_config(&settings.common.secrets).await?;
    bootstrap(settings, secrets, &organization, email, &password_file).await?;
    Ok(true)
}

/// Adds the organization and its admin, and prints `{"organization_id": …}`.
///
/// # Errors
/// Naming the setting, secret or file that cannot be read, or where the store fails.
pub async fn bootstrap(
    settings: Settings<config::Settings>,
    secrets: Secrets,
    organization: &str,
    email: String,
    password_file: &Path,
) -> anyhow::Result<()> {
    let mut kit = SERVICE.kit(settings.common, secrets, Clock::System).await?;
    let state = startup::state(&mut kit, &settings.own).await?;
    let context = RequestContext::for_worker("bootstrap", &state.clock);
    let password = std::fs::read_to_string(password_file).with_context(|| password_file.display().to_string())?;
    let password = Password::new(password.trim_end().to_owned().into());
    let organization_id = bootstrap::execute(&context, &state, organization, email, password).await?;
    println!("{}", serde_json::json!({ "organization_id": organization_id }));
    Ok(())
}

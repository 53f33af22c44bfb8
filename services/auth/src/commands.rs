//! The subcommands that only auth has: the first admin of an organization, and the end of an
//! account.

use crate::{
    actions::{bootstrap, disable_user},
    config,
    domain::Password,
    startup::{self, SERVICE},
};
use anyhow::Context;
use clap::Subcommand;
use mc_access::RequestContext;
use mc_keyring::Secrets;
use mc_service_kit::Settings;
use mc_vocabulary::{Clock, UserId};
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
    /// Disable an account and end its sessions; prints their number as JSON
    DisableUser {
        #[arg(long)]
        user_id: UserId,
    },
}

/// Runs a subcommand; true for exit status 0.
///
/// # Errors
/// As [`bootstrap`] and [`disable_user`].
pub async fn run(command: Command) -> anyhow::Result<bool> {
    let settings = SERVICE.settings()?;
    let secrets = Secrets::from_config(&settings.common.secrets).await?;
    match command {
        Command::Bootstrap {
            organization,
            email,
            password_file,
        } => bootstrap(settings, secrets, &organization, email, &password_file).await?,
        Command::DisableUser { user_id } => disable_user(settings, secrets, user_id).await?,
    }
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

/// Disables an account, and prints `{"sessions_ended": …}`. The serving processes publish the ends.
///
/// # Errors
/// Naming the setting or secret that cannot be read, where there is no such account, or where the
/// store fails.
pub async fn disable_user(
    settings: Settings<config::Settings>,
    secrets: Secrets,
    user_id: UserId,
) -> anyhow::Result<()> {
    let mut kit = SERVICE.kit(settings.common, secrets, Clock::System).await?;
    let state = startup::state(&mut kit, &settings.own).await?;
    let context = RequestContext::for_worker("disable-user", &state.clock);
    let ended = disable_user::execute(&context, &state, user_id).await?;
    let ended = ended.context("there is no account with this id")?;
    println!("{}", serde_json::json!({ "sessions_ended": ended }));
    Ok(())
}

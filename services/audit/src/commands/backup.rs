//! `export` and `restore`: the log as a file.

use crate::{
    AppState,
    actions::log::transfer::{export_log, restore_log},
    commands::{local_state, maintenance::Local},
    gateway::sealed_file::{SealedReader, SealedWriter},
};
use anyhow::{Context, bail};
use mc_keyring::{Kek, Secrets};
use mc_transparency::{Hash, Verdict, export};
use mc_vocabulary::OrganizationId;
use std::{
    fs::{self, File},
    io::{BufReader, BufWriter, Write},
    path::{Path, PathBuf},
    time::Duration,
};
use uuid::Uuid;

/// How long an export waits until its own event is logged and signed.
const ANNOUNCEMENT_TIMEOUT: Duration = Duration::from_secs(10);

const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// What `export` writes.
#[derive(clap::Args)]
pub struct Export {
    /// Whose log; all zeros: the platform's own.
    #[arg(long)]
    organization: Uuid,
    /// The file; it must not exist.
    #[arg(long)]
    out: PathBuf,
    /// Complete with patients' ids, encrypted: to be restored. Otherwise masked: for others, who
    /// need the public key alone.
    #[arg(long)]
    encrypt: bool,
    #[command(flatten)]
    local: Local,
}

/// What `restore` reads.
#[derive(clap::Args)]
pub struct Restore {
    /// A file that `export --encrypt` wrote.
    file: PathBuf,
    #[command(flatten)]
    local: Local,
}

/// Writes a log into a file.
///
/// # Errors
/// Where the log cannot be read or the file cannot be written.
pub async fn export(what: Export) -> anyhow::Result<bool> {
    let (state, secrets) = local_state(&what.local.run_dir).await?;
    let kek = kek(&secrets).await?;
    let size = export_to(&state, what.organization, &what.out, what.encrypt.then_some(&kek)).await?;
    println!("{size} events in {}", what.out.display());
    println!("public key: {}", state.signer.verifier());
    Ok(true)
}

/// Writes tree `tree` into a file, sealed where there is a key.
///
/// # Errors
/// Where the log cannot be read or the file cannot be written.
pub async fn export_to(state: &AppState, tree: Uuid, out: &Path, kek: Option<&Kek>) -> anyhow::Result<u64> {
    if out.exists() {
        bail!("{} exists already", out.display());
    }
    let announced = export_log::announce(state, tree, kek.is_some()).await?;
    // The file should contain the event of its own export. If nothing was logged after it, a log
    // restored from the file is not behind any checkpoint.
    let mut waited = Duration::ZERO;
    while waited < ANNOUNCEMENT_TIMEOUT && !export_log::is_signed(state, tree, announced).await? {
        tokio::time::sleep(POLL_INTERVAL).await;
        waited += POLL_INTERVAL;
    }
    // The file gets its final name only when it is complete.
    let part = out.with_extension("part");
    let file = File::create(&part).with_context(|| part.display().to_string())?;
    let writer = BufWriter::with_capacity(1 << 20, file);
    let (size, file) = if let Some(kek) = kek {
        let sealed = SealedWriter::new(writer, kek, OrganizationId::from(tree))?;
        let (size, sealed) = export_log::execute(state, tree, true, sealed).await?;
        (size, sealed.finish()?)
    } else {
        export_log::execute(state, tree, false, writer).await?
    };
    let mut file = file;
    file.flush()?;
    file.get_ref().sync_all()?;
    fs::rename(&part, out).with_context(|| out.display().to_string())?;
    Ok(size)
}

/// Brings a log back from a file.
///
/// # Errors
/// Where the file is not whole, the log is not empty, or the database cannot be written.
pub async fn restore(what: Restore) -> anyhow::Result<bool> {
    let (state, secrets) = local_state(&what.local.run_dir).await?;
    let size = restore_from(&state, &what.file, &kek(&secrets).await?).await?;
    println!("{size} events are back; verify them: medconnect-audit verify");
    Ok(true)
}

/// Checks the whole file, then restores what it holds.
///
/// # Errors
/// See [`restore`].
pub async fn restore_from(state: &AppState, path: &Path, kek: &Kek) -> anyhow::Result<u64> {
    let name = path.display();
    let open = || -> anyhow::Result<_> {
        let file = BufReader::with_capacity(1 << 20, File::open(path).with_context(|| name.to_string())?);
        let (front, sealed) = SealedReader::new(file, kek).with_context(|| name.to_string())?;
        Ok((front, BufReader::with_capacity(1 << 20, sealed)))
    };
    let (front, lines) = open()?;
    let tree = front.organization_id.uuid();
    let checked = export::verify(lines, &[state.signer.verifier().clone()]).with_context(|| name.to_string())?;
    let origin = state.origin(tree);
    if checked.header.origin != origin {
        bail!("{name} is of log {}, not of {origin}", checked.header.origin);
    }
    let signed = whole(&checked.verdict).with_context(|| format!("{name} is damaged and not restored"))?;
    let (_, lines) = open()?;
    let (_, records) = export::records(lines)?;
    restore_log::execute(state, tree, signed, records).await?;
    Ok(signed.0)
}

fn whole(verdict: &Verdict) -> anyhow::Result<(u64, Hash)> {
    match verdict.root.filter(|_| verdict.ok) {
        Some(root) => Ok((verdict.size, root)),
        None => bail!("{}", verdict.reason),
    }
}

/// The key that wraps the file's own.
///
/// # Errors
/// Naming the secret that is wrong.
pub async fn kek(secrets: &Secrets) -> anyhow::Result<Kek> {
    Ok(Kek::from_credentials(
        &secrets.require("sealing-key", &["key_id", "key"]).await?,
    )?)
}

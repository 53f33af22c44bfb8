//! `verify`: the live database, an export, or two checkpoints.

use crate::{actions::log::verify_log, commands::local_state};
use anyhow::Context;
use mc_contracts::topology::AUDIT_CHECKPOINTS;
use mc_transparency::{
    Relation, VerifierKey,
    audit::{Tampering, Verdict, compare_checkpoints},
    checkpoint, export,
};
use serde::Serialize;
use std::{fs::File, io::BufReader, path::PathBuf};

/// What is verified; the database where nothing else is named.
#[derive(clap::Args)]
pub struct Verify {
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Where a system started by `make up` keeps its files; read when no other secrets are named.
    #[arg(long, default_value = ".run")]
    run_dir: PathBuf,
    /// Compare with the checkpoints in the broker's stream too.
    #[arg(long)]
    stream: bool,
    /// An export, instead of the database.
    #[arg(long, requires = "key")]
    export: Option<PathBuf>,
    /// Two checkpoints, the earlier first, instead of the database.
    #[arg(long, num_args = 2, requires = "key", conflicts_with = "export")]
    checkpoints: Vec<PathBuf>,
    /// Public key of the log, `name+id+key`, for what is read from files.
    #[arg(long)]
    key: Option<String>,
}

/// Of one tree.
#[derive(Serialize)]
struct Found {
    origin: String,
    #[serde(flatten)]
    verdict: Verdict,
}

/// Of all.
#[derive(Serialize)]
struct Report {
    ok: bool,
    size: u64,
    trees: Vec<Found>,
}

/// Verifies; true only where all is whole.
///
/// # Errors
/// Where what is to be verified cannot be read.
pub async fn verify(what: Verify) -> anyhow::Result<bool> {
    let key = || -> anyhow::Result<VerifierKey> {
        let text = what.key.as_deref().context("--key is needed")?;
        text.parse().context("--key is not of the form name+id+key")
    };
    if let [earlier, later] = what.checkpoints.as_slice() {
        let read = |path: &PathBuf| {
            let note = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
            checkpoint::verify(&note, &[key()?]).with_context(|| path.display().to_string())
        };
        let relation = compare_checkpoints(&read(earlier)?, &read(later)?, None)?;
        println!("{relation:?}");
        return Ok(!matches!(relation, Relation::Tampered(_)));
    }
    let trees = if let Some(path) = &what.export {
        let file = File::open(path).with_context(|| path.display().to_string())?;
        let found = export::verify(BufReader::with_capacity(1 << 20, file), &[key()?])?;
        vec![Found {
            origin: found.header.origin,
            verdict: found.verdict,
        }]
    } else {
        live(&what).await?
    };
    let report = Report {
        ok: trees.iter().all(|tree| tree.verdict.ok),
        size: trees.iter().map(|tree| tree.verdict.size).sum(),
        trees,
    };
    if what.json {
        println!("{}", serde_json::to_string(&report)?);
    } else {
        print(&report);
    }
    Ok(report.ok)
}

async fn live(what: &Verify) -> anyhow::Result<Vec<Found>> {
    let (state, _) = local_state(&what.run_dir).await?;
    let mut notes =
        verify_log::read_external_notes(&state).context("the checkpoints outside the database cannot be read")?;
    if what.stream {
        let stream = state.mailbox.stream(&AUDIT_CHECKPOINTS).await;
        notes.extend(stream.context("the broker cannot be reached")?.read().await?);
    }
    let elsewhere = verify_log::external_checkpoints(&state, notes);
    let trees = verify_log::list_trees(&state, &elsewhere)
        .await
        .context("the log cannot be read; is the database up? (make up)")?;
    let mut found = Vec::new();
    for tree in trees {
        found.push(Found {
            origin: state.origin(tree),
            verdict: verify_log::verify_tree(&state, tree, &elsewhere).await?,
        });
    }
    Ok(found)
}

fn print(report: &Report) {
    for Found { origin, verdict } in &report.trees {
        match (verdict.ok, verdict.tampering) {
            (true, _) => println!(
                "{origin}: whole; {} events, {} under a signed checkpoint, {} pruned to their hash",
                verdict.size, verdict.signed_size, verdict.stubs
            ),
            (false, tampering) => println!(
                "{origin}: DAMAGED at event {}: {} [{}]",
                verdict.first_bad.unwrap_or_default(),
                verdict.reason,
                tampering.map_or_else(String::new, |kind: Tampering| format!("{kind:?}"))
            ),
        }
    }
    if report.ok {
        println!(
            "the audit log is whole: {} events in {} trees",
            report.size,
            report.trees.len()
        );
    }
}

//! The proof of the last visit, for a verifier elsewhere: a receipt for each of its events, and the
//! log's public key.

use crate::{
    client::{Client, text},
    steps::clinic,
    test_mode::TestMode,
};
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::{fs, path::Path};

const AUDIT: &str = "/api/v1/integrations/audit";

/// Writes `public-key` and a file per event of the last visit's trace to `out`.
pub async fn receipts(run_dir: &Path, front_door: &str, out: &Path) -> Result<bool> {
    let test_mode = TestMode::read(run_dir)?;
    let client = Client::new(front_door)?;
    let visit = fs::read_to_string(run_dir.join("visit.json")).context("no visit was made yet (make visit)")?;
    let visit: Value = serde_json::from_str(&visit)?;
    let trace_id = text(&visit[0], "trace_id");
    let token = client.token(test_mode.account(clinic(), "compliance")?).await?;
    // The checkpoint first: it is signed now, over all of the visit.
    let checkpoint = client.get(&format!("{AUDIT}/checkpoint"), Some(&token)).await?;
    ensure!(checkpoint.status == 200, "the checkpoint {}", checkpoint.complaint());
    fs::create_dir_all(out)?;
    fs::write(out.join("public-key"), format!("{}\n", checkpoint.text("/public_key")))?;
    let recent = client
        .get(&format!("{AUDIT}/recent?limit=500&trace_id={trace_id}"), Some(&token))
        .await?;
    let events = recent.body["events"].as_array().context("no events of the visit")?;
    ensure!(!events.is_empty(), "the log holds no event of the visit {trace_id}");
    for event in events {
        let id = text(event, "event_id");
        let receipt = client.get_text(&format!("{AUDIT}/events/{id}/receipt"), &token).await?;
        fs::write(out.join(format!("{id}.receipt")), receipt)?;
    }
    println!("{} receipts of visit {trace_id}", events.len());
    Ok(true)
}

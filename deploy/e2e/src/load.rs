//! Many reads and writes of patient data while faults happen. The trace id of every answer is
//! written down, so that its event can be looked up in the log.

use crate::{
    client::{Client, text},
    steps::clinic,
    test_mode::TestMode,
};
use anyhow::{Context, Result};
use rand::{Rng, SeedableRng, rngs::StdRng};
use reqwest::Method;
use serde_json::{Value, json};
use std::{
    fs::File,
    io::{BufWriter, Write},
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// Requests under way at a time.
const AT_ONCE: u64 = 48;
/// An access token is valid for 15 minutes.
const SIGN_IN_EVERY: Duration = Duration::from_mins(10);

/// What the clients share.
struct Load {
    client: Client,
    account: Value,
    coverage: String,
    patient: String,
    encounter: String,
    token: tokio::sync::RwLock<(String, Instant)>,
    /// First half of every trace id. New in each run: the log may hold a run with the same seed,
    /// and a write under an id of that run gets its stored response and no new event.
    run: u64,
    answers: Mutex<BufWriter<File>>,
    sent: AtomicU64,
    answered: AtomicU64,
}

/// Goes on until `count` requests were answered with success; `answers` gets the trace id of each.
pub async fn run(run_dir: &Path, front_door: &str, count: u64, seed: u64, answers: &Path) -> Result<bool> {
    let test_mode = TestMode::read(run_dir)?;
    let patient = test_mode.patient(clinic())?;
    let client = Client::new(front_door)?;
    let account = test_mode.account(clinic(), "doctor")?.clone();
    let token = client.token(&account).await?;
    let load = Arc::new(Load {
        client,
        account,
        coverage: text(patient, "coverage_id").to_owned(),
        patient: text(patient, "patient_id").to_owned(),
        encounter: text(patient, "encounter_id").to_owned(),
        token: tokio::sync::RwLock::new((token, Instant::now())),
        run: rand::random(),
        answers: Mutex::new(BufWriter::new(
            File::create(answers).with_context(|| answers.display().to_string())?,
        )),
        sent: AtomicU64::new(0),
        answered: AtomicU64::new(0),
    });
    let started = Instant::now();
    let mut clients = tokio::task::JoinSet::new();
    for n in 0..AT_ONCE {
        clients.spawn(send_until(
            Arc::clone(&load),
            StdRng::seed_from_u64(seed ^ n << 32),
            count,
        ));
    }
    while let Some(ended) = clients.join_next().await {
        ended??;
    }
    load.answers.lock().unwrap_or_else(PoisonError::into_inner).flush()?;
    let (sent, answered) = (load.sent.load(Ordering::Relaxed), load.answered.load(Ordering::Relaxed));
    println!(
        "{answered} answers to {sent} requests in {:.0} s",
        started.elapsed().as_secs_f64()
    );
    Ok(answered >= count)
}

async fn send_until(load: Arc<Load>, mut random: StdRng, count: u64) -> Result<()> {
    while load.answered.load(Ordering::Relaxed) < count {
        load.sent.fetch_add(1, Ordering::Relaxed);
        let token = load.token().await;
        let trace_id = trace_id(load.run, &mut random);
        let client = load.client.on_trace(trace_id.clone());
        let reply = match random.random_range(0..10) {
            0 => {
                let body = json!({ "patient_id": load.patient, "purpose": "payment", "decision": "permit",
                    "encounter_id": load.encounter });
                let path = "/api/v1/integrations/ehr/consents";
                client.create(path, &token, &trace_id, &body).await
            }
            1..4 => {
                let path = format!("/api/v1/integrations/ehr/consents?limit=1&patient_id={}", load.patient);
                client.send(Method::GET, &path, Some(&token), &[], None).await
            }
            _ => {
                let path = format!("/api/v1/integrations/insurance/coverages/{}", load.coverage);
                client.send(Method::GET, &path, Some(&token), &[], None).await
            }
        };
        match reply {
            Ok(reply) if (200..300).contains(&reply.status) => {
                load.answered.fetch_add(1, Ordering::Relaxed);
                let mut answers = load.answers.lock().unwrap_or_else(PoisonError::into_inner);
                writeln!(answers, "{trace_id}")?;
            }
            Ok(reply) if reply.status == 403 || reply.status == 404 || reply.status == 422 => {
                anyhow::bail!("the load is set up wrongly: {}", reply.complaint());
            }
            // Without an answer nothing has to be logged. A short pause, as a client would make.
            _ => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
    Ok(())
}

/// The next trace id of a run, in an order drawn from its seed.
fn trace_id(run: u64, random: &mut StdRng) -> String {
    format!("{run:016x}{:016x}", random.random::<u64>())
}

impl Load {
    async fn token(&self) -> String {
        {
            let token = self.token.read().await;
            if token.1.elapsed() < SIGN_IN_EVERY {
                return token.0.clone();
            }
        }
        let mut token = self.token.write().await;
        while token.1.elapsed() >= SIGN_IN_EVERY {
            match self.client.token(&self.account).await {
                Ok(fresh) => *token = (fresh, Instant::now()),
                Err(_) => tokio::time::sleep(Duration::from_millis(200)).await,
            }
        }
        token.0.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_run_with_the_same_seed_has_other_trace_ids() {
        let first = trace_id(1, &mut StdRng::seed_from_u64(7));
        let second = trace_id(2, &mut StdRng::seed_from_u64(7));
        assert_eq!(first.len(), 32);
        assert_ne!(first, second);
        assert_eq!(first[16..], second[16..]);
    }
}

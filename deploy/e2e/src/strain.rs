//! Reads and writes of patient data in great number, while others break things: every answer is noted, so that each can be looked for in the log.

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
/// An access token lives for 15 minutes.
const SIGN_IN_EVERY: Duration = Duration::from_mins(10);

/// What is shared by those who ask.
struct Strain {
    client: Client,
    account: Value,
    coverage: String,
    patient: String,
    token: tokio::sync::RwLock<(String, Instant)>,
    answers: Mutex<BufWriter<File>>,
    asked: AtomicU64,
    answered: AtomicU64,
}

/// Goes on until `count` requests were answered with success; `answers` gets the trace id of each.
pub async fn strain(run_dir: &Path, front_door: &str, count: u64, seed: u64, answers: &Path) -> Result<bool> {
    let test_mode = TestMode::read(run_dir)?;
    let patient = test_mode.patient(clinic())?;
    let client = Client::new(front_door)?;
    let account = test_mode.account(clinic(), "doctor")?.clone();
    let token = client.token(&account).await?;
    let strain = Arc::new(Strain {
        client,
        account,
        coverage: text(patient, "coverage_id").to_owned(),
        patient: text(patient, "patient_id").to_owned(),
        token: tokio::sync::RwLock::new((token, Instant::now())),
        answers: Mutex::new(BufWriter::new(
            File::create(answers).with_context(|| answers.display().to_string())?,
        )),
        asked: AtomicU64::new(0),
        answered: AtomicU64::new(0),
    });
    let started = Instant::now();
    let mut askers = tokio::task::JoinSet::new();
    for n in 0..AT_ONCE {
        askers.spawn(ask(Arc::clone(&strain), StdRng::seed_from_u64(seed ^ n << 32), count));
    }
    while let Some(ended) = askers.join_next().await {
        ended??;
    }
    strain.answers.lock().unwrap_or_else(PoisonError::into_inner).flush()?;
    let (asked, answered) = (
        strain.asked.load(Ordering::Relaxed),
        strain.answered.load(Ordering::Relaxed),
    );
    println!(
        "{answered} answers to {asked} requests in {:.0} s",
        started.elapsed().as_secs_f64()
    );
    Ok(answered >= count)
}

async fn ask(strain: Arc<Strain>, mut random: StdRng, count: u64) -> Result<()> {
    while strain.answered.load(Ordering::Relaxed) < count {
        strain.asked.fetch_add(1, Ordering::Relaxed);
        let token = strain.token().await;
        let trace_id = format!("{:032x}", random.random::<u128>());
        let client = strain.client.on_trace(trace_id.clone());
        let reply = match random.random_range(0..10) {
            0 => {
                let body = json!({ "patient_id": strain.patient, "purpose": "payment", "decision": "permit" });
                let path = "/api/v1/integrations/ehr/consents";
                client.create(path, &token, &trace_id, &body).await
            }
            1..4 => {
                let path = format!(
                    "/api/v1/integrations/ehr/consents?limit=1&patient_id={}",
                    strain.patient
                );
                client.send(Method::GET, &path, Some(&token), &[], None).await
            }
            _ => {
                let path = format!("/api/v1/integrations/insurance/coverages/{}", strain.coverage);
                client.send(Method::GET, &path, Some(&token), &[], None).await
            }
        };
        match reply {
            Ok(reply) if (200..300).contains(&reply.status) => {
                strain.answered.fetch_add(1, Ordering::Relaxed);
                let mut answers = strain.answers.lock().unwrap_or_else(PoisonError::into_inner);
                writeln!(answers, "{trace_id}")?;
            }
            Ok(reply) if reply.status == 403 || reply.status == 404 || reply.status == 422 => {
                anyhow::bail!("the strain is set up wrongly: {}", reply.complaint());
            }
            // Whatever is away: no answer, no obligation. A short pause, as a client would make.
            _ => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
    Ok(())
}

impl Strain {
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

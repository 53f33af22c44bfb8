//! Measures the policies: what the services find of themselves, and what is found by trying.

use crate::{
    AppState,
    domain::{Finding, Measured},
    gateway::services::Refusals,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

const API_AUTHENTICATION: &str = "api_authentication";

/// The measurements, at most some seconds old.
pub async fn measure_policies(state: &AppState) -> Arc<Measured> {
    state.measured.get(|| measure(state)).await
}

async fn measure(state: &AppState) -> Measured {
    let (told, refusals) = tokio::join!(state.services.evidence(), state.services.refusals());
    let mut findings: BTreeMap<String, Vec<Finding>> = BTreeMap::new();
    let mut silent = Vec::new();
    for (service, evidence) in told {
        let Some(evidence) = evidence else {
            silent.push(service.name());
            continue;
        };
        for mut finding in evidence {
            service.name().clone_into(&mut finding.service);
            findings.entry(finding.control.clone()).or_default().push(finding);
        }
    }
    let mut incomplete = BTreeSet::new();
    for refusal in &refusals {
        match tried(state, refusal) {
            Some(finding) => findings.entry(API_AUTHENTICATION.to_owned()).or_default().push(finding),
            None => _ = incomplete.insert(API_AUTHENTICATION),
        }
    }
    let own = own_secrets(state);
    findings.entry(own.control.clone()).or_default().push(own);
    Measured {
        findings,
        silent,
        incomplete,
        checked_at: state.clock.now(),
    }
}

/// What became of two calls that a service must refuse. None where it could not be tried: away, or unable to judge tokens.
fn tried(state: &AppState, refusals: &Refusals) -> Option<Finding> {
    let judged = |status: &u16| *status < 500;
    let without = refusals.without_token.filter(judged)?;
    let forged = refusals.with_forged.filter(judged)?;
    Some(Finding {
        service: refusals.service.name().to_owned(),
        control: API_AUTHENTICATION.to_owned(),
        holds: without == 401 && forged == 401,
        found: format!("without a token {without}, with a forged token {forged}"),
        method: "the console called a protected route, without a token and with a forged one".to_owned(),
        checked_at: state.clock.now(),
    })
}

fn own_secrets(state: &AppState) -> Finding {
    let provider = state.secrets.provider_name();
    Finding {
        service: "console".to_owned(),
        control: "secrets_management".to_owned(),
        holds: provider == "aws_secrets_manager",
        found: format!("provider {provider}"),
        method: "the provider that gives the console's credentials".to_owned(),
        checked_at: state.clock.now(),
    }
}

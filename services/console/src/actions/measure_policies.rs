//! Measures the policies: the evidence of every service, and calls that must be refused.

use crate::{
    AppState,
    domain::{Finding, Measured},
    gateway::services::Refusals,
};
use mc_access::RequestContext;
use mc_chassis::health::HealthProbe;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

const API_AUTHENTICATION: &str = "api_authentication";

/// The measurements, at most `survey.keep_policies_ms` old. `own` gives the console's own evidence.
pub async fn execute(_context: &RequestContext, state: &AppState, own: &dyn HealthProbe) -> Arc<Measured> {
    state.measured.get(|| measure(state, own)).await
}

async fn measure(state: &AppState, own: &dyn HealthProbe) -> Measured {
    let (reported, own, refusals) = tokio::join!(state.services.evidence(), own.evidence(), state.services.refusals());
    let mut findings: BTreeMap<String, Vec<Finding>> = BTreeMap::new();
    let mut add = |service: &str, mut finding: Finding| {
        service.clone_into(&mut finding.service);
        findings.entry(finding.control.clone()).or_default().push(finding);
    };
    let mut silent = Vec::new();
    for (service, evidence) in reported {
        match evidence {
            Some(evidence) => evidence.into_iter().for_each(|finding| add(&service, finding)),
            None => silent.push(service),
        }
    }
    for evidence in own {
        add("console", evidence.into());
    }
    let mut incomplete = BTreeSet::new();
    for refusal in &refusals {
        match evaluate(state, refusal) {
            Some(finding) => add(&refusal.service, finding),
            None => _ = incomplete.insert(API_AUTHENTICATION),
        }
    }
    Measured {
        findings,
        silent,
        incomplete,
        checked_at: state.clock.now(),
    }
}

/// The finding of two calls that a service must refuse. None where the service did not answer, or
/// could not verify tokens.
fn evaluate(state: &AppState, refusals: &Refusals) -> Option<Finding> {
    let verified = |status: &u16| *status < 500;
    let without = refusals.without_token.filter(verified)?;
    let forged = refusals.with_forged.filter(verified)?;
    Some(Finding {
        service: String::new(),
        control: API_AUTHENTICATION.to_owned(),
        holds: without == 401 && forged == 401,
        found: format!("without a token {without}, with a forged token {forged}"),
        method: "the console called a protected route, without a token and with a forged one".to_owned(),
        checked_at: state.clock.now(),
    })
}

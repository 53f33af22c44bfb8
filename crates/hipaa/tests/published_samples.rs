//! The published 270 and 271 samples, where they are available.

use std::path::PathBuf;

use mc_hipaa::claim_acknowledgement::ClaimAcknowledgement;
use mc_hipaa::eligibility::{Network, Response, Status};
use mc_x12::Interchange;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/x12")
}

/// Files of a kind (`270`, `271`) and version 005010 that the manifest calls valid.
fn valid_samples(kind: &str) -> Vec<(String, Vec<u8>)> {
    samples(kind, "valid")
}

fn samples(kind: &str, verdict: &str) -> Vec<(String, Vec<u8>)> {
    let folder = folder();
    let manifest = std::fs::read(folder.join("manifest.json")).ok();
    let Some(manifest) = manifest.and_then(|text| serde_json::from_slice::<Vec<serde_json::Value>>(&text).ok()) else {
        println!("skipped: the samples are not on this machine");
        return Vec::new();
    };
    let wanted = manifest.iter().filter(|entry| {
        entry["kind"] == kind
            && entry["valid"] == verdict
            && entry["version"].as_str().unwrap_or_default().starts_with("005010")
    });
    let read = |entry: &serde_json::Value| {
        let file = entry["file"].as_str()?.to_owned();
        let bytes = std::fs::read(folder.join(&file)).ok()?;
        Some((file, bytes))
    };
    wanted.filter_map(read).collect()
}

#[test]
fn every_valid_5010_response_is_read() {
    for (file, bytes) in valid_samples("271") {
        let response = Response::parse(&bytes).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert_eq!(response.trace_numbers().next(), Some("93175-012547"), "{file}");
        let summary = response.summary("30");
        assert_eq!(
            (summary.status, summary.plan.as_deref()),
            (Status::Active, Some("GOLD 123 PLAN")),
            "{file}"
        );
        // These samples state the copay for office visits (98): 10 in network, 30 out of network.
        let visit = response.summary("98");
        assert_eq!((visit.copay, visit.network), (Some(10.into()), Network::In), "{file}");
    }
}

#[test]
fn every_valid_5010_inquiry_has_a_sound_envelope() {
    for (file, bytes) in valid_samples("270") {
        let interchange = Interchange::parse(&bytes).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert_eq!(interchange.transactions().next().unwrap().id, "270", "{file}");
    }
}

#[test]
fn every_claim_acknowledgement_with_a_sound_envelope_names_claims_and_verdicts() {
    for (file, bytes) in samples("277CA", "unverified") {
        let interchange = Interchange::parse(&bytes).unwrap_or_else(|error| panic!("{file}: {error}"));
        let read = ClaimAcknowledgement::read(interchange.transactions().next().unwrap());
        let read = read.unwrap_or_else(|error| panic!("{file}: {error}")).value;
        assert!(read.claims().count() > 0, "{file}");
        for claim in read.claims() {
            assert!(!claim.trace.is_empty() && !claim.information.is_empty(), "{file}");
        }
    }
}

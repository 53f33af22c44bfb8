//! The published samples as typed values, where the samples are available.

use std::collections::BTreeMap;
use std::fmt::{Debug, Display};
use std::path::PathBuf;

use crate::authorization::{AuthorizationAnswer, AuthorizationRequest};
use crate::balance::Rule;
use crate::claim::{ClaimBatch, Kind};
use crate::eligibility::{InquiryBatch, Response};
use crate::enrollment::Enrollment;
use crate::parts::arbitrary::envelope;
use crate::premium::PremiumPayment;
use crate::remittance::Remittance;
use crate::status::{StatusAnswer, StatusInquiry};
use crate::{Read, ViewError};
use mc_x12::{Interchange, Transaction};

fn folder() -> PathBuf {
    let shared = std::env::var_os("MC_SHARED_DATA").map(PathBuf::from);
    shared
        .unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"))
        .join("x12")
}

/// Files of these kinds and version 005010 with this verdict in the manifest.
fn samples(kinds: &[&str], valid: &str) -> Vec<(String, Vec<u8>)> {
    let manifest = std::fs::read(folder().join("manifest.json")).ok();
    let Some(manifest) = manifest.and_then(|text| serde_json::from_slice::<Vec<serde_json::Value>>(&text).ok()) else {
        println!("skipped: the samples are not on this machine");
        return Vec::new();
    };
    let text = |entry: &serde_json::Value, key: &str| entry[key].as_str().unwrap_or_default().to_owned();
    let wanted = manifest.iter().filter(|entry| {
        kinds.contains(&text(entry, "kind").as_str())
            && text(entry, "valid") == valid
            && matches!(text(entry, "version").get(..4), Some("0050"))
    });
    let read = |entry: &serde_json::Value| {
        let file = text(entry, "file");
        let bytes = std::fs::read(folder().join(&file)).ok()?;
        Some((file, bytes))
    };
    wanted.filter_map(read).collect()
}

fn each(kinds: &[&str], valid: &str, mut check: impl FnMut(&str, &Transaction<'_>)) {
    for (file, bytes) in samples(kinds, valid) {
        let interchange = Interchange::parse(&bytes).unwrap_or_else(|error| panic!("{file}: {error}"));
        for transaction in interchange.transactions() {
            check(&file, transaction);
        }
    }
}

/// The value of a sample in which everything is read.
fn whole<T>(file: &str, read: Result<Read<T>, ViewError>) -> T {
    let read = read.unwrap_or_else(|error| panic!("{file}: {error}"));
    for finding in &read.unread {
        println!("{file}: {}: {finding}", finding.place);
    }
    read.value
}

/// A value that can be written must read back equal; a sample may lack required parts.
fn reads_back<T: PartialEq + Debug, E: Display>(
    file: &str,
    sent: &Transaction<'_>,
    seen: &T,
    written: Result<String, E>,
    view: impl Fn(&Transaction<'_>) -> Result<Read<T>, ViewError>,
) {
    let text = match written {
        Ok(text) => text,
        Err(error) => return println!("{file}: not written: {error}"),
    };
    let interchange = Interchange::parse(text.as_bytes()).unwrap();
    let transaction = interchange.transactions().next().unwrap();
    assert_eq!(&view(transaction).unwrap().value, seen, "{file}");
    assert_eq!(
        segments(transaction),
        segments(sent),
        "{file}: nothing is lost or added"
    );
}

/// The segments between ST and SE, with numbers and the time of creation in one form, and how often
/// each occurs.
fn segments(transaction: &Transaction<'_>) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for segment in &transaction.segments {
        let delimiters = segment.delimiters();
        let one = |text: &str| {
            let text = text.trim_end();
            mc_x12::number(text)
                .filter(|_| text.contains('.'))
                .map_or_else(|| text.to_owned(), super::number)
        };
        let text = segment.text();
        let elements = text.split(delimiters.element());
        let has_time = matches!(segment.id(), "BHT" | "BGN");
        let elements = elements.map(|element| {
            if has_time && element.len() == 6 && element.ends_with("00") {
                return element[..4].to_owned();
            }
            let parts: Vec<_> = element.split(delimiters.component()).map(one).collect();
            parts.join(":").trim_end_matches(':').to_owned()
        });
        let text = elements.collect::<Vec<_>>().join("*");
        *found.entry(text.trim_end_matches('*').to_owned()).or_default() += 1;
    }
    found
}

#[test]
fn every_valid_remittance_is_read_and_balances() {
    each(&["835"], "valid", |file, transaction| {
        let remittance = whole(file, Remittance::read(transaction));
        assert!(remittance.claims().count() > 0, "{file}");
        assert_eq!(remittance.balance(), [], "{file}");
        reads_back(
            file,
            transaction,
            &remittance,
            remittance.to_x12(&envelope()),
            Remittance::read,
        );
    });
}

#[test]
fn every_unbalanced_remittance_is_reported() {
    each(&["835"], "unbalanced", |file, transaction| {
        let remittance = whole(file, Remittance::read(transaction));
        let failed = remittance
            .balance()
            .into_iter()
            .filter(|imbalance| !imbalance.rule.is_warning());
        assert!(failed.count() > 0, "{file}");
    });
}

#[test]
fn every_valid_claim_is_read_and_balances() {
    each(&["837P", "837I", "837D"], "valid", |file, transaction| {
        let batch = whole(file, ClaimBatch::read(transaction));
        assert!(batch.claims().count() > 0, "{file}");
        assert_eq!(batch.balance(), [], "{file}");
        assert_eq!(batch.kind == Kind::Institutional, file.contains("837I/"), "{file}");
        reads_back(file, transaction, &batch, batch.to_x12(&envelope()), ClaimBatch::read);
    });
}

#[test]
fn every_valid_enrolment_is_read() {
    each(&["834"], "valid", |file, transaction| {
        let enrollment = whole(file, Enrollment::read(transaction));
        assert!(enrollment.steps().count() > 0, "{file}");
        reads_back(
            file,
            transaction,
            &enrollment,
            enrollment.to_x12(&envelope()),
            Enrollment::read,
        );
    });
}

#[test]
fn every_valid_claim_status_is_read() {
    each(&["276"], "valid", |file, transaction| {
        let inquiry = whole(file, StatusInquiry::read(transaction));
        assert!(!inquiry.sources.is_empty(), "{file}");
        reads_back(
            file,
            transaction,
            &inquiry,
            inquiry.to_x12(&envelope()),
            StatusInquiry::read,
        );
    });
    each(&["277"], "valid", |file, transaction| {
        let answer = whole(file, StatusAnswer::read(transaction));
        assert!(!answer.sources.is_empty(), "{file}");
        reads_back(
            file,
            transaction,
            &answer,
            answer.to_x12(&envelope()),
            StatusAnswer::read,
        );
    });
}

#[test]
fn every_authorization_of_the_version_is_read() {
    each(&["278"], "unverified", |file, transaction| {
        if transaction.version != "005010X217" {
            return println!("{file}: of another version");
        }
        if file.contains("Request") {
            let request = whole(file, AuthorizationRequest::read(transaction));
            assert!(request.event.subject.review.is_some(), "{file}");
            reads_back(
                file,
                transaction,
                &request,
                request.to_x12(&envelope()),
                AuthorizationRequest::read,
            );
        } else {
            let answer = whole(file, AuthorizationAnswer::read(transaction));
            assert!(answer.decisions().count() > 0, "{file}");
            reads_back(
                file,
                transaction,
                &answer,
                answer.to_x12(&envelope()),
                AuthorizationAnswer::read,
            );
        }
    });
}

#[test]
fn every_premium_payment_of_the_version_is_read() {
    each(&["820"], "unverified", |file, transaction| {
        if transaction.version != "005010X218" {
            return println!("{file}: of another version");
        }
        let payment = whole(file, PremiumPayment::read(transaction));
        assert!(payment.premiums().count() > 0, "{file}");
        // The published samples are not real payments: their premiums do not add up to the payment.
        let failed: Vec<_> = payment.balance().iter().map(|imbalance| imbalance.rule).collect();
        assert_eq!(failed, [Rule::PremiumPayment], "{file}");
    });
}

#[test]
fn every_valid_eligibility_inquiry_and_answer_is_read_as_a_batch() {
    each(&["270"], "valid", |file, transaction| {
        let inquiry = whole(file, InquiryBatch::read(transaction));
        let questions = inquiry.patients().flat_map(|patient| &patient.questions);
        assert!(questions.count() > 0, "{file}");
        reads_back(
            file,
            transaction,
            &inquiry,
            inquiry.to_x12(&envelope()),
            InquiryBatch::read,
        );
    });
    each(&["271"], "valid", |file, transaction| {
        let responses = Response::read_all(transaction).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert_eq!(responses.len(), 1, "{file}");
    });
}

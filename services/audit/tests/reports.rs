//! Reports as they are written down: what is left out of an account, and what CSV and PDF look
//! like.
#![expect(clippy::unwrap_used, reason = "a panic here is a failed test")]

use chrono::{DateTime, TimeDelta, Utc};
use mc_audit::domain::{
    Leaf,
    report::{
        Document, Header, Line, Made, ReportKind,
        disclosure::{Exclusion, exclusion, is_disclosure},
        document, to_csv, to_pdf,
    },
};
use mc_contracts::{Actor, ActorKind, AuditRecord, Entity, Envelope, Interaction, Outcome};
use mc_vocabulary::{EventId, OrganizationId, ReportId};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};

const NOTE: &str = "audit.example.org/01936d00-0000-7000-8000-000000000009\n4711\nqz3hUyqA1p7Jr9gCw4mYb0P5c1l3s8bQmF7dR2nT6vE=\n\n— audit.example.org/01936d00-0000-7000-8000-000000000009 kqT1mHo3a2b9WcY4mGm0S1wQ1Yp8o2vXk7dLh3zN5rJt6bUe9fAcVgKxMnPqRsTuVwXyZaBcDeFgHiJkLmNoPqRsTuVw\n";

fn at(minute: i64) -> DateTime<Utc> {
    "2026-11-22T08:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::minutes(minute)
}

fn record(action: &str, minute: i64) -> AuditRecord {
    AuditRecord {
        action: action.to_owned(),
        interaction: Interaction::Read,
        outcome: Outcome::Success,
        actor: Actor {
            kind: ActorKind::User,
            roles: vec!["doctor".to_owned()],
            device_id: Some("clinic_workstation".to_owned()),
            ..Actor::system(&format!("01936d00-0000-7000-8000-00000000000{}", minute % 5))
        },
        occurred_at: at(minute),
        source_ip: Some("192.0.2.1".parse().unwrap()),
        trace_id: String::new(),
        patient_id: Some("pat-1".parse().unwrap()),
        entity: Some(Entity {
            kind: "Encounter".to_owned(),
            id: "enc-1".to_owned(),
        }),
        purpose: Some("TREAT".to_owned()),
        justification: Some("scheduled_appointment".to_owned()),
        emergency: false,
        details: BTreeMap::new(),
    }
}

fn leaf(record: AuditRecord) -> Leaf {
    let envelope = Envelope {
        id: EventId::new(),
        event_type: "ehr.audit.recorded.v1".to_owned(),
        source: "ehr".to_owned(),
        time: record.occurred_at,
        subject: None,
        organization_id: Some(OrganizationId::new()),
        trace: HashMap::new(),
        data: Value::Null,
    };
    Leaf::new(&envelope, record, envelope.time, |_| "pt_0123456789abcdef".to_owned())
}

fn header(kind: ReportKind) -> Header {
    Header {
        id: ReportId::new(),
        kind,
        organization_id: "01936d00-0000-7000-8000-000000000009".parse().unwrap(),
        from: at(0),
        to: at(60 * 24),
        patient: "pt_0123456789abcdef".to_owned(),
        user_id: String::new(),
        requested_by: "01936d00-0000-7000-8000-000000000002".to_owned(),
        requested_at: at(60 * 24 + 5),
        finished_at: at(60 * 24 + 6),
        checkpoint: Made {
            size: 4711,
            first_index: 0,
            last_index: 4710,
            note: NOTE.to_owned(),
            public_key: "audit.example.org+1a2b3c4d+AUhU7G1XW0Yb4mT1mHo3a2b9WcY4mGm0S1wQ1Yp8o2vX".to_owned(),
        },
    }
}

fn report(kind: ReportKind, records: impl IntoIterator<Item = AuditRecord>) -> Document {
    let lines: Vec<Line> = records
        .into_iter()
        .zip(0..)
        .map(|(record, index)| Line {
            index,
            leaf: leaf(record),
        })
        .collect();
    document(header(kind), &lines, Vec::new())
}

fn disclosed(minute: i64, recipient: &str, purpose: &str) -> AuditRecord {
    record("audit.disclosure.record", minute)
        .purpose(purpose)
        .detail("recipient", recipient)
        .detail("recipient_address", "1 Main Street")
        .detail("description", "immunisation record")
}

#[test]
fn every_exclusion_of_the_rule_is_left_out_and_the_rest_is_not() {
    let now = at(0);
    let why = |record: AuditRecord| exclusion(&leaf(record), now);
    for (basis, exclusion) in [
        ("individual", Exclusion::Individual),
        ("incidental", Exclusion::Incidental),
        ("authorization", Exclusion::Authorized),
        ("directory", Exclusion::Directory),
        ("national_security", Exclusion::NationalSecurity),
        ("custody", Exclusion::Custody),
        ("limited_data_set", Exclusion::LimitedDataSet),
    ] {
        assert_eq!(
            why(disclosed(0, "A", "PUBHLTH").detail("basis", basis)),
            Some(exclusion),
            "{basis}"
        );
    }
    for purpose in ["TREAT", "ETREAT", "HPAYMT", "HOPERAT", "COVERAGE"] {
        assert_eq!(
            why(disclosed(0, "A", purpose)),
            Some(Exclusion::Operations),
            "{purpose}"
        );
    }
    let mut own = disclosed(0, "A", "PATRQT");
    own.actor.roles = vec!["patient".to_owned()];
    assert_eq!(why(own), Some(Exclusion::Individual));
    let suspended = disclosed(0, "A", "PUBHLTH").detail("suspended_until", at(10).to_rfc3339());
    assert_eq!(why(suspended.clone()), Some(Exclusion::Suspended));
    assert_eq!(exclusion(&leaf(suspended), at(11)), None, "only for the stated time");
    for purpose in ["PUBHLTH", "HLEGAL", "HRESCH", "unheard_of"] {
        assert_eq!(
            why(disclosed(0, "A", purpose)),
            None,
            "{purpose}: in doubt the disclosure is listed"
        );
    }
    let mut silent = disclosed(0, "A", "x");
    silent.purpose = None;
    assert_eq!(why(silent), None);
}

#[test]
fn a_disclosure_is_what_left_the_house_for_somebody() {
    assert!(is_disclosure(&leaf(record("insurance.eligibility.verify", 0))));
    assert!(!is_disclosure(&leaf(record("ehr.patient_summary.read", 0))));
    let mut machine = record("ehr.patient_summary.read", 0).purpose("HRESCH");
    machine.actor.kind = ActorKind::Client;
    assert!(is_disclosure(&leaf(machine.clone())));
    assert!(!is_disclosure(&leaf(machine.clone().purpose("TREAT"))));
    assert!(
        !is_disclosure(&leaf(machine.outcome(Outcome::Denied))),
        "nothing was disclosed"
    );
}

#[test]
fn repeats_to_one_recipient_for_one_purpose_are_one_line() {
    let records = [
        disclosed(5, "County health department", "PUBHLTH"),
        disclosed(65, "County health department", "PUBHLTH"),
        disclosed(125, "County health department", "PUBHLTH"),
        disclosed(10, "County health department", "HLEGAL"),
        disclosed(20, "Registry of tumours", "PUBHLTH"),
        record("insurance.eligibility.verify", 30).purpose("HPAYMT"),
        disclosed(40, "Secret service", "PUBHLTH").detail("basis", "national_security"),
        disclosed(50, "Police", "HLEGAL").detail("suspended_until", "2999-01-01T00:00:00Z"),
    ];
    let account = report(ReportKind::Disclosures, records);
    let rows: Vec<_> = account
        .rows
        .iter()
        .map(|row| row[..2].join(" ") + " " + &row[4..7].join(" "))
        .collect();
    assert_eq!(
        rows,
        [
            "2026-11-22 08:05:00 County health department for public health 3 times 2026-11-22 10:05:00",
            "2026-11-22 08:10:00 County health department for a legal matter once ",
            "2026-11-22 08:20:00 Registry of tumours for public health once ",
        ]
    );
    let figures: Vec<usize> = account.figures.iter().map(|figure| figure.value).collect();
    assert_eq!(figures, [5, 2, 1, 0, 1], "{:?}", account.figures);
    let text = serde_json::to_string(&account).unwrap() + &to_csv(&account);
    assert!(!text.contains("Police"), "what is suspended shows nowhere");
}

#[test]
fn refused_actions_are_listed_and_not_counted_as_done() {
    let tried = |action: &str, minute| record(action, minute).outcome(Outcome::Denied);
    let figure =
        |report: &Document, name: &str| report.figures.iter().find(|figure| figure.name == name).unwrap().value;
    let changes = [record("auth.user.add", 0), tried("auth.user.add", 1)];
    let changes = report(ReportKind::PrivilegeChanges, changes);
    assert_eq!(changes.count, 2);
    assert_eq!(
        (figure(&changes, "changes"), figure(&changes, "refused or failed")),
        (1, 1)
    );
    let holds = [record("audit.hold.place", 0), tried("audit.hold.release", 1)];
    let holds = report(ReportKind::Retention, holds);
    assert_eq!(
        (figure(&holds, "holds released"), figure(&holds, "holds in force")),
        (0, 1)
    );
    assert!(
        !ReportKind::ConsentDecisions.keeps(&leaf(tried("ehr.consent.record", 0))),
        "nothing was decided"
    );
}

#[test]
fn csv_has_one_width_states_the_checkpoint_and_runs_nothing() {
    let mut evil = record("ehr.patient_summary.read", 0);
    evil.justification = Some("=HYPERLINK(\"http://evil\")".to_owned());
    evil.purpose = None;
    let csv = to_csv(&report(
        ReportKind::AccessByPatient,
        [evil, record("ehr.encounter.update", 1)],
    ));
    assert!(csv.contains("\"'=HYPERLINK(\"\"http://evil\"\")\""), "{csv}");
    assert!(
        csv.starts_with("When (UTC),Role,User,What they did,Why,Outcome,From,Entry\r\n"),
        "{csv}"
    );
    assert!(csv.contains("audit.example.org") && csv.contains("organisation,01936d00"));
    // A reader of RFC 4180: every record has as many fields.
    let (mut fields, mut quoted, mut widths) = (1, false, Vec::new());
    let mut rest = csv.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => fields += 1,
            '\r' if !quoted && rest.peek() == Some(&'\n') => {
                rest.next();
                widths.push(std::mem::replace(&mut fields, 1));
            }
            _ => {}
        }
    }
    assert!(
        widths.len() > 10 && widths.iter().all(|width| *width == 8),
        "{widths:?}"
    );
}

#[test]
fn every_kind_is_written_as_a_pdf_of_numbered_pages() {
    for kind in ReportKind::ALL {
        let records = (0..120).map(|minute| {
            let action = [
                "ehr.patient_summary.read",
                "ehr.emergency_override",
                "auth.login",
                "ehr.consent.record",
                "audit.hold.place",
            ];
            let mut record = record(action[usize::try_from(minute % 5).unwrap()], minute)
                .detail("reason", "wrong_password")
                .detail("decision", "permit")
                .detail("purpose", "treatment");
            record.emergency = minute % 7 == 0;
            if minute % 11 == 0 {
                record.outcome = Outcome::Denied;
            }
            if *kind == ReportKind::Disclosures {
                record = disclosed(minute, &format!("Recipient {} — Zoë & Søn", minute % 50), "PUBHLTH");
            }
            record.detail("roles", json!(["doctor", "admin"]))
        });
        let document = report(*kind, records);
        let pdf = to_pdf(&document);
        assert!(pdf.starts_with(b"%PDF-1.7") && pdf.ends_with(b"%%EOF"));
        std::fs::write(format!("{}/{}.pdf", env!("CARGO_TARGET_TMPDIR"), kind.as_str()), pdf).unwrap();
        let empty = to_pdf(&report(*kind, []));
        assert!(empty.len() > 1000);
        std::fs::write(
            format!("{}/{}-empty.pdf", env!("CARGO_TARGET_TMPDIR"), kind.as_str()),
            empty,
        )
        .unwrap();
    }
}

#[test]
fn a_cell_longer_than_a_page_does_not_hang() {
    let mut long = record("ehr.patient_summary.read", 0);
    long.justification = Some("word ".repeat(3000) + &"x".repeat(5000));
    let pdf = to_pdf(&report(
        ReportKind::AccessByPatient,
        [long, record("ehr.encounter.update", 1)],
    ));
    assert!(pdf.len() > 1000);
}

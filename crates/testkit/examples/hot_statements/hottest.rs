//! Which statements these are, and with which parameters they run.

use crate::seed::{ORGANIZATIONS, PATIENTS, id, organization};

/// A statement that runs with every request of its kind, or with every look of a worker.
pub struct Hot {
    pub schema: &'static str,
    /// `serving` or `worker`.
    pub purpose: &'static str,
    /// What it is for.
    pub what: &'static str,
    /// A part of its text that no other statement has.
    pub part: &'static str,
    /// Its parameters for a row that [`crate::seed`] made, as SQL.
    pub arguments: fn(usize) -> String,
}

/// The organization of `row`, as an SQL literal.
fn owner(row: usize) -> String {
    format!("'{}'", organization(row % ORGANIZATIONS))
}

/// The number of `row` among those of its organization.
fn place(row: usize) -> usize {
    row / ORGANIZATIONS
}

pub const HOTTEST: [Hot; 10] = [
    Hot {
        schema: "auth",
        purpose: "worker",
        what: "the user who signs in",
        part: "FROM auth.users WHERE email_digest = $1",
        arguments: |row| format!("sha256('{row}'::bytea)"),
    },
    Hot {
        schema: "auth",
        purpose: "worker",
        what: "the refresh token that is presented",
        part: "FROM auth.refresh_tokens WHERE token_hash = $1 FOR UPDATE",
        arguments: |row| format!("sha256('{row}'::bytea)"),
    },
    Hot {
        schema: "auth",
        purpose: "serving",
        what: "whether a session has ended",
        part: "FROM auth.sessions s JOIN auth.users u",
        arguments: |row| format!("{}, '{}', now()", owner(row), id(row)),
    },
    Hot {
        schema: "ehr_proxy",
        purpose: "serving",
        what: "the consent that decides about a read",
        part: "SELECT id, decision FROM ehr_proxy.consents",
        arguments: |row| {
            let patient = place(row) % PATIENTS;
            format!("{}, 'pat-{patient}', '{}', 'enc-1'", owner(row), id(1))
        },
    },
    Hot {
        schema: "ehr_proxy",
        purpose: "serving",
        what: "the consents of a patient, a page",
        part: "FROM ehr_proxy.consents WHERE organization_id = $1 AND patient_id = $2 AND ($3::uuid IS NULL",
        arguments: |row| format!("{}, 'pat-{}', NULL, 50", owner(row), place(row) % PATIENTS),
    },
    Hot {
        schema: "eligibility",
        purpose: "serving",
        what: "a coverage",
        part: "FROM eligibility.coverages WHERE organization_id = $1 AND id = $2",
        arguments: |row| format!("{}, '{}'", owner(row), id(row)),
    },
    Hot {
        schema: "eligibility",
        purpose: "serving",
        what: "the newest live answer about a coverage",
        part: "FROM eligibility.verifications v JOIN eligibility.inquiries i",
        arguments: |row| format!("{}, '{}', '30'", owner(row), id(row)),
    },
    Hot {
        schema: "billing",
        purpose: "serving",
        what: "the consent to a charge",
        part: "SELECT c.patient_id FROM billing.consents c",
        arguments: |row| format!("{}, 'enc-{row}'", owner(row)),
    },
    Hot {
        schema: "billing",
        purpose: "serving",
        what: "the payment of a request",
        part: "SELECT id, request_digest FROM billing.payments",
        arguments: |row| format!("{}, 'ref-{row}'", owner(row)),
    },
    Hot {
        schema: "billing",
        purpose: "worker",
        what: "the next payment that is due",
        part: "UPDATE billing.payments SET next_attempt_at = $2, attempts = attempts + 1",
        arguments: |_| "now(), now() + interval '1 minute'".to_owned(),
    },
];

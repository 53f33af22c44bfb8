//! `provisioned.json`: organizations, accounts and patients, for the program that prepares test
//! mode.

use super::{Folder, ProvisionError, keys, services::EHR_BASE_URL};
use crate::domain::fixtures::{ORGANIZATIONS, TestOrganization, TestPatient};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::{collections::BTreeMap, path::Path};

/// The simulated payer: id, name, and its secret and upstream.
const PAYER: (&str, &str, &str) = ("SBX01", "Sandbox Health Plan", "payer-sandbox");
/// E-mail name, role, second factor.
const ACCOUNTS: &[(&str, &str, bool)] = &[
    ("patient", "patient", false),
    ("doctor", "doctor", true),
    ("doctor2", "doctor", false),
    ("nurse", "nurse", false),
    ("staff", "staff", false),
    ("billing", "billing", false),
    ("compliance", "compliance", false),
];

#[derive(Serialize, Deserialize)]
struct Account {
    role: String,
    email: String,
    password: String,
    second_factor: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    patient_id: Option<String>,
}

pub fn write(run_dir: &Path, secrets: &Folder) -> Result<(), ProvisionError> {
    let run = Folder::at(run_dir.to_owned())?;
    let known = known_passwords(&run)?;
    let mut organizations = Vec::new();
    for organization in ORGANIZATIONS {
        let bootstrap = secrets.folder("bootstrap")?.folder(organization.slug)?;
        let admin_password = bootstrap.keep("password", keys::password)?;
        organizations.push(json!({
            "slug": organization.slug,
            "name": organization.name,
            "admin_email": format!("admin@{}.test", organization.slug),
            "admin_password": admin_password.trim(),
            "accounts": accounts(organization, &known)?,
            "patients": organization.patients.iter().map(patient).collect::<Vec<_>>(),
            "ehr": { "base_url": EHR_BASE_URL, "secret_name": format!("ehr-{}", organization.slug) },
            "payer": { "payer_id": PAYER.0, "name": PAYER.1, "upstream": PAYER.2 },
            "provider": { "name": organization.name, "npi": organization.npi },
        }));
    }
    let text = serde_json::to_string_pretty(&json!({ "organizations": organizations }))?;
    run.write("provisioned.json", &format!("{text}\n"))
}

fn patient(patient: &TestPatient) -> Value {
    json!({
        "patient_id": patient.patient_id,
        "family": patient.family,
        "given": patient.given,
        "birth_date": patient.birth_date,
        "gender": patient.gender,
        "member_id": patient.member_id,
        "encounter_id": patient.encounter_id,
    })
}

fn accounts(organization: &TestOrganization, known: &BTreeMap<String, String>) -> Result<Vec<Account>, ProvisionError> {
    let first = organization
        .patients
        .first()
        .map(|patient| patient.patient_id.to_owned());
    let account = |&(name, role, second_factor): &(&str, &str, bool)| {
        let email = format!("{name}@{}.test", organization.slug);
        let password = match known.get(&email) {
            Some(password) => password.clone(),
            None => keys::password()?,
        };
        let patient_id = first.clone().filter(|_| role == "patient");
        Ok(Account {
            role: role.to_owned(),
            email,
            password,
            second_factor,
            patient_id,
        })
    };
    ACCOUNTS.iter().map(account).collect()
}

/// The passwords of an earlier run, by e-mail address: the accounts may exist already.
fn known_passwords(run: &Folder) -> Result<BTreeMap<String, String>, ProvisionError> {
    #[derive(Deserialize)]
    struct Document {
        organizations: Vec<Organization>,
    }
    #[derive(Deserialize)]
    struct Organization {
        accounts: Vec<Account>,
    }
    let Some(text) = run.read("provisioned.json")? else {
        return Ok(BTreeMap::new());
    };
    let document: Document = serde_json::from_str(&text).map_err(|_| ProvisionError::Damaged {
        path: run.path().join("provisioned.json"),
    })?;
    let accounts = document
        .organizations
        .into_iter()
        .flat_map(|organization| organization.accounts);
    Ok(accounts.map(|account| (account.email, account.password)).collect())
}

//! Makes test mode's people and data through the API, as any client would, and writes
//! `.run/test-mode.json`.

use crate::{
    client::{Client, Reply, text},
    test_mode::{FILE, write_private},
};
use anyhow::{Context, Result, bail};
use reqwest::Method;
use serde_json::{Value, json};
use std::{fs, path::Path, process::Command};

/// Makes what is missing; repeats are answered by the services and change nothing.
pub async fn prepare(run_dir: &Path, front_door: &str, bin_dir: &Path) -> Result<()> {
    let provisioned =
        fs::read_to_string(run_dir.join("provisioned.json")).context("provisioned.json is missing; run make up")?;
    let provisioned: Value = serde_json::from_str(&provisioned)?;
    let client = Client::new(front_door)?;
    let (mut accounts, mut patients, mut clients, mut organizations) = (vec![], vec![], vec![], vec![]);
    for organization in provisioned["organizations"]
        .as_array()
        .context("provisioned.json names no organisations")?
    {
        bootstrap(run_dir, bin_dir, organization)?;
        let made = prepare_organization(&client, organization).await?;
        println!(
            "{}: {} accounts, {} patients",
            text(organization, "name"),
            made.accounts.len(),
            made.patients.len()
        );
        accounts.extend(made.accounts);
        patients.extend(made.patients);
        clients.push(made.client);
        organizations.push(made.organization);
    }
    let secret = |name: &str| fs::read_to_string(run_dir.join("secrets").join(name)).map(|text| text.trim().to_owned());
    let file = json!({
        "front_door": front_door,
        "organizations": organizations,
        "accounts": accounts,
        "api_clients": clients,
        "patients": patients,
        "postgres_url": secret("auth-migrate/database-owner/url")?,
        "redis_url": secret("ehr-proxy/redis/url")?,
    });
    write_private(&run_dir.join(FILE), &serde_json::to_string_pretty(&file)?)
}

struct Made {
    organization: Value,
    accounts: Vec<Value>,
    patients: Vec<Value>,
    client: Value,
}

/// The organisation and its first admin: which no route can make.
fn bootstrap(run_dir: &Path, bin_dir: &Path, organization: &Value) -> Result<()> {
    let password = run_dir
        .join("secrets/bootstrap")
        .join(text(organization, "slug"))
        .join("password");
    let program = bin_dir.join("medconnect-auth");
    let status = Command::new(&program)
        .arg("bootstrap")
        .args([
            "--organization",
            text(organization, "name"),
            "--email",
            text(organization, "admin_email"),
        ])
        .arg("--password-file")
        .arg(password)
        .env("MC_AUTH__SECRETS__DIR", run_dir.join("secrets/auth"))
        .stdout(std::process::Stdio::null())
        .status()
        .with_context(|| format!("{} cannot be run; make build", program.display()))?;
    if status.success() {
        Ok(())
    } else {
        bail!("medconnect-auth bootstrap failed for {}", text(organization, "name"))
    }
}

async fn prepare_organization(client: &Client, organization: &Value) -> Result<Made> {
    let slug = text(organization, "slug");
    let admin = json!({ "organization": slug, "name": "admin", "role": "admin", "email": organization["admin_email"], "password": organization["admin_password"] });
    let signed_in = client.sign_in(&admin, "provisioning").await?;
    let token = signed_in.text("/access_token").to_owned();
    if token.is_empty() {
        bail!("sign-in as admin of {slug} {}", signed_in.complaint());
    }
    let organization_id = signed_in.body["user"]["organization_id"].clone();
    let setup = Setup { client, token, slug };
    let mut accounts = vec![admin];
    for account in organization["accounts"].as_array().into_iter().flatten() {
        accounts.push(setup.account(account).await?);
    }
    setup.connection(&organization["ehr"]).await?;
    let doctor = accounts
        .iter()
        .find(|account| account["name"] == "doctor")
        .context("no doctor")?["user_id"]
        .clone();
    let mut patients = Vec::new();
    for patient in organization["patients"].as_array().into_iter().flatten() {
        patients.push(setup.patient(organization, patient, &doctor).await?);
    }
    let added = setup
        .create("/api/v1/auth/clients", "client", &json!({ "name": "lab system" }))
        .await?;
    let client =
        json!({ "organization": slug, "client_id": added["client_id"], "client_secret": added["client_secret"] });
    for account in &mut accounts {
        account["organization_id"] = organization_id.clone();
    }
    let organization = json!({ "slug": slug, "name": organization["name"], "organization_id": organization_id });
    Ok(Made {
        organization,
        accounts,
        patients,
        client,
    })
}

/// An admin at work in one organisation.
struct Setup<'a> {
    client: &'a Client,
    token: String,
    slug: &'a str,
}

impl Setup<'_> {
    async fn create(&self, path: &str, key: &str, body: &Value) -> Result<Value> {
        let key = format!("prepare-{}-{key}", self.slug);
        let reply = self.client.create(path, &self.token, &key, body).await?;
        expect(&reply, 201, path)?;
        Ok(reply.body)
    }

    async fn account(&self, account: &Value) -> Result<Value> {
        let (role, email) = (text(account, "role"), text(account, "email"));
        // The part of the address before the @ names the account: doctor, doctor2, …
        let name = account["name"]
            .as_str()
            .or_else(|| email.split(['@', '.']).next())
            .unwrap_or(role);
        let mut body = json!({ "email": email, "password": account["password"], "roles": [role], "second_factor": account["second_factor"] == true });
        if let Some(patient_id) = account["patient_id"].as_str() {
            body["patient_id"] = json!(patient_id);
        }
        let added = self.create("/api/v1/auth/users", email, &body).await?;
        Ok(
            json!({ "organization": self.slug, "name": name, "role": role, "email": email, "password": account["password"],
            "totp_secret": added["totp_secret"], "user_id": added["user_id"], "patient_id": account["patient_id"] }),
        )
    }

    async fn connection(&self, ehr: &Value) -> Result<()> {
        let scope = "system/Patient.rs system/AllergyIntolerance.rs system/Condition.rs system/MedicationRequest.rs system/Encounter.rus";
        let scope = ehr["scope"].as_str().unwrap_or(scope);
        let body = json!({ "kind": "smart_backend_services", "base_url": ehr["base_url"], "secret_name": ehr["secret_name"], "scope": scope });
        let path = "/api/v1/integrations/ehr/connection";
        let reply = self
            .client
            .send(Method::PUT, path, Some(&self.token), &[], Some(&body))
            .await?;
        expect(&reply, 200, path)
    }

    async fn patient(&self, organization: &Value, patient: &Value, doctor: &Value) -> Result<Value> {
        let id = text(patient, "patient_id");
        let payer = &organization["payer"];
        let coverage = json!({
            "patient_id": id,
            "payer": { "payer_id": payer["payer_id"], "name": payer["name"] },
            "provider": organization["provider"],
            "member": { "member_id": patient["member_id"], "family": patient["family"], "given": patient["given"],
                "birth_date": patient["birth_date"], "gender": patient["gender"] },
        });
        let coverage = self
            .create(
                "/api/v1/integrations/insurance/coverages",
                &format!("coverage-{id}"),
                &coverage,
            )
            .await?;
        let consents = "/api/v1/integrations/ehr/consents";
        let treatment = json!({ "patient_id": id, "purpose": "treatment", "decision": "permit", "grantee": doctor });
        self.create(consents, &format!("treatment-{id}"), &treatment).await?;
        let payment = json!({ "patient_id": id, "purpose": "payment", "decision": "permit", "encounter_id": patient["encounter_id"] });
        self.create(consents, &format!("payment-{id}"), &payment).await?;
        let mut made = patient.clone();
        made["organization"] = json!(self.slug);
        made["coverage_id"] = coverage["coverage_id"].clone();
        Ok(made)
    }
}

fn expect(reply: &Reply, status: u16, path: &str) -> Result<()> {
    if reply.status == status {
        Ok(())
    } else {
        bail!("{path} {}: {}", reply.complaint(), reply.body["errors"])
    }
}

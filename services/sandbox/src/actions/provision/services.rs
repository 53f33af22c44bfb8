//! The secrets of each service.

use super::{Folder, ProvisionError, Servers, accounts::Accounts, keys};
use crate::domain::fixtures::ORGANIZATIONS;
use jsonwebtoken::{
    Algorithm,
    jwk::{Jwk, JwkSet},
};
use mc_contracts::topology::OPERATOR;
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeMap;
use url::Url;

/// Every service with its schema and its secrets; the rest of a row is not read here.
pub const SERVICES_TOML: &str = include_str!("../../../../../services.toml");

#[derive(Deserialize)]
struct Rows {
    service: Vec<Row>,
}

#[derive(Deserialize)]
pub struct Row {
    pub name: String,
    schema: String,
    pub secrets: BTreeMap<String, Vec<String>>,
}

/// Scopes of a connection at the EHR: the types of the summary, and updates of the encounter.
pub const EHR_SCOPE: &str = "system/Patient.rs system/AllergyIntolerance.rs system/Condition.rs \
    system/MedicationRequest.rs system/Observation.rs system/Coverage.rs system/Encounter.rus";

/// Address of the simulated EHR, and the origin of its token endpoint.
pub const EHR_BASE_URL: &str = "http://127.0.0.1:8107/ehr/fhir/r4";
const EHR_ORIGIN: &str = "http://127.0.0.1:8107";

/// Our id and the payer's id in ISA06 and ISA08, at most 15 characters.
const SENDER_ID: &str = "MEDCONNECT";
const RECEIVER_ID: &str = "SANDBOXPAYER";

pub fn write(secrets: &Folder, servers: &Servers) -> Result<(), ProvisionError> {
    let rows = toml::from_str::<Rows>(SERVICES_TOML)?.service;
    let accounts = Accounts::keep(&rows, secrets)?;
    let blind_index = one_for_all(&rows, secrets, "blind-index", "key", keys::key_32)?;
    for row in &rows {
        let own = secrets.folder(&row.name)?;
        write_database(&own, &row.schema, servers)?;
        // In a folder of its own: the owner's password is for the migration alone.
        let migration = secrets.folder(&format!("{}-migrate", row.name))?;
        migration
            .folder("database-owner")?
            .write("url", servers.postgres.as_str())?;
        for secret in row.secrets.keys() {
            match secret.as_str() {
                "broker" => own
                    .folder(secret)?
                    .write("url", &accounts.url(&servers.rabbitmq, &row.name)?)?,
                "redis" => own.folder(secret)?.write("url", servers.redis.as_str())?,
                "blind-index" => {
                    own.folder(secret)?
                        .keep("key", || Ok::<_, ProvisionError>(blind_index.clone()))?;
                }
                "sealing-key" => {
                    let sealing = own.folder(secret)?;
                    sealing.keep("key", keys::key_32)?;
                    sealing.keep("key_id", || keys::key_id(&row.name))?;
                }
                // database above, the rest below: each is known to two systems
                _ => {}
            }
        }
    }
    // For medconnect-mailbox, the operator's program.
    let operator = secrets.folder(OPERATOR)?.folder("broker")?;
    operator.write("url", &accounts.url(&servers.rabbitmq, OPERATOR)?)?;
    write_signers(secrets)?;
    write_stripe(secrets)?;
    write_payer(secrets)?;
    write_ehr(secrets)?;
    for organization in ORGANIZATIONS {
        secrets
            .folder("bootstrap")?
            .folder(organization.slug)?
            .keep("password", keys::password)?;
    }
    Ok(())
}

/// The value that a service already has under this name, or a new one.
fn one_for_all<E>(
    rows: &[Row],
    secrets: &Folder,
    secret: &str,
    field: &str,
    make: impl FnOnce() -> Result<String, E>,
) -> Result<String, ProvisionError>
where
    ProvisionError: From<E>,
{
    for row in rows.iter().filter(|row| row.secrets.contains_key(secret)) {
        if let Some(value) = secrets.folder(&row.name)?.folder(secret)?.read(field)? {
            return Ok(value);
        }
    }
    Ok(make()?)
}

/// Addresses may change between starts; the passwords of the two roles stay. `url`, which programs
/// of the last release read, is left as it is.
fn write_database(own: &Folder, schema: &str, servers: &Servers) -> Result<(), ProvisionError> {
    let database = own.folder("database")?;
    for purpose in ["serving", "worker"] {
        let field = format!("{purpose}_url");
        let known = database.read(&field)?.and_then(|text| Url::parse(text.trim()).ok());
        let password = match known.as_ref().and_then(Url::password) {
            Some(password) => password.to_owned(),
            None => keys::token()?,
        };
        let mut url = servers.postgres.clone();
        url.set_username(&format!("mc_{schema}_{purpose}"))
            .map_err(|()| ProvisionError::Address)?;
        url.set_password(Some(&password))
            .map_err(|()| ProvisionError::Address)?;
        database.write(&field, url.as_str())?;
    }
    database.remove("migrate_url") // where versions before this one kept the owner's
}

fn write_signers(secrets: &Folder) -> Result<(), ProvisionError> {
    let signing = secrets.folder("auth")?.folder("signing-key")?;
    signing.keep("private_key_pem", keys::p256_pem)?;
    signing.keep("kid", || keys::key_id("auth"))?;
    let checkpoint = secrets.folder("audit")?.folder("checkpoint-key")?;
    checkpoint.keep("private_key_pem", keys::ed25519_pem)?;
    checkpoint.keep("name", || Ok::<_, ProvisionError>("medconnect.test/audit".to_owned()))?;
    Ok(())
}

fn write_stripe(secrets: &Folder) -> Result<(), ProvisionError> {
    let sandbox = secrets.folder("sandbox")?.folder("stripe")?;
    let billing = secrets.folder("billing")?.folder("stripe")?;
    for (field, prefix) in [("api_key", "sk_test_"), ("webhook_secret", "whsec_")] {
        let value = sandbox.keep(field, || Ok::<_, ProvisionError>(format!("{prefix}{}", keys::token()?)))?;
        billing.keep(field, || Ok::<_, ProvisionError>(value))?;
    }
    Ok(())
}

fn write_payer(secrets: &Folder) -> Result<(), ProvisionError> {
    let sandbox = secrets.folder("sandbox")?.folder("payer")?;
    let eligibility = secrets.folder("eligibility")?.folder("payer-sandbox")?;
    let username = sandbox.keep("username", || Ok::<_, ProvisionError>("medconnect".to_owned()))?;
    let password = sandbox.keep("password", keys::password)?;
    let fields = [
        ("username", username.as_str()),
        ("password", &password),
        ("sender_id", SENDER_ID),
        ("receiver_id", RECEIVER_ID),
    ];
    for (field, value) in fields {
        eligibility.keep(field, || Ok::<_, ProvisionError>(value.to_owned()))?;
    }
    Ok(())
}

/// Where and for whom a client's secret may be used. The ids of organizations are not known yet, so
/// each may use it; the address is the simulated EHR's.
fn write_bounds(own: &Folder) -> Result<(), ProvisionError> {
    for (field, value) in [
        ("organizations", "*"),
        ("base_url", EHR_BASE_URL),
        ("token_origin", EHR_ORIGIN),
        ("scopes", EHR_SCOPE),
    ] {
        own.keep(field, || Ok::<_, ProvisionError>(value.to_owned()))?;
    }
    Ok(())
}

/// One registered client per organization, alternating between ES384 and RS384 so that both are
/// used.
fn write_ehr(secrets: &Folder) -> Result<(), ProvisionError> {
    let mut clients = Vec::new();
    for (organization, algorithm) in ORGANIZATIONS
        .iter()
        .zip([Algorithm::ES384, Algorithm::RS384].iter().cycle())
    {
        let own = secrets
            .folder("ehr-proxy")?
            .folder(&format!("ehr-{}", organization.slug))?;
        let client_id = own.keep("client_id", || {
            Ok::<_, ProvisionError>(format!("medconnect-{}", organization.slug))
        })?;
        let kid = own.keep("kid", || keys::key_id("ehr"))?;
        let pem = own.keep(
            "private_key_pem",
            match algorithm {
                Algorithm::RS384 => keys::rsa_pem,
                _ => keys::p384_pem,
            },
        )?;
        own.keep("alg", || Ok::<_, ProvisionError>(format!("{algorithm:?}")))?;
        write_bounds(&own)?;
        let key: Jwk = keys::public_jwk(&pem, *algorithm, kid.trim())?;
        clients.push(json!({
            "client_id": client_id.trim(),
            "organization": organization.slug,
            "jwks": JwkSet { keys: vec![key] },
            "scope": EHR_SCOPE,
        }));
    }
    secrets
        .folder("sandbox")?
        .folder("ehr-clients")?
        .write("clients", &serde_json::to_string(&clients)?)
}

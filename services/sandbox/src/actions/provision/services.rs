//! The secrets of each service.

use super::{Folder, ProvisionError, Servers, keys};
use crate::domain::fixtures::ORGANIZATIONS;
use jsonwebtoken::{
    Algorithm,
    jwk::{Jwk, JwkSet},
};
use serde_json::json;
use url::Url;

/// Service (folder of its secrets) and schema.
const SERVICES: &[(&str, &str)] = &[
    ("auth", "auth"),
    ("billing", "billing"),
    ("ehr-proxy", "ehr_proxy"),
    ("eligibility", "eligibility"),
    ("audit", "audit"),
    ("console", "console"),
    ("sandbox", "sandbox"),
];

/// Scopes of a connection at the EHR: the types of the summary, and updates of the encounter.
pub const EHR_SCOPE: &str = "system/Patient.rs system/AllergyIntolerance.rs system/Condition.rs \
    system/MedicationRequest.rs system/Observation.rs system/Coverage.rs system/Encounter.rus";

/// Our id and the payer's id in ISA06 and ISA08, at most 15 characters.
const SENDER_ID: &str = "MEDCONNECT";
const RECEIVER_ID: &str = "SANDBOXPAYER";

pub fn write(secrets: &Folder, servers: &Servers) -> Result<(), ProvisionError> {
    let blind_index = shared(secrets, "blind-index", "key", keys::key_32)?;
    for (service, schema) in SERVICES {
        let own = secrets.folder(service)?;
        write_addresses(&own, schema, servers)?;
        write_owner(&secrets.folder(&format!("{service}-migrate"))?, &own, servers)?;
        own.folder("blind-index")?
            .keep("key", || Ok::<_, ProvisionError>(blind_index.clone()))?;
        let sealing = own.folder("sealing-key")?;
        sealing.keep("key", keys::key_32)?;
        sealing.keep("key_id", || keys::key_id(service))?;
    }
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
fn shared<E>(
    secrets: &Folder,
    secret: &str,
    field: &str,
    make: impl FnOnce() -> Result<String, E>,
) -> Result<String, ProvisionError>
where
    ProvisionError: From<E>,
{
    for (service, _) in SERVICES {
        if let Some(value) = secrets.folder(service)?.folder(secret)?.read(field)? {
            return Ok(value);
        }
    }
    Ok(make()?)
}

/// Addresses may change between starts; the serving role's password stays.
fn write_addresses(own: &Folder, schema: &str, servers: &Servers) -> Result<(), ProvisionError> {
    let database = own.folder("database")?;
    let known = database.read("url")?.and_then(|text| Url::parse(text.trim()).ok());
    let password = match known.as_ref().and_then(Url::password) {
        Some(password) => password.to_owned(),
        None => keys::token()?,
    };
    let mut serving = servers.postgres.clone();
    serving
        .set_username(&format!("mc_{schema}"))
        .map_err(|()| ProvisionError::Address)?;
    serving
        .set_password(Some(&password))
        .map_err(|()| ProvisionError::Address)?;
    database.write("url", serving.as_str())?;
    own.folder("broker")?.write("url", servers.rabbitmq.as_str())?;
    own.folder("redis")?.write("url", servers.redis.as_str())
}

/// The owner's database address, in secrets of its own: a serving process cannot read it. The former
/// field `database/migrate_url` is still written beside it.
fn write_owner(migrate: &Folder, own: &Folder, servers: &Servers) -> Result<(), ProvisionError> {
    let url = servers.postgres.as_str();
    migrate.folder("database-owner")?.write("url", url)?;
    own.folder("database")?.write("migrate_url", url)
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

/// One registered client per organization, alternating between ES384 and RS384 so that both are used.
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

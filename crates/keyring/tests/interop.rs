//! Against an implementation of AWS Secrets Manager by others.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use aws_sdk_secretsmanager::{
    Client,
    config::{BehaviorVersion, Credentials, Region},
};
use mc_keyring::{ExposeSecret as _, Secrets, SecretsError};

/// Needs `MC_INTEROP_AWS_URL`, and `AWS_REGION`, `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY` as
/// any AWS client.
#[tokio::test]
#[expect(
    clippy::disallowed_methods,
    reason = "the address of the peer is given to the test from outside"
)]
async fn interop_reads_a_secret_from_aws_secrets_manager() {
    let Ok(url) = std::env::var("MC_INTEROP_AWS_URL") else {
        println!("skipped: MC_INTEROP_AWS_URL not set");
        return;
    };
    let region = std::env::var("AWS_REGION").expect("AWS_REGION is set");
    let key_id = std::env::var("AWS_ACCESS_KEY_ID").expect("AWS_ACCESS_KEY_ID is set");
    let key = std::env::var("AWS_SECRET_ACCESS_KEY").expect("AWS_SECRET_ACCESS_KEY is set");
    let config = aws_sdk_secretsmanager::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region))
        .credentials_provider(Credentials::new(key_id, key, None, None, "interop"))
        .endpoint_url(&url)
        .build();
    let client = Client::from_conf(config);
    let prefix = format!(
        "medconnect/interop-{}/",
        uuid::Uuid::from_u128(std::process::id().into())
    );
    let id = format!("{prefix}stripe");
    client
        .create_secret()
        .name(&id)
        .secret_string(r#"{"api_key":"one"}"#)
        .send()
        .await
        .unwrap();

    let secrets = Secrets::aws(&prefix, Some(url)).await;
    assert_eq!(secrets.provider_name(), "aws_secrets_manager");
    let stripe = secrets.require("stripe", &["api_key"]).await.unwrap();
    assert_eq!(stripe.field("api_key").unwrap().expose_secret(), "one");

    let error = secrets
        .require("stripe", &["api_key", "webhook_secret"])
        .await
        .unwrap_err();
    let expected = format!(
        "aws_secrets_manager: secret `stripe` has no field webhook_secret; add field webhook_secret to secret {id}"
    );
    assert_eq!(error.to_string(), expected);
    let absent = secrets.require("epic", &["client_id"]).await;
    assert!(matches!(absent, Err(SecretsError::MissingField { .. })), "{absent:?}");

    rotate(&client, &id).await;
    let cached = secrets.get("stripe").await.unwrap();
    assert_eq!(
        cached.field("api_key").unwrap().expose_secret(),
        "one",
        "kept until the cache expires"
    );
    secrets.invalidate("stripe");
    let rotated = secrets.get("stripe").await.unwrap();
    assert_eq!(rotated.field("api_key").unwrap().expose_secret(), "two");

    client
        .delete_secret()
        .secret_id(&id)
        .force_delete_without_recovery(true)
        .send()
        .await
        .unwrap();
}

/// Rotates as AWS does: a pending version is written, then made current.
async fn rotate(client: &Client, id: &str) {
    let put = client
        .put_secret_value()
        .secret_id(id)
        .secret_string(r#"{"api_key":"two"}"#);
    let pending = put.version_stages("AWSPENDING").send().await.unwrap();
    let described = client.describe_secret().secret_id(id).send().await.unwrap();
    let current = described
        .version_ids_to_stages()
        .unwrap()
        .iter()
        .find(|(_, stages)| stages.iter().any(|stage| stage == "AWSCURRENT"))
        .map(|(version, _)| version.clone());
    client
        .update_secret_version_stage()
        .secret_id(id)
        .version_stage("AWSCURRENT")
        .set_remove_from_version_id(current)
        .set_move_to_version_id(pending.version_id)
        .send()
        .await
        .unwrap();
}

//! Secrets as files: reading, refusals and rotation.
#![expect(clippy::unwrap_used, reason = "a panic here is a failed test")]

use std::{
    fs,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use mc_keyring::{ExposeSecret as _, Secrets, SecretsConfig, SecretsError};

fn put(dir: &Path, secret: &str, field: &str, value: &str) {
    fs::create_dir_all(dir.join(secret)).unwrap();
    fs::write(dir.join(secret).join(field), value).unwrap();
}

fn value(credentials: &mc_keyring::Credentials, field: &str) -> String {
    credentials.field(field).unwrap().expose_secret().to_owned()
}

#[tokio::test]
async fn a_secret_mounted_by_kubernetes_is_read_without_its_internal_files() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "stripe/..2026_01_01", "api_key", "sk_test_1\n");
    std::os::unix::fs::symlink("..2026_01_01", dir.path().join("stripe/..data")).unwrap();
    std::os::unix::fs::symlink("..data/api_key", dir.path().join("stripe/api_key")).unwrap();
    let credentials = Secrets::files(dir.path())
        .require("stripe", &["api_key"])
        .await
        .unwrap();
    assert_eq!(value(&credentials, "api_key"), "sk_test_1");
    assert_eq!(credentials.field_names().collect::<Vec<_>>(), ["api_key"]);
    let shown = format!("{credentials:?}");
    assert!(shown.contains("api_key") && !shown.contains("sk_test_1"), "{shown}");
}

#[tokio::test]
async fn a_missing_and_an_empty_field_are_named_with_the_file_to_create() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "stripe", "api_key", "sk_test_1");
    put(dir.path(), "stripe", "webhook_secret", "\n");
    let error = Secrets::files(dir.path())
        .require("stripe", &["api_key", "webhook_secret"])
        .await
        .unwrap_err();
    let expected = format!(
        "files: secret `stripe` has no field webhook_secret; create file {}/stripe/webhook_secret",
        dir.path().display()
    );
    assert_eq!(error.to_string(), expected);
}

#[tokio::test]
async fn a_missing_secret_names_every_required_field() {
    let dir = tempfile::tempdir().unwrap();
    let secrets = Secrets::files(dir.path());
    let text = secrets
        .require("stripe", &["api_key", "webhook_secret"])
        .await
        .unwrap_err()
        .to_string();
    assert!(
        text.contains("api_key, webhook_secret") && text.contains("/stripe/webhook_secret"),
        "{text}"
    );
    assert!(matches!(
        secrets.get("stripe").await,
        Err(SecretsError::NotFound { .. })
    ));
}

#[tokio::test]
async fn a_name_that_could_be_a_path_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "inner", "field", "x");
    let secrets = Secrets::files(dir.path().join("inner"));
    for name in ["../inner", "..", "", "a/b", "A", "a b", "a.b"] {
        assert!(
            matches!(secrets.get(name).await, Err(SecretsError::InvalidName { .. })),
            "{name}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_rotated_value_is_picked_up_when_the_cache_expires() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "stripe", "api_key", "old");
    let secrets = Secrets::files(dir.path());
    assert_eq!(value(&secrets.get("stripe").await.unwrap(), "api_key"), "old");
    put(dir.path(), "stripe", "api_key", "new");
    assert_eq!(value(&secrets.get("stripe").await.unwrap(), "api_key"), "old");
    tokio::time::advance(Duration::from_secs(61)).await;
    assert_eq!(value(&secrets.get("stripe").await.unwrap(), "api_key"), "new");
    put(dir.path(), "stripe", "api_key", "newest");
    secrets.invalidate("stripe");
    assert_eq!(value(&secrets.get("stripe").await.unwrap(), "api_key"), "newest");
}

#[tokio::test(start_paused = true)]
async fn the_previous_value_is_used_while_the_provider_is_unavailable() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "stripe", "api_key", "old");
    let secrets = Secrets::files(dir.path());
    secrets.get("stripe").await.unwrap();
    fs::rename(dir.path().join("stripe"), dir.path().join("away")).unwrap();
    tokio::time::advance(Duration::from_secs(61)).await;
    assert_eq!(value(&secrets.get("stripe").await.unwrap(), "api_key"), "old");
    fs::rename(dir.path().join("away"), dir.path().join("stripe")).unwrap();
    put(dir.path(), "stripe", "api_key", "new");
    tokio::time::advance(Duration::from_secs(6)).await;
    assert_eq!(value(&secrets.get("stripe").await.unwrap(), "api_key"), "new");
}

#[tokio::test]
async fn the_configuration_selects_the_provider_and_names_a_missing_setting() {
    let config: SecretsConfig = serde_json::from_str(r#"{"provider":"files","dir":"x"}"#).unwrap();
    assert_eq!(Secrets::from_config(&config).await.unwrap().provider_name(), "files");
    let config: SecretsConfig = serde_json::from_str(r#"{"provider":"files"}"#).unwrap();
    let error = Secrets::from_config(&config).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "setting `secrets.dir` is needed by secrets provider `files`"
    );
    assert!(serde_json::from_str::<SecretsConfig>(r#"{"provider":"files","dri":"x"}"#).is_err());
}

/// Captured log lines.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn lines(&self) -> Vec<String> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        text.lines().map(str::to_owned).collect()
    }
}

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn only_a_read_from_the_provider_is_logged_and_never_the_value() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "stripe", "api_key", "sk_test_1");
    let secrets = Secrets::files(dir.path());
    for _ in 0..3 {
        secrets.require("stripe", &["api_key"]).await.unwrap();
    }
    assert_eq!(log.lines().len(), 1, "{:?}", log.lines());
    secrets.invalidate("stripe");
    secrets.require("stripe", &["api_key"]).await.unwrap();
    let lines = log.lines();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(
        lines
            .iter()
            .all(|line| line.contains("secret read") && line.contains("stripe")),
        "{lines:?}"
    );
    assert!(!lines.concat().contains("sk_test_1"), "{lines:?}");
}

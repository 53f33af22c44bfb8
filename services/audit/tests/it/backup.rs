//! The log as a file: checked with the public key alone, restored from an encrypted one, refused
//! where a byte of it was changed.

use crate::app::TestApp;
use mc_audit::{
    AppState,
    commands::{
        backup::{export_to, kek, restore_from},
        state,
    },
    startup::SERVICE,
};
use mc_testkit::{Database, broker, eventually};
use mc_transparency::{Tampering, export};
use mc_vocabulary::{Clock, Role};
use serde_json::json;
use std::{fs, path::PathBuf};
use uuid::Uuid;

const EVENTS: i64 = 300;

/// And the event that says that they are taken out.
const EXPORTED: i64 = EVENTS + 1;

/// A log of 300 events about a patient, and an empty folder.
struct Log {
    app: TestApp,
    state: AppState,
    folder: tempfile::TempDir,
}

impl Log {
    async fn start() -> Self {
        let app = TestApp::start().await;
        app.publish(EVENTS).await;
        app.checkpointed().await;
        let state = state(app.settings(), app.secrets(), Clock::System).await.unwrap();
        Self {
            app,
            state,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn tree(&self) -> Uuid {
        self.app.organization_id.uuid()
    }

    async fn export(&self, encrypted: bool) -> PathBuf {
        let out = self
            .folder
            .path()
            .join(if encrypted { "log.backup" } else { "log.export" });
        let kek = kek(&self.app.secrets()).await.unwrap();
        let size = export_to(&self.state, self.tree(), &out, encrypted.then_some(&kek))
            .await
            .unwrap();
        assert_eq!(i64::try_from(size).unwrap(), EXPORTED);
        out
    }

    /// The same service over an empty database.
    async fn elsewhere(self) -> (TestApp, AppState) {
        let restored = self
            .app
            .over(Database::fresh(SERVICE.schema, SERVICE.migrations).await, broker())
            .await;
        let state = state(restored.settings(), restored.secrets(), Clock::System)
            .await
            .unwrap();
        (restored, state)
    }
}

#[actix_web::test]
async fn an_export_is_checked_with_the_public_key_alone_and_shows_no_patient() {
    let log = Log::start().await;
    let file = fs::read_to_string(log.export(false).await).unwrap();
    let keys = [log.state.signer.verifier().clone()];
    let found = export::verify(file.as_bytes(), &keys).unwrap();
    assert!(found.verdict.ok, "{}", found.verdict.reason);
    assert_eq!(found.verdict.signed_size, EXPORTED.cast_unsigned());
    assert_eq!(found.header.organization_id, log.tree().to_string());
    assert!(!file.contains("pat-1") && file.contains("pt_"));
    let edited = file.replacen("TREAT", "HRESCH", 2);
    let verdict = export::verify(edited.as_bytes(), &keys).unwrap().verdict;
    assert_eq!(
        (verdict.tampering, verdict.first_bad),
        (Some(Tampering::Changed), Some(0))
    );
    assert!(file.contains("audit.log.export"), "that it was taken out is in it");
}

#[actix_web::test]
async fn a_log_comes_back_from_its_backup_verifies_and_goes_on() {
    let log = Log::start().await;
    let (file, event) = (log.export(true).await, log.app.first_event().await);
    let text = fs::read(&file).unwrap();
    assert!(
        !text.windows(5).any(|bytes| bytes == b"pat-1" || bytes == b"TREAT"),
        "nothing is readable"
    );
    let (restored, state) = log.elsewhere().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("log.backup");
    fs::write(&file, text).unwrap();
    let kek = kek(&restored.secrets()).await.unwrap();
    assert_eq!(
        restore_from(&state, &file, &kek).await.unwrap(),
        EXPORTED.cast_unsigned()
    );
    assert!(restored.logged().await >= EXPORTED);
    let verdict = restored.verdict().await;
    assert_eq!(verdict["ok"], true, "{verdict}");
    restored.publish(5).await;
    let verdict = eventually(
        "what was published and the record of its restoring are signed",
        || async {
            restored.checkpointed().await;
            let verdict = restored.verdict().await;
            (verdict["signed_size"].as_i64() >= Some(EXPORTED + 6)).then_some(verdict)
        },
    )
    .await;
    assert_eq!(verdict["ok"], true, "{verdict}");
    // Whose record it was can still be unmasked.
    let token = restored.issuer.token(&restored.caller(Role::Compliance));
    let path = format!("/api/v1/integrations/audit/events/{event}/unmask");
    let body = json!({ "justification": "request of the privacy officer" });
    let answer = restored
        .send("POST", &path, Some(&token), Some(&body))
        .await
        .text()
        .await
        .unwrap();
    assert!(answer.contains("pat-1"), "{answer}");
    // Followers do not take what is old for news.
    assert_eq!(
        restored
            .database
            .count("SELECT count(*) FROM audit.batches WHERE sequence > 0 AND size <= 301")
            .await,
        0
    );
    let refused = restore_from(&state, &file, &kek).await.unwrap_err().to_string();
    assert!(refused.contains("is not empty"), "{refused}");
}

#[actix_web::test]
async fn a_backup_with_one_byte_changed_is_refused_and_nothing_is_restored() {
    let log = Log::start().await;
    let file = log.export(true).await;
    let good = fs::read(&file).unwrap();
    let (restored, state) = log.elsewhere().await;
    let kek = kek(&restored.secrets()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.backup");
    for at in [10, good.len() / 3, good.len() / 2, good.len() - 1] {
        let mut changed = good.clone();
        changed[at] ^= 1;
        fs::write(&path, changed).unwrap();
        assert!(restore_from(&state, &path, &kek).await.is_err(), "byte {at}");
    }
    fs::write(&path, &good[..good.len() - 70_000]).unwrap();
    let refused = format!("{:#}", restore_from(&state, &path, &kek).await.unwrap_err());
    assert!(refused.contains("cut off"), "{refused}");
    fs::write(&path, "{\"format\":\"medconnect-audit-export/1\"}\n").unwrap();
    assert!(
        restore_from(&state, &path, &kek).await.is_err(),
        "a masked export is no backup"
    );
    assert_eq!(restored.logged().await, 0);
}

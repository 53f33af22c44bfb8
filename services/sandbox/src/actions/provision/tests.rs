use super::*;
use std::{collections::BTreeMap, fs, os::unix::fs::PermissionsExt};

fn servers(port: u16) -> Servers {
    let url = |text: String| Url::parse(&text).unwrap();
    Servers {
        postgres: url(format!("postgres://medconnect:pw@127.0.0.1:{port}/medconnect")),
        rabbitmq: url("amqp://medconnect:pw@127.0.0.1:55672/%2f".to_owned()),
        redis: url("redis://:pw@127.0.0.1:56379/0".to_owned()),
    }
}

fn tree(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        if path.is_dir() {
            assert_eq!(mode, 0o700, "{}", path.display());
            found.extend(tree(&path));
        } else {
            assert_eq!(mode, 0o600, "{}", path.display());
            found.insert(path.clone(), fs::read_to_string(path).unwrap());
        }
    }
    found
}

#[test]
fn a_second_run_keeps_what_the_first_one_made() {
    let run = tempfile::tempdir().unwrap();
    provision(run.path(), &servers(55432)).unwrap();
    let first = tree(run.path());
    for wanted in [
        "secrets/ehr-proxy/database/serving_url",
        "secrets/ehr-proxy/database/worker_url",
        "secrets/audit/checkpoint-key/name",
        "secrets/eligibility/payer-sandbox/receiver_id",
        "secrets/ehr-proxy/ehr-lakeview/private_key_pem",
        "secrets/bootstrap/northside/password",
        "secrets/billing-migrate/database-owner/url",
        "provisioned.json",
    ] {
        assert!(first.contains_key(&run.path().join(wanted)), "{wanted}");
    }
    let owners = first.keys().filter(|path| path.ends_with("database/migrate_url"));
    assert_eq!(owners.count(), 0, "no serving process can read the owner's address");
    provision(run.path(), &servers(55432)).unwrap();
    assert_eq!(tree(run.path()), first);
}

#[test]
fn every_secret_of_services_toml_is_made() {
    let run = tempfile::tempdir().unwrap();
    provision(run.path(), &servers(55432)).unwrap();
    let made = tree(run.path());
    let document: toml::Value = toml::from_str(services::SERVICES_TOML).unwrap();
    for row in document["service"].as_array().unwrap() {
        let own = run.path().join("secrets").join(row["name"].as_str().unwrap());
        let in_test_mode = row.get("test_mode").and_then(|test_mode| test_mode.get("secrets"));
        let secrets = [Some(&row["secrets"]), in_test_mode].into_iter().flatten();
        for (secret, fields) in secrets.flat_map(|secrets| secrets.as_table().unwrap()) {
            for field in fields.as_array().unwrap() {
                let path = own.join(secret).join(field.as_str().unwrap());
                assert!(made.contains_key(&path), "{}", path.display());
            }
        }
    }
}

#[test]
fn the_owners_password_is_in_no_folder_that_a_service_reads() {
    let run = tempfile::tempdir().unwrap();
    let old = run.path().join("secrets/billing/database");
    fs::create_dir_all(&old).unwrap();
    fs::write(
        old.join("migrate_url"),
        "postgres://medconnect:pw@127.0.0.1:55432/medconnect",
    )
    .unwrap();
    provision(run.path(), &servers(55432)).unwrap();
    let holding = |(path, text): (PathBuf, String)| text.starts_with("postgres://medconnect:").then_some(path);
    let found: Vec<_> = tree(run.path()).into_iter().filter_map(holding).collect();
    assert_eq!(found.len(), 7, "{found:?}");
    for path in found {
        let path = path.strip_prefix(run.path()).unwrap().display().to_string();
        assert!(path.ends_with("-migrate/database-owner/url"), "{path}");
    }
}

#[test]
fn a_moved_database_keeps_the_passwords_of_both_roles() {
    for purpose in ["serving", "worker"] {
        let run = tempfile::tempdir().unwrap();
        let file = format!("secrets/ehr-proxy/database/{purpose}_url");
        let url = || fs::read_to_string(run.path().join(&file)).unwrap();
        provision(run.path(), &servers(55432)).unwrap();
        let before = url();
        let role = format!("postgres://mc_ehr_proxy_{purpose}:");
        assert!(before.starts_with(&role), "{before}");
        provision(run.path(), &servers(5433)).unwrap();
        assert_eq!(url(), before.replace(":55432/", ":5433/"));
    }
}

#[test]
fn the_address_that_programs_of_the_last_release_read_is_left_as_it_is() {
    let run = tempfile::tempdir().unwrap();
    let old = run.path().join("secrets/billing/database");
    fs::create_dir_all(&old).unwrap();
    let address = "postgres://mc_billing:pw@127.0.0.1:55432/medconnect";
    fs::write(old.join("url"), address).unwrap();
    provision(run.path(), &servers(55432)).unwrap();
    assert_eq!(fs::read_to_string(old.join("url")).unwrap(), address);
    let new = fs::read_to_string(old.join("serving_url")).unwrap();
    assert!(!new.contains(":pw@"), "the new roles have passwords of their own");
}

#[test]
fn the_owners_address_is_outside_the_secrets_of_the_serving_process() {
    let run = tempfile::tempdir().unwrap();
    provision(run.path(), &servers(55432)).unwrap();
    for service in [
        "auth",
        "billing",
        "ehr-proxy",
        "eligibility",
        "audit",
        "console",
        "sandbox",
    ] {
        let path = run.path().join(format!("secrets/{service}-migrate/database-owner/url"));
        let url = fs::read_to_string(path).unwrap();
        assert_eq!(url, servers(55432).postgres.as_str(), "{service}");
        let serving = run.path().join(format!("secrets/{service}/database-owner"));
        assert!(!serving.exists(), "{service}");
    }
}

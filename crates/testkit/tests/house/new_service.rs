//! `deploy/new-service.sh` makes a service that follows the rules of the house. It runs in a copy
//! of the repository, and the rules are applied to the copy: this executable, with another root.

use crate::source::{ROOT_VARIABLE, root};
use std::{
    path::Path,
    process::{Command, Output},
};

/// Copies the repository without what is built or running.
fn copy_to(folder: &Path) {
    let copied = Command::new("bash")
        .args(["-euo", "pipefail", "-c"])
        .arg("tar -c --exclude=target --exclude=.run --exclude=.git . | tar -x -C \"$1\"")
        .arg("copy")
        .arg(folder)
        .current_dir(root())
        .output()
        .unwrap();
    succeeded("copy the repository", &copied);
}

fn succeeded(what: &str, output: &Output) {
    let (out, err) = (&output.stdout, &output.stderr);
    let (out, err) = (String::from_utf8_lossy(out), String::from_utf8_lossy(err));
    assert!(output.status.success(), "{what}\n{out}{err}");
}

fn new_service(folder: &Path, name: &str) -> Output {
    Command::new(folder.join("deploy/new-service.sh"))
        .args([name, "plans of care"])
        .env("MC_HOUSE", std::env::current_exe().unwrap())
        .env(ROOT_VARIABLE, folder)
        .output()
        .unwrap()
}

#[test]
fn a_service_made_by_the_script_passes_the_house_tests() {
    let copy = tempfile::tempdir().unwrap();
    copy_to(copy.path());
    let made = new_service(copy.path(), "care-plans");
    succeeded("new-service.sh care-plans", &made);
    for path in [
        "services/care-plans/src/startup.rs",
        "migrations/care_plans/20261122000001_mailbox.sql",
        "k8s/base/care-plans/kustomization.yaml",
    ] {
        assert!(copy.path().join(path).is_file(), "{path} is missing");
    }
    let rules = Command::new(std::env::current_exe().unwrap())
        .args(["-q", "--skip", "new_service"])
        .env(ROOT_VARIABLE, copy.path())
        .output()
        .unwrap();
    succeeded("the house tests with the new service", &rules);

    // A second time, or with an invalid name, it changes nothing.
    let rows = std::fs::read_to_string(copy.path().join("services.toml")).unwrap();
    for name in ["care-plans", "Care_Plans", "../care", "public", ""] {
        let refused = new_service(copy.path(), name);
        assert!(!refused.status.success(), "{name:?} was accepted");
        assert!(String::from_utf8_lossy(&refused.stderr).contains("FAILED"), "{name:?}");
    }
    assert_eq!(
        std::fs::read_to_string(copy.path().join("services.toml")).unwrap(),
        rows
    );
}

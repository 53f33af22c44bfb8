//! What the scripts of deploy/local promise where something has gone wrong.

#![expect(clippy::unwrap_used, reason = "a panic here is a failed test")]

use std::{
    fs,
    io::Write,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Output},
    time::{Duration, Instant},
};

/// A run directory of its own, removed when dropped.
struct RunDir(PathBuf);

impl RunDir {
    fn new() -> Self {
        let port = TcpListener::bind(("127.0.0.1", 0))
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let folder = std::env::temp_dir().join(format!("medconnect-scripts-{port}"));
        fs::create_dir_all(folder.join("log")).unwrap();
        Self(folder)
    }

    /// Runs bash with the scripts of deploy/local at hand; Postgres has a port of its own.
    fn bash(&self, parts: &str, script: &str, environment: &[(&str, &str)]) -> Output {
        let port = TcpListener::bind(("127.0.0.1", 0))
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let parts: String = parts
            .split(' ')
            .flat_map(|part| [". deploy/local/", part, ".sh; "])
            .collect();
        Command::new("bash")
            .args(["-ec", &format!("{parts}{script}")])
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
            .env_remove("MC_POSTGRES_URL")
            .env_remove("PEERS")
            .env("RUN_DIR", &self.0)
            .env("MC_PORT_POSTGRES", port.to_string())
            .envs(environment.iter().copied())
            .output()
            .unwrap()
    }
}

impl Drop for RunDir {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn text(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

#[test]
fn a_postgres_in_a_smart_shutdown_is_ended_and_started_again() {
    let run = RunDir::new();
    let script = r#"
      prepare_run_dir
      trap 'stop postgres INT 20' EXIT
      postgres_start
      postgres_wait "$(now_ms)"
      owner_psql -c 'select pg_sleep(60)' </dev/null >/dev/null 2>&1 &
      client=$!
      has_client() { [ "$(owner_psql -Atc "select count(*) from pg_stat_activity where query like '%pg_sleep(60)' and pid <> pg_backend_pid()")" = 1 ]; }
      wait_until 10 has_client
      before=$(pid_of postgres)
      unprivileged "$(postgres_bin)/pg_ctl" stop -D "$(data_dir)/postgres" -m smart --no-wait
      wait_until 10 postgres_is_stopping "$(data_dir)/postgres"
      ! postgres_ready 2>/dev/null
      postgres_start
      postgres_wait "$(now_ms)"
      owner_psql -c 'select 1'
      [ "$before" != "$(pid_of postgres)" ]
      wait "$client" || true
      echo repaired"#;
    let output = run.bash("lib postgres", script, &[]);
    assert!(
        output.status.success() && text(&output).contains("repaired"),
        "{}",
        text(&output)
    );
}

#[test]
fn a_log_above_the_bound_is_kept_once_and_begins_again_under_its_writer() {
    let run = RunDir::new();
    let log = run.0.join("log/service.log");
    let mut writer = fs::OpenOptions::new().create(true).append(true).open(&log).unwrap();
    writer.write_all(&[b'x'; 2_000]).unwrap();
    let mut rotation = Command::new("deploy/local/log-rotation.sh")
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
        .arg(run.0.join("log"))
        .env("MAX_LOG_BYTES", "1000")
        .spawn()
        .unwrap();
    let since = Instant::now();
    while fs::metadata(&log).unwrap().len() > 0 {
        assert!(since.elapsed() < Duration::from_secs(10), "the log was not rotated");
        std::thread::sleep(Duration::from_millis(20));
    }
    writer.write_all(b"after\n").unwrap();
    assert_eq!(fs::read_to_string(&log).unwrap(), "after\n");
    assert_eq!(fs::metadata(run.0.join("log/service.log.1")).unwrap().len(), 2_000);
    rotation.kill().unwrap();
    rotation.wait().unwrap();
}

#[test]
fn a_peer_that_cannot_be_had_is_skipped_by_name_unless_peers_are_required() {
    let run = RunDir::new();
    let script = "skip 'moto' 'pip could not install it'; echo not reached";
    let skipped = run.bash("lib tools", script, &[]);
    assert!(skipped.status.success(), "{}", text(&skipped));
    assert_eq!(text(&skipped), "SKIPPED moto: pip could not install it\n");
    let required = run.bash("lib tools", script, &[("PEERS", "required")]);
    assert!(
        !required.status.success() && text(&required).contains("moto"),
        "{}",
        text(&required)
    );
}

/// `make` gives scripts no folder of programs: chaos-audit measures optimised ones.
#[test]
fn chaos_audit_runs_the_programs_that_it_builds() {
    let run = RunDir::new();
    let script = "make -s --eval='where: ; @echo \"[$$MC_BIN_DIR]\"' where";
    let output = run.bash("lib", &format!("unset MC_BIN_DIR; {script}"), &[]);
    assert_eq!(text(&output), "[]\n");
}

#[test]
fn with_two_replicas_the_front_door_names_both_and_without_it_is_as_generated() {
    let run = RunDir::new();
    let generated = include_str!("../../nginx/upstreams.conf");
    let script = "replicas | tr '\\n' ' '; nginx_upstreams";
    let two = text(&run.bash("lib nginx", script, &[("MC_REPLICAS", "2")]));
    assert!(two.starts_with("auth auth-2 ") && !two.contains("sandbox-2"), "{two}");
    let both = "upstream ehr-proxy { server 127.0.0.1:8103 fail_timeout=1s; server 127.0.0.1:8153 fail_timeout=1s; keepalive 16;";
    assert!(two.contains(both), "{two}");
    let one = text(&run.bash("lib nginx", "nginx_upstreams", &[("MC_REPLICAS", "1")]));
    assert_eq!(one, generated);
}

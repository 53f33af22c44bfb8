//! Refusals of the front door itself: the real nginx with its real configuration, in front of
//! services that are dead, silent or hang up. Every refusal is a Problem (RFC 9457), whatever was
//! wrong.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a panic here is a failed test")]

use serde_json::Value;
use std::{
    fs,
    io::{ErrorKind, Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

const TRACE_ID: &str = "0af7651916cd43dd8448eb211c80319c";

/// nginx on a port of its own; ended when dropped.
struct FrontDoor {
    process: Child,
    port: u16,
    folder: PathBuf,
}

/// What came back, byte for byte but for its parts.
struct Response {
    head: String,
    body: String,
}

impl FrontDoor {
    /// Configured by the script that `make up` uses; only addresses of services and time limits
    /// differ.
    fn start() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../..")
            .canonicalize()
            .unwrap();
        let port = free_port();
        let folder = std::env::temp_dir().join(format!("medconnect-front-door-{port}"));
        fs::create_dir_all(folder.join("log")).unwrap();
        let configured = Command::new("bash")
            .args([
                "-ec",
                ". deploy/local/lib.sh; . deploy/local/nginx.sh; nginx_configure; nginx_program",
            ])
            .current_dir(&root)
            .env("RUN_DIR", &folder)
            .env("MC_PORT_FRONT_DOOR", port.to_string())
            .output()
            .unwrap();
        assert!(configured.status.success(), "{configured:?}");
        let (silent, closing, dead) = (listener(|_| thread::park()), listener(hang_up), free_port());
        replace(&folder.join("nginx/upstreams.conf"), |text| {
            let upstreams = text.lines().filter(|line| line.starts_with("upstream "));
            let lines: Vec<_> = upstreams
                .zip([silent, closing].into_iter().chain(std::iter::repeat(dead)))
                .map(|(line, port)| {
                    let name = line.split_whitespace().nth(1).unwrap();
                    format!("upstream {name} {{ server 127.0.0.1:{port}; }}\n")
                })
                .collect();
            lines.concat()
        });
        replace(&folder.join("nginx/server.conf"), |text| {
            text.replace("proxy_read_timeout 35s", "proxy_read_timeout 1s")
        });
        replace(&folder.join("nginx/http.conf"), |text| {
            text.replace("client_body_timeout 15s", "client_body_timeout 1s")
        });
        let program = String::from_utf8(configured.stdout).unwrap();
        let process = Command::new(program.trim())
            .arg("-p")
            .arg(folder.join("nginx"))
            .arg("-c")
            .arg(folder.join("nginx/nginx.conf"))
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let since = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(since.elapsed() < Duration::from_secs(10), "nginx does not listen");
            thread::yield_now();
        }
        Self { process, port, folder }
    }

    /// Sends bytes and reads until the other side closes.
    fn send(&self, request: &[u8]) -> Response {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        // A refusal may come before all of the request was read.
        let _ = stream.write_all(request);
        let mut bytes = Vec::new();
        match stream.read_to_end(&mut bytes) {
            Err(error) if error.kind() != ErrorKind::ConnectionReset => panic!("no answer within ten seconds: {error}"),
            _ => {}
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        Response {
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }

    /// `METHOD path` with further header lines and a body.
    fn request(&self, method: &str, path: &str, headers: &str, body: &str) -> Response {
        let head = format!("{method} {path} HTTP/1.1\r\nHost: clinic.test\r\nConnection: close\r\n{headers}\r\n");
        self.send(format!("{head}{body}").as_bytes())
    }
}

impl Drop for FrontDoor {
    fn drop(&mut self) {
        // TERM ends the workers too; a kill would leave them.
        let _ = Command::new("kill").arg(self.process.id().to_string()).status();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Response {
    fn header(&self, name: &str) -> &str {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map_or("", |(_, value)| value)
    }

    /// Everything that a Problem of ours has.
    fn assert_problem(&self, status: u16, code: &str) {
        let Self { head, body } = self;
        assert!(
            head.starts_with(&format!("HTTP/1.1 {status} ")),
            "want {status} {code}:\n{head}\n{body}"
        );
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{head}\n{body}"
        );
        let problem: Value = serde_json::from_str(body).unwrap();
        assert_eq!(problem["type"], format!("urn:medconnect:problem:{code}"));
        assert_eq!(problem["status"], status);
        for text in ["title", "detail"] {
            assert!(problem[text].as_str().is_some_and(|text| !text.is_empty()), "{body}");
        }
        let trace_id = self.header("x-trace-id");
        assert!(
            trace_id.len() == 32 && trace_id.bytes().all(|byte| byte.is_ascii_hexdigit()),
            "{head}"
        );
        assert_eq!(problem["instance"], format!("urn:trace:{trace_id}"));
        assert_eq!(self.header("cache-control"), "no-store");
    }
}

fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0))
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

/// A server that does `answer` with every connection.
fn listener(answer: fn(TcpStream)) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || answer(stream));
        }
    });
    port
}

fn hang_up(mut stream: TcpStream) {
    let _ = stream.read(&mut [0; 1024]);
}

fn replace(file: &Path, change: impl Fn(&str) -> String) {
    let text = fs::read_to_string(file).unwrap();
    let changed = change(&text);
    assert_ne!(changed, text, "{}", file.display());
    fs::write(file, changed).unwrap();
}

#[test]
fn every_refusal_of_the_front_door_is_a_problem() {
    let door = FrontDoor::start();
    let long = "x".repeat(9_000);
    let bad_requests = [
        "nonsense\r\n\r\n".to_owned(),
        "GET /api/v1/auth HTTP/1.1\r\n\r\n".to_owned(),
        "GET /api/v1/auth HTTP/9.1\r\nHost: clinic.test\r\n\r\n".to_owned(),
        "POST /api/v1/auth HTTP/1.1\r\nHost: clinic.test\r\nTransfer-Encoding: nonsense\r\n\r\n".to_owned(),
        "POST /api/v1/auth HTTP/1.1\r\nHost: clinic.test\r\nContent-Length: x\r\n\r\n".to_owned(),
        "GET /api/../../x HTTP/1.1\r\nHost: clinic.test\r\n\r\n".to_owned(),
    ];
    for request in bad_requests {
        door.send(request.as_bytes()).assert_problem(400, "bad-request");
    }
    door.request("GET", "/no/such/route", "", "")
        .assert_problem(404, "not-found");
    door.request("TRACE", "/api/v1/auth", "", "")
        .assert_problem(405, "method-not-allowed");
    door.request("POST", "/api/v1/auth/login", "Content-Length: 2000000\r\n", "")
        .assert_problem(413, "payload-too-large");
    door.request("GET", &format!("/api/v1/auth/{long}"), "", "")
        .assert_problem(414, "uri-too-long");
    door.request("GET", &format!("/api/v1/auth?a={long}"), "", "")
        .assert_problem(414, "uri-too-long");
    let header = format!("X-Long: {long}\r\n");
    door.request("GET", "/api/v1/auth", &header, "")
        .assert_problem(431, "header-fields-too-large");
    let headers = format!("X-Many: {}\r\n", "y".repeat(1_000)).repeat(60);
    door.request("GET", "/api/v1/auth", &headers, "")
        .assert_problem(431, "header-fields-too-large");
    for silent_closing_or_dead in ["/api/v1/auth/x", "/api/v1/billing/x", "/api/v1/audit/x"] {
        let response = door.request("GET", silent_closing_or_dead, "", "");
        response.assert_problem(503, "service-unavailable");
        assert_eq!(response.header("retry-after"), "5");
    }
}

#[test]
fn the_problem_carries_the_callers_trace() {
    let door = FrontDoor::start();
    let headers = format!("traceparent: 00-{TRACE_ID}-b7ad6b7169203331-01\r\n");
    for path in ["/no/such/route", "/api/v1/audit/x"] {
        assert_eq!(door.request("GET", path, &headers, "").header("x-trace-id"), TRACE_ID);
    }
}

/// nginx gives a caller that stops sending no answer at all: it closes the connection.
#[test]
fn a_body_that_does_not_come_ends_the_connection_without_another_servers_page() {
    let door = FrontDoor::start();
    let response = door.request("POST", "/api/v1/auth/login", "Content-Length: 10\r\n", "{");
    if response.head.is_empty() {
        assert_eq!(response.body, "");
    } else {
        response.assert_problem(408, "request-timeout");
    }
}

//! The services for `docker compose`; included by `deploy/compose.yaml`.

use super::File;
use crate::services::{Service, Services};

pub fn files(services: &Services) -> Vec<File> {
    let mut text = HEAD.to_owned();
    for service in services.iter() {
        text += &one(service);
    }
    let healthy: String = services
        .iter()
        .map(|service| format!("      {}: {{ condition: service_healthy }}\n", service.name))
        .collect();
    let test_mode = services.iter().find(|service| service.test_mode_only).unwrap();
    text += &PREPARE
        .replace("@healthy@", &healthy)
        .replace("@test_mode@", &test_mode.name);
    vec![File::new("deploy/compose.services.yaml", "#", &text)]
}

fn one(service: &Service) -> String {
    SERVICE
        .replace("@name@", &service.name)
        .replace("@port@", &service.port.to_string())
        .replace("@secrets_dir@", &service.variable("secrets.dir"))
        .replace("@otlp_endpoint@", &service.variable("telemetry.otlp_endpoint"))
}

const HEAD: &str = "\
# Included by compose.yaml, which has the servers, the front door and the volumes.
x-readiness: &readiness
  interval: 5s
  timeout: 3s
  retries: 12
  start_period: 5s
  start_interval: 1s

# The same for every service; PORT is its own.
x-service: &service
  restart: unless-stopped
  read_only: true
  cap_drop: [ALL]
  security_opt: [\"no-new-privileges:true\"]
  tmpfs: [/tmp]
  network_mode: service:loopback
  stop_grace_period: 12s
  env_file: ./local/test-mode.env
  healthcheck:
    <<: *readiness
    test: [CMD, bash, -c, 'exec 3<>/dev/tcp/127.0.0.1/$$PORT; printf \"GET /health/readiness HTTP/1.0\\r\\n\\r\\n\" >&3; head -n1 <&3 | grep -q \" 200 \"']

# Runs once before its service, as the owner of the database: the owner's password is mounted
# nowhere else.
x-migration: &migration
  read_only: true
  cap_drop: [ALL]
  security_opt: [\"no-new-privileges:true\"]
  network_mode: service:loopback
  command: [migrate]
  depends_on:
    loopback: { condition: service_started }
    database: { condition: service_completed_successfully }

services:
";

const SERVICE: &str = "  \
  @name@-migrate:
    <<: *migration
    image: medconnect-@name@
    build: { context: .., dockerfile: deploy/Dockerfile, args: { SERVICE: @name@ } }
    environment: { @secrets_dir@: /run/secrets/medconnect }
    volumes: [{ type: volume, source: state, target: /run/secrets/medconnect, read_only: true, volume: { subpath: secrets/@name@-migrate } }]

  @name@:
    <<: *service
    image: medconnect-@name@
    build: { context: .., dockerfile: deploy/Dockerfile, args: { SERVICE: @name@ } }
    environment:
      PORT: \"@port@\"
      @secrets_dir@: /run/secrets/medconnect
      @otlp_endpoint@: http://collector:4318
    depends_on:
      @name@-migrate: { condition: service_completed_successfully }
      rabbitmq: { condition: service_healthy }
      redis: { condition: service_healthy }
    volumes: [{ type: volume, source: state, target: /run/secrets/medconnect, read_only: true, volume: { subpath: secrets/@name@ } }]

";

const PREPARE: &str = "  \
  # Test accounts and data, made through the front door as any client would; ids and passwords in
  # /state/test-mode.json.
  prepare:
    build: { context: .., dockerfile: deploy/Dockerfile, args: { SERVICE: visit } }
    network_mode: service:loopback
    command: [prepare, --run-dir, /state]
    depends_on:
      front-door: { condition: service_healthy }
@healthy@    volumes: [\"state:/state\"]

  secrets:
    build: { context: .., dockerfile: deploy/Dockerfile, args: { SERVICE: @test_mode@ } }
    user: \"0\"
    network_mode: none
    entrypoint: [bash, /compose-secrets.sh]
    volumes:
      - ./compose-secrets.sh:/compose-secrets.sh:ro
      - state:/state
";

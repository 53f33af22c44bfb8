//! Roles, schemas and grants.

use super::File;
use crate::services::Services;

pub fn files(services: &Services) -> Vec<File> {
    let quoted = |prefix: &str| {
        let all: Vec<_> = services
            .iter()
            .map(|service| format!("'{prefix}{}'", service.schema))
            .collect();
        all.join(", ")
    };
    vec![
        File::new(
            "deploy/postgres/10-roles.sql",
            "--",
            &ROLES.replace("@roles@", &quoted("mc_")),
        ),
        File::new(
            "deploy/postgres/20-schemas.sql",
            "--",
            &SCHEMAS.replace("@schemas@", &quoted("")),
        ),
    ]
}

const ROLES: &str = "\
-- One serving role per service; the owner of the database migrates, a serving role cannot.
-- Plain SQL, safe to repeat and safe to run from several sessions at once. Passwords are set apart
-- (password.psql).
DO $$
DECLARE
  role text;
BEGIN
  FOREACH role IN ARRAY ARRAY[@roles@]
  LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOINHERIT', role);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL; -- another session was quicker
      END;
    END IF;
  END LOOP;
END
$$;
";

const SCHEMAS: &str = "\
-- One schema per service, and grants on its own schema only. Plain SQL, safe to repeat.
-- Run by the owner of the database: what it later creates in a schema is granted to that schema's
-- role.
REVOKE ALL ON SCHEMA public FROM PUBLIC;

DO $$
DECLARE
  schema_name text;
  role text;
BEGIN
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  FOREACH schema_name IN ARRAY ARRAY[@schemas@]
  LOOP
    role := 'mc_' || schema_name;
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), role);
    EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I', schema_name);
    EXECUTE format('REVOKE ALL ON SCHEMA %I FROM PUBLIC', schema_name);
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', schema_name, role);
    EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %I', schema_name, role);
    EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT USAGE, SELECT ON SEQUENCES TO %I', schema_name, role);
    EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT EXECUTE ON FUNCTIONS TO %I', schema_name, role);
  END LOOP;
END
$$;
";

//! Roles, schemas, grants and the function that tenant isolation calls.

use super::File;
use crate::services::Services;

pub fn files(services: &Services) -> Vec<File> {
    let schemas: Vec<_> = services.iter().map(|service| format!("'{}'", service.schema)).collect();
    let file = |name: &str, text: &str| {
        let text = text.replace("@schemas@", &schemas.join(", "));
        File::new(format!("deploy/postgres/{name}"), "--", &text)
    };
    vec![
        file("10-roles.sql", ROLES),
        file("20-schemas.sql", SCHEMAS),
        file("30-tenancy.sql", TENANCY),
    ]
}

const ROLES: &str = "\
-- Three roles per service: mc_<schema>_serving for requests, mc_<schema>_worker for the workers of
-- the platform, and mc_<schema>, as which the programs of the last release connect (it goes with
-- the next release). The owner of the database migrates; none of these can. Plain SQL, safe to
-- repeat and safe to run from several sessions at once. Passwords are set apart (password.psql).
DO $$
DECLARE
  schema_name text;
  role text;
BEGIN
  FOREACH schema_name IN ARRAY ARRAY[@schemas@]
  LOOP
    FOREACH role IN ARRAY ARRAY['mc_' || schema_name || '_serving', 'mc_' || schema_name || '_worker', 'mc_' || schema_name]
    LOOP
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
        BEGIN
          EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOINHERIT', role);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
          NULL; -- another session was quicker
        END;
      END IF;
    END LOOP;
  END LOOP;
END
$$;
";

const SCHEMAS: &str = "\
-- One schema per service, and grants on its own schema only. Plain SQL, safe to repeat.
-- Run by the owner of the database: what it later creates in a schema is granted to that schema's
-- roles, and migrations take away what a role does not need.
REVOKE ALL ON SCHEMA public FROM PUBLIC;

DO $$
DECLARE
  schema_name text;
  role text;
BEGIN
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  FOREACH schema_name IN ARRAY ARRAY[@schemas@]
  LOOP
    EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I', schema_name);
    EXECUTE format('REVOKE ALL ON SCHEMA %I FROM PUBLIC', schema_name);
    FOREACH role IN ARRAY ARRAY['mc_' || schema_name || '_serving', 'mc_' || schema_name || '_worker', 'mc_' || schema_name]
    LOOP
      EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), role);
      EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', schema_name, role);
      EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %I', schema_name, role);
      EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT USAGE, SELECT ON SEQUENCES TO %I', schema_name, role);
      EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT EXECUTE ON FUNCTIONS TO %I', schema_name, role);
    END LOOP;
  END LOOP;
END
$$;
";

const TENANCY: &str = "\
-- What row-level security asks: the organization that the transaction was begun for. Every policy
-- `tenant_isolation` calls it as (SELECT tenancy.current_organization()), once per statement.
-- Plain SQL, safe to repeat.
CREATE SCHEMA IF NOT EXISTS tenancy;

-- NULL, so that no row is visible, where the setting is missing or empty, and for `platform`, which
-- the programs of the last release set for work across organizations.
CREATE OR REPLACE FUNCTION tenancy.current_organization() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(nullif(current_setting('medconnect.organization', true), ''), 'platform')::uuid;

REVOKE ALL ON SCHEMA tenancy FROM PUBLIC;
REVOKE ALL ON FUNCTION tenancy.current_organization() FROM PUBLIC;

DO $$
DECLARE
  schema_name text;
  role text;
BEGIN
  FOREACH schema_name IN ARRAY ARRAY[@schemas@]
  LOOP
    FOREACH role IN ARRAY ARRAY['mc_' || schema_name || '_serving', 'mc_' || schema_name || '_worker', 'mc_' || schema_name]
    LOOP
      EXECUTE format('GRANT USAGE ON SCHEMA tenancy TO %I', role);
      EXECUTE format('GRANT EXECUTE ON FUNCTION tenancy.current_organization() TO %I', role);
    END LOOP;
  END LOOP;
END
$$;
";

-- Generated from services.toml by `make generate`; do not edit.
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
  FOREACH schema_name IN ARRAY ARRAY['auth', 'billing', 'ehr_proxy', 'eligibility', 'audit', 'console', 'sandbox']
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

-- Generated from services.toml by `make generate`; do not edit.
-- Three roles per service: mc_<schema>_serving for requests, mc_<schema>_worker for the workers of
-- the platform, and mc_<schema>, as which the programs of the last release connect (it goes with
-- the next release). The owner of the database migrates; none of these can. Plain SQL, safe to
-- repeat and safe to run from several sessions at once. Passwords are set apart (password.psql).
DO $$
DECLARE
  schema_name text;
  role text;
BEGIN
  FOREACH schema_name IN ARRAY ARRAY['auth', 'billing', 'ehr_proxy', 'eligibility', 'audit', 'console', 'sandbox']
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

-- Generated from services.toml by `make generate`; do not edit.
-- One serving role per service; the owner of the database migrates, a serving role cannot.
-- Plain SQL, safe to repeat and safe to run from several sessions at once. Passwords are set apart
-- (password.psql).
DO $$
DECLARE
  role text;
BEGIN
  FOREACH role IN ARRAY ARRAY['mc_auth', 'mc_billing', 'mc_ehr_proxy', 'mc_eligibility', 'mc_audit', 'mc_console', 'mc_sandbox']
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

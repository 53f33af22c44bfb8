-- Generated from services.toml by `make generate`; do not edit.
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
  FOREACH schema_name IN ARRAY ARRAY['auth', 'billing', 'ehr_proxy', 'eligibility', 'audit', 'console', 'sandbox']
  LOOP
    FOREACH role IN ARRAY ARRAY['mc_' || schema_name || '_serving', 'mc_' || schema_name || '_worker', 'mc_' || schema_name]
    LOOP
      EXECUTE format('GRANT USAGE ON SCHEMA tenancy TO %I', role);
      EXECUTE format('GRANT EXECUTE ON FUNCTION tenancy.current_organization() TO %I', role);
    END LOOP;
  END LOOP;
END
$$;

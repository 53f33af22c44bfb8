-- Partitions are reached through the whole table only, where the tenancy policy is: what the
-- defaults of the schema grant on a new one is taken from every role.
CREATE OR REPLACE FUNCTION audit.add_month(month date) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    first timestamptz := date_trunc('month', month)::timestamp AT TIME ZONE 'UTC';
    after timestamptz := (date_trunc('month', month) + interval '1 month')::timestamp AT TIME ZONE 'UTC';
    part text := 'events_' || to_char(month, 'YYYY_MM');
BEGIN
    IF to_regclass('audit.' || part) IS NULL THEN
        EXECUTE format('CREATE TABLE audit.%I PARTITION OF audit.events FOR VALUES FROM (%L) TO (%L)', part, audit.first_id(first), audit.first_id(after));
        EXECUTE format('CREATE TRIGGER keep BEFORE TRUNCATE ON audit.%I FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change()', part);
        EXECUTE format('REVOKE ALL ON audit.%I FROM mc_audit_serving, mc_audit_worker, mc_audit', part);
    END IF;
END $$;

CREATE OR REPLACE FUNCTION audit.add_other() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    CREATE TABLE audit.events_other PARTITION OF audit.events DEFAULT;
    CREATE TRIGGER keep BEFORE TRUNCATE ON audit.events_other FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();
    REVOKE ALL ON audit.events_other FROM mc_audit_serving, mc_audit_worker, mc_audit;
END $$;

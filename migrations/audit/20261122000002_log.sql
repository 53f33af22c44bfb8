-- The log: what happened, linked by hashes. The serving role may add and read; nobody changes or removes.
CREATE TABLE audit.events (
    -- 0, 1, 2, … without a gap; the place in the chain.
    position        bigint PRIMARY KEY CHECK (position >= 0),
    event_id        uuid NOT NULL UNIQUE,
    organization_id uuid,
    occurred_at     timestamptz NOT NULL,
    action          text NOT NULL,
    trace_id        text NOT NULL,
    -- The event's bytes as they were hashed: JSON, patient masked.
    leaf            bytea NOT NULL,
    -- SHA-256 over the link before and this leaf.
    link            bytea NOT NULL CHECK (length(link) = 32),
    -- The patient's id, for those who may unmask it.
    patient_sealed  bytea,
    logged_at       timestamptz NOT NULL
);
CREATE INDEX events_recent ON audit.events (organization_id, occurred_at DESC, position DESC);
CREATE INDEX events_trace ON audit.events (organization_id, trace_id);

-- Signed heads: how long the log was, and its last link, at a time. They reveal a cut-off end.
CREATE TABLE audit.heads (
    size      bigint PRIMARY KEY CHECK (size > 0),
    link      bytea NOT NULL CHECK (length(link) = 32),
    note      text NOT NULL,
    signed_at timestamptz NOT NULL
);

CREATE FUNCTION audit.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is only ever added to' USING ERRCODE = 'insufficient_privilege';
END $$;

DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['events', 'heads'] LOOP
        EXECUTE format('CREATE TRIGGER add_only BEFORE UPDATE OR DELETE ON audit.%I FOR EACH ROW EXECUTE FUNCTION audit.refuse_change()', t);
        EXECUTE format('CREATE TRIGGER keep BEFORE TRUNCATE ON audit.%I FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change()', t);
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON audit.%I FROM mc_audit', t);
    END LOOP;
END $$;

ALTER TABLE audit.events ENABLE ROW LEVEL SECURITY;
CREATE POLICY wall ON audit.events USING (current_setting('medconnect.organization', true) IN (organization_id::text, 'platform'));

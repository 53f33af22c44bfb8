-- The log becomes a Merkle tree per organisation (RFC 6962). The chain of before was never released and is dropped.
DROP TABLE audit.heads;
DROP TABLE audit.events;

-- What happened. An event's id is a UUIDv7: it begins with the millisecond of its making, so a month of events is a range of ids,
-- and one primary key holds over all months.
CREATE TABLE audit.events (
    event_id        uuid NOT NULL PRIMARY KEY,
    -- The tree it stands in; all zeros is the platform's own, for what belongs to no organisation.
    organization_id uuid NOT NULL,
    -- 0, 1, 2, … without a gap: the leaf's index in its tree.
    log_index       bigint NOT NULL CHECK (log_index >= 0),
    -- RFC 6962 section 2.1: SHA-256(0x00 ‖ leaf).
    leaf_hash       bytea NOT NULL CHECK (length(leaf_hash) = 32),
    -- The event's bytes as they were hashed: JSON, patient masked.
    leaf            bytea NOT NULL,
    -- The patient's id, for those who may unmask it.
    patient_sealed  bytea,
    logged_at       timestamptz NOT NULL,
    -- What the leaf says, again, to search by. The verifier compares.
    occurred_at     timestamptz NOT NULL,
    action          text NOT NULL,
    interaction     text NOT NULL,
    outcome         text NOT NULL,
    actor_kind      text NOT NULL,
    actor_id        text NOT NULL,
    -- Empty: none. (Not NULL, so that every order has a place for it.)
    patient         text NOT NULL,
    entity_kind     text NOT NULL,
    entity_id       text NOT NULL,
    purpose         text NOT NULL,
    emergency       boolean NOT NULL,
    source          text NOT NULL,
    source_ip       inet,
    trace_id        text NOT NULL
) PARTITION BY RANGE (event_id);
CREATE INDEX events_log ON audit.events (organization_id, log_index);
CREATE INDEX events_time ON audit.events (organization_id, occurred_at, log_index);
CREATE INDEX events_actor ON audit.events (organization_id, actor_id, occurred_at, log_index);
CREATE INDEX events_action ON audit.events (organization_id, action, occurred_at, log_index);
CREATE INDEX events_patient ON audit.events (organization_id, patient, occurred_at, log_index);
CREATE INDEX events_entity ON audit.events (organization_id, entity_id, occurred_at, log_index);
CREATE INDEX events_trace ON audit.events (organization_id, trace_id);

-- One row per commit and tree: how long the tree then was, and its right edge. The last row is the tree's state; nothing is updated.
CREATE TABLE audit.batches (
    sequence        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id uuid NOT NULL,
    first_index     bigint NOT NULL CHECK (first_index >= 0),
    size            bigint NOT NULL CHECK (size > first_index),
    -- Roots of the complete subtrees that make up the tree, largest first, 32 bytes each.
    frontier        bytea NOT NULL,
    logged_at       timestamptz NOT NULL,
    UNIQUE (organization_id, size),
    UNIQUE (organization_id, first_index)
);

-- Full tiles of 256 hashes (C2SP tlog-tiles). They stay when events are pruned: proofs need nothing else.
CREATE TABLE audit.tiles (
    organization_id uuid NOT NULL,
    level           smallint NOT NULL CHECK (level BETWEEN 0 AND 7),
    tile_index      bigint NOT NULL CHECK (tile_index >= 0),
    hashes          bytea NOT NULL CHECK (length(hashes) = 8192),
    -- Root of the tile: one hash of the level above.
    root            bytea NOT NULL CHECK (length(root) = 32),
    PRIMARY KEY (organization_id, level, tile_index)
);
ALTER TABLE audit.tiles ALTER COLUMN hashes SET STORAGE EXTERNAL;

-- Signed statements about a tree (C2SP tlog-checkpoint). They reveal a cut-off end and a tree told differently.
CREATE TABLE audit.checkpoints (
    organization_id uuid NOT NULL,
    size            bigint NOT NULL CHECK (size > 0),
    root            bytea NOT NULL CHECK (length(root) = 32),
    note            text NOT NULL,
    signed_at       timestamptz NOT NULL,
    PRIMARY KEY (organization_id, size)
);

-- What is left of a pruned event: its place and its hash.
CREATE TABLE audit.stubs (
    organization_id uuid NOT NULL,
    log_index       bigint NOT NULL,
    leaf_hash       bytea NOT NULL CHECK (length(leaf_hash) = 32),
    PRIMARY KEY (organization_id, log_index)
);

-- How far each worker that follows the log has read. Its own notes, no evidence.
CREATE TABLE audit.followers (
    name     text PRIMARY KEY,
    sequence bigint NOT NULL
);

-- What services say that they recorded, and what of it was found in the log.
CREATE TABLE audit.tallies (
    service     text NOT NULL,
    since       timestamptz NOT NULL,
    until       timestamptz NOT NULL,
    recorded    bigint NOT NULL,
    logged      bigint NOT NULL,
    compared_at timestamptz NOT NULL,
    PRIMARY KEY (service, since)
);

-- The smallest UUIDv7 of a moment.
CREATE FUNCTION audit.first_id(moment timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;

-- A month of events begins. Runs as the owner, so that the serving role can call it without a right to make or change tables.
CREATE FUNCTION audit.add_month(month date) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    first timestamptz := date_trunc('month', month)::timestamp AT TIME ZONE 'UTC';
    after timestamptz := (date_trunc('month', month) + interval '1 month')::timestamp AT TIME ZONE 'UTC';
    part text := 'events_' || to_char(month, 'YYYY_MM');
BEGIN
    IF to_regclass('audit.' || part) IS NULL THEN
        EXECUTE format('CREATE TABLE audit.%I PARTITION OF audit.events FOR VALUES FROM (%L) TO (%L)', part, audit.first_id(first), audit.first_id(after));
        EXECUTE format('CREATE TRIGGER keep BEFORE TRUNCATE ON audit.%I FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change()', part);
        -- Reached through the whole table only, where the wall between organisations stands.
        EXECUTE format('REVOKE ALL ON audit.%I FROM mc_audit', part);
    END IF;
END $$;
REVOKE ALL ON FUNCTION audit.add_month(date) FROM PUBLIC;

-- What carries an id of no known month: nothing is lost, and `maintain` looks at it.
CREATE TABLE audit.events_other PARTITION OF audit.events DEFAULT;
REVOKE ALL ON audit.events_other FROM mc_audit;

DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['events', 'batches', 'tiles', 'checkpoints', 'stubs'] LOOP
        EXECUTE format('CREATE TRIGGER add_only BEFORE UPDATE OR DELETE ON audit.%I FOR EACH ROW EXECUTE FUNCTION audit.refuse_change()', t);
        EXECUTE format('CREATE TRIGGER keep BEFORE TRUNCATE ON audit.%I FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change()', t);
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON audit.%I FROM mc_audit', t);
        EXECUTE format('ALTER TABLE audit.%I ENABLE ROW LEVEL SECURITY', t);
        -- The setting is read once per statement, not per row.
        EXECUTE format('CREATE POLICY wall ON audit.%I USING ((SELECT current_setting(''medconnect.organization'', true)) = ''platform'''
            ' OR organization_id::text = (SELECT current_setting(''medconnect.organization'', true)))', t);
    END LOOP;
    FOR month IN -1..2 LOOP
        PERFORM audit.add_month((date_trunc('month', now()) + make_interval(months => month))::date);
    END LOOP;
END $$;
GRANT EXECUTE ON FUNCTION audit.add_month(date) TO mc_audit;

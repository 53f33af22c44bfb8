-- The outbox and the inbox are divided by day, by the time in their UUIDv7 (RFC 9562 section 5.7), so
-- that old days are dropped whole. Their names, and the columns that the last release uses, remain:
-- its programs go on writing and relaying while the new ones are rolled out. The same in every schema.

-- The smallest UUIDv7 of a day.
CREATE FUNCTION auth.first_id_of(day date) RETURNS uuid LANGUAGE sql IMMUTABLE SET search_path = '' AS $$
    SELECT (lpad(to_hex((day - date '1970-01-01')::bigint * 86400000), 12, '0') || repeat('0', 20))::uuid
$$;

-- Programs of the last release wait, and then find the new tables under the same names.
ALTER TABLE auth.outbox RENAME TO outbox_of_last_release;
ALTER TABLE auth.inbox RENAME TO inbox_of_last_release;

CREATE SEQUENCE auth.outbox_order AS bigint;
CREATE TABLE auth.outbox (
    id              uuid NOT NULL,
    -- Order of publication.
    sequence        bigint NOT NULL DEFAULT nextval('auth.outbox_order'),
    envelope        jsonb NOT NULL,
    event_type      text NOT NULL GENERATED ALWAYS AS (envelope ->> 'type') STORED,
    organization_id uuid GENERATED ALWAYS AS ((envelope ->> 'organization_id')::uuid) STORED,
    created_at      timestamptz NOT NULL DEFAULT now(),
    published_at    timestamptz,
    CONSTRAINT outbox_key PRIMARY KEY (id)
) PARTITION BY RANGE (id);
-- What waits, by type: types that no queue takes do not slow down the others.
CREATE INDEX outbox_waiting_by_type ON auth.outbox (event_type, sequence) WHERE published_at IS NULL;
CREATE INDEX outbox_tallies ON auth.outbox (id) WHERE event_type LIKE '%.audit_tallied_v1';

CREATE TABLE auth.inbox (
    -- A consumer and the id of an event, or an outside system and the id that it gave.
    scope           text NOT NULL,
    key             text COLLATE "C" NOT NULL,
    organization_id uuid DEFAULT tenancy.current_organization(),
    applied_at      timestamptz NOT NULL DEFAULT now(),
    -- For programs of the last release alone.
    state           text NOT NULL DEFAULT 'done',
    expires_at      timestamptz,
    CONSTRAINT inbox_key PRIMARY KEY (scope, key)
) PARTITION BY RANGE (key);

-- Ids of other days and of outside systems. What is here is deleted in batches.
CREATE TABLE auth.outbox_other PARTITION OF auth.outbox DEFAULT;
CREATE TABLE auth.inbox_other PARTITION OF auth.inbox DEFAULT;
CREATE INDEX inbox_other_applied ON auth.inbox_other (applied_at);

DO $$
DECLARE
    serving CONSTANT regrole := 'mc_auth_serving'::regrole;
    worker CONSTANT regrole := 'mc_auth_worker'::regrole;
    last_release CONSTANT regrole := 'mc_auth'::regrole;
    part text;
BEGIN
    -- Only what each role needs; nothing that the defaults of the schema gave.
    FOREACH part IN ARRAY ARRAY['outbox', 'inbox', 'outbox_other', 'inbox_other'] LOOP
        EXECUTE format('REVOKE ALL ON auth.%I FROM %s, %s, %s', part, serving, worker, last_release);
    END LOOP;
    EXECUTE format('REVOKE ALL ON SEQUENCE auth.outbox_order FROM %s, %s, %s', serving, worker, last_release);
    EXECUTE format('GRANT USAGE ON SEQUENCE auth.outbox_order TO %s, %s, %s', serving, worker, last_release);
    EXECUTE format('GRANT INSERT ON auth.outbox TO %s', serving);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE (published_at) ON auth.outbox TO %s', worker);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON auth.outbox TO %s', last_release);
    EXECUTE format('GRANT SELECT (scope, key), INSERT ON auth.inbox TO %s', serving);
    EXECUTE format('GRANT SELECT, INSERT ON auth.inbox TO %s', worker);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON auth.inbox TO %s', last_release);
    FOREACH part IN ARRAY ARRAY['outbox', 'inbox'] LOOP
        EXECUTE format('ALTER TABLE auth.%I ENABLE ROW LEVEL SECURITY', part);
        EXECUTE format('CREATE POLICY tenant_isolation ON auth.%I TO %s USING (organization_id = (SELECT tenancy.current_organization())) '
            'WITH CHECK (organization_id = (SELECT tenancy.current_organization()))', part, serving);
        EXECUTE format('CREATE POLICY platform_workers ON auth.%I TO %s USING (true)', part, worker);
        EXECUTE format('CREATE POLICY last_release ON auth.%I TO %s USING (true)', part, last_release);
    END LOOP;
END $$;

-- Makes the days up to `ahead` days from now, and drops those that are older than `keep_outbox` and
-- `keep_inbox` days; a day of the outbox in which something waits stays. Gives way to statements
-- that hold locks, and is called again.
CREATE FUNCTION auth.maintain_mailbox(ahead integer, keep_outbox integer, keep_inbox integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' SET lock_timeout = '1s' SET timezone = 'UTC' AS $$
DECLARE
    part record;
    day date;
    name text;
    waits boolean;
BEGIN
    FOR part IN SELECT * FROM (VALUES ('outbox'), ('inbox')) AS t(parent) LOOP
        FOR day IN SELECT generate_series(current_date - 1, current_date + ahead, interval '1 day')::date LOOP
            name := format('%s_%s', part.parent, to_char(day, 'YYYYMMDD'));
            CONTINUE WHEN to_regclass(format('auth.%I', name)) IS NOT NULL;
            BEGIN
                -- Attached when it is complete: that locks less than to create it in its place.
                EXECUTE format('CREATE TABLE auth.%I (LIKE auth.%I INCLUDING ALL)', name, part.parent);
                EXECUTE format('REVOKE ALL ON auth.%I FROM mc_auth, mc_auth_serving, mc_auth_worker', name);
                EXECUTE format('ALTER TABLE auth.%I ATTACH PARTITION auth.%I FOR VALUES FROM (%L) TO (%L)',
                    part.parent, name, auth.first_id_of(day), auth.first_id_of(day + 1));
            EXCEPTION WHEN check_violation THEN
                NULL; -- rows of this day are among the others already: they stay there
            END;
        END LOOP;
        FOR name, day IN
            SELECT c.relname, to_date(right(c.relname, 8), 'YYYYMMDD')
            FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
            WHERE i.inhparent = format('auth.%I', part.parent)::regclass AND c.relname ~ '_[0-9]{8}$'
        LOOP
            CONTINUE WHEN day >= current_date - CASE part.parent WHEN 'outbox' THEN keep_outbox ELSE keep_inbox END;
            waits := false;
            IF part.parent = 'outbox' THEN
                EXECUTE format('SELECT EXISTS (SELECT FROM auth.%I WHERE published_at IS NULL)', name) INTO waits;
            END IF;
            IF NOT waits THEN
                EXECUTE format('DROP TABLE auth.%I', name);
            END IF;
        END LOOP;
    END LOOP;
    DELETE FROM auth.outbox_other WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM auth.outbox_other WHERE published_at < now() - make_interval(days => keep_outbox) LIMIT 10000));
    DELETE FROM auth.inbox_other WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM auth.inbox_other WHERE applied_at < now() - make_interval(days => keep_inbox) LIMIT 10000));
END $$;
REVOKE ALL ON FUNCTION auth.maintain_mailbox(integer, integer, integer), auth.first_id_of(date) FROM PUBLIC, mc_auth, mc_auth_serving, mc_auth_worker;
GRANT EXECUTE ON FUNCTION auth.maintain_mailbox(integer, integer, integer) TO mc_auth_worker;

SELECT auth.maintain_mailbox(3, 2, 35);

-- What waits or was published since yesterday is carried over; of the inbox, the ids of events.
INSERT INTO auth.outbox (id, sequence, envelope, created_at, published_at)
SELECT id, sequence, envelope, created_at, published_at FROM auth.outbox_of_last_release
WHERE published_at IS NULL OR created_at > now() - interval '25 hours';
SELECT setval('auth.outbox_order', (SELECT coalesce(max(sequence), 0) + 1 FROM auth.outbox_of_last_release), false);
INSERT INTO auth.inbox (scope, key, organization_id, applied_at)
SELECT scope, key, NULL, created_at FROM auth.inbox_of_last_release WHERE digest IS NULL AND expires_at > now();
DROP TABLE auth.outbox_of_last_release, auth.inbox_of_last_release;

-- Wakes the relay, which otherwise looks once a second.
CREATE FUNCTION auth.notify_relay() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    PERFORM pg_notify('mailbox.' || TG_TABLE_SCHEMA, '');
    RETURN NULL;
END $$;
CREATE TRIGGER notify_relay AFTER INSERT ON auth.outbox FOR EACH STATEMENT EXECUTE FUNCTION auth.notify_relay();

-- The outbox and the inbox are divided by day, by the time in their UUIDv7 (RFC 9562 section 5.7), so
-- that old days are dropped whole. Their names, and the columns that the last release uses, remain:
-- its programs go on writing and relaying while the new ones are rolled out. The same in every schema.

-- The smallest UUIDv7 of a day.
CREATE FUNCTION billing.first_id_of(day date) RETURNS uuid LANGUAGE sql IMMUTABLE SET search_path = '' AS $$
    SELECT (lpad(to_hex((day - date '1970-01-01')::bigint * 86400000), 12, '0') || repeat('0', 20))::uuid
$$;

-- Programs of the last release wait, and then find the new tables under the same names.
ALTER TABLE billing.outbox RENAME TO outbox_of_last_release;
ALTER TABLE billing.inbox RENAME TO inbox_of_last_release;

CREATE SEQUENCE billing.outbox_order AS bigint;
CREATE TABLE billing.outbox (
    id              uuid NOT NULL,
    -- Order of publication.
    sequence        bigint NOT NULL DEFAULT nextval('billing.outbox_order'),
    envelope        jsonb NOT NULL,
    event_type      text NOT NULL GENERATED ALWAYS AS (envelope ->> 'type') STORED,
    organization_id uuid GENERATED ALWAYS AS ((envelope ->> 'organization_id')::uuid) STORED,
    created_at      timestamptz NOT NULL DEFAULT now(),
    published_at    timestamptz,
    CONSTRAINT outbox_key PRIMARY KEY (id)
) PARTITION BY RANGE (id);
-- What waits, by type: types that no queue takes do not slow down the others.
CREATE INDEX outbox_waiting_by_type ON billing.outbox (event_type, sequence) WHERE published_at IS NULL;
CREATE INDEX outbox_tallies ON billing.outbox (id) WHERE event_type LIKE '%.audit_tallied_v1';

CREATE TABLE billing.inbox (
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
CREATE TABLE billing.outbox_other PARTITION OF billing.outbox DEFAULT;
CREATE TABLE billing.inbox_other PARTITION OF billing.inbox DEFAULT;
CREATE INDEX inbox_other_applied ON billing.inbox_other (applied_at);

DO $$
DECLARE
    serving CONSTANT regrole := 'mc_billing_serving'::regrole;
    worker CONSTANT regrole := 'mc_billing_worker'::regrole;
    last_release CONSTANT regrole := 'mc_billing'::regrole;
    part text;
BEGIN
    -- Only what each role needs; nothing that the defaults of the schema gave.
    FOREACH part IN ARRAY ARRAY['outbox', 'inbox', 'outbox_other', 'inbox_other'] LOOP
        EXECUTE format('REVOKE ALL ON billing.%I FROM %s, %s, %s', part, serving, worker, last_release);
    END LOOP;
    EXECUTE format('REVOKE ALL ON SEQUENCE billing.outbox_order FROM %s, %s, %s', serving, worker, last_release);
    EXECUTE format('GRANT USAGE ON SEQUENCE billing.outbox_order TO %s, %s, %s', serving, worker, last_release);
    EXECUTE format('GRANT INSERT ON billing.outbox TO %s', serving);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE (published_at) ON billing.outbox TO %s', worker);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON billing.outbox TO %s', last_release);
    EXECUTE format('GRANT SELECT (scope, key), INSERT ON billing.inbox TO %s', serving);
    EXECUTE format('GRANT SELECT, INSERT ON billing.inbox TO %s', worker);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON billing.inbox TO %s', last_release);
    FOREACH part IN ARRAY ARRAY['outbox', 'inbox'] LOOP
        EXECUTE format('ALTER TABLE billing.%I ENABLE ROW LEVEL SECURITY', part);
        EXECUTE format('CREATE POLICY tenant_isolation ON billing.%I TO %s USING (organization_id = (SELECT tenancy.current_organization())) '
            'WITH CHECK (organization_id = (SELECT tenancy.current_organization()))', part, serving);
        EXECUTE format('CREATE POLICY platform_workers ON billing.%I TO %s USING (true)', part, worker);
        EXECUTE format('CREATE POLICY last_release ON billing.%I TO %s USING (true)', part, last_release);
    END LOOP;
END $$;

-- Makes the days up to `ahead` days from now, and drops those that are older than `keep_outbox` and
-- `keep_inbox` days; a day of the outbox in which something waits stays. Gives way to statements
-- that hold locks, and is called again.
CREATE FUNCTION billing.maintain_mailbox(ahead integer, keep_outbox integer, keep_inbox integer) RETURNS void
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
            CONTINUE WHEN to_regclass(format('billing.%I', name)) IS NOT NULL;
            BEGIN
                -- Attached when it is complete: that locks less than to create it in its place.
                EXECUTE format('CREATE TABLE billing.%I (LIKE billing.%I INCLUDING ALL)', name, part.parent);
                EXECUTE format('REVOKE ALL ON billing.%I FROM mc_billing, mc_billing_serving, mc_billing_worker', name);
                EXECUTE format('ALTER TABLE billing.%I ATTACH PARTITION billing.%I FOR VALUES FROM (%L) TO (%L)',
                    part.parent, name, billing.first_id_of(day), billing.first_id_of(day + 1));
            EXCEPTION WHEN check_violation THEN
                NULL; -- rows of this day are among the others already: they stay there
            END;
        END LOOP;
        FOR name, day IN
            SELECT c.relname, to_date(right(c.relname, 8), 'YYYYMMDD')
            FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
            WHERE i.inhparent = format('billing.%I', part.parent)::regclass AND c.relname ~ '_[0-9]{8}$'
        LOOP
            CONTINUE WHEN day >= current_date - CASE part.parent WHEN 'outbox' THEN keep_outbox ELSE keep_inbox END;
            waits := false;
            IF part.parent = 'outbox' THEN
                EXECUTE format('SELECT EXISTS (SELECT FROM billing.%I WHERE published_at IS NULL)', name) INTO waits;
            END IF;
            IF NOT waits THEN
                EXECUTE format('DROP TABLE billing.%I', name);
            END IF;
        END LOOP;
    END LOOP;
    DELETE FROM billing.outbox_other WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM billing.outbox_other WHERE published_at < now() - make_interval(days => keep_outbox) LIMIT 10000));
    DELETE FROM billing.inbox_other WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM billing.inbox_other WHERE applied_at < now() - make_interval(days => keep_inbox) LIMIT 10000));
END $$;
REVOKE ALL ON FUNCTION billing.maintain_mailbox(integer, integer, integer), billing.first_id_of(date) FROM PUBLIC, mc_billing, mc_billing_serving, mc_billing_worker;
GRANT EXECUTE ON FUNCTION billing.maintain_mailbox(integer, integer, integer) TO mc_billing_worker;

SELECT billing.maintain_mailbox(3, 2, 35);

-- What waits or was published since yesterday is carried over; of the inbox, the ids of events.
INSERT INTO billing.outbox (id, sequence, envelope, created_at, published_at)
SELECT id, sequence, envelope, created_at, published_at FROM billing.outbox_of_last_release
WHERE published_at IS NULL OR created_at > now() - interval '25 hours';
SELECT setval('billing.outbox_order', (SELECT coalesce(max(sequence), 0) + 1 FROM billing.outbox_of_last_release), false);
INSERT INTO billing.inbox (scope, key, organization_id, applied_at)
SELECT scope, key, NULL, created_at FROM billing.inbox_of_last_release WHERE digest IS NULL AND expires_at > now();
DROP TABLE billing.outbox_of_last_release, billing.inbox_of_last_release;

-- Wakes the relay, which otherwise looks once a second.
CREATE FUNCTION billing.notify_relay() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    PERFORM pg_notify('mailbox.' || TG_TABLE_SCHEMA, '');
    RETURN NULL;
END $$;
CREATE TRIGGER notify_relay AFTER INSERT ON billing.outbox FOR EACH STATEMENT EXECUTE FUNCTION billing.notify_relay();

-- How long events are kept, and what keeps them longer.

-- Legal holds: what they cover is not pruned until they are released. They are never removed.
CREATE TABLE audit.legal_holds (
    hold_id         uuid NOT NULL PRIMARY KEY,
    organization_id uuid NOT NULL,
    kind            text NOT NULL CHECK (kind IN ('patient', 'user', 'period')),
    -- The patient's pseudonym, or the user's id; empty for a period.
    subject         text NOT NULL CHECK ((subject = '') = (kind = 'period')),
    -- Only what happened from here on, and before here.
    since           timestamptz,
    until           timestamptz,
    reason          text NOT NULL,
    placed_by       text NOT NULL,
    placed_at       timestamptz NOT NULL,
    released_by     text,
    released_at     timestamptz,
    release_reason  text,
    CHECK (kind <> 'period' OR (since IS NOT NULL AND until IS NOT NULL)),
    CHECK (since < until),
    CHECK ((released_at IS NULL) = (released_by IS NULL) AND (released_at IS NULL) = (release_reason IS NULL))
);
CREATE UNIQUE INDEX legal_holds_once ON audit.legal_holds (organization_id, kind, subject, since, until) NULLS NOT DISTINCT WHERE released_at IS NULL;
REVOKE UPDATE, DELETE, TRUNCATE ON audit.legal_holds FROM mc_audit;
GRANT UPDATE (released_by, released_at, release_reason) ON audit.legal_holds TO mc_audit;
ALTER TABLE audit.legal_holds ENABLE ROW LEVEL SECURITY;
CREATE POLICY wall ON audit.legal_holds USING ((SELECT current_setting('medconnect.organization', true)) = 'platform'
    OR organization_id::text = (SELECT current_setting('medconnect.organization', true)));

-- Prunings that were announced in the log, and whether they were carried out. The log itself is the evidence, this is where to look for it.
CREATE TABLE audit.prunings (
    -- The event that announces it.
    event_id        uuid NOT NULL PRIMARY KEY,
    organization_id uuid NOT NULL,
    month           date NOT NULL,
    events          bigint NOT NULL,
    kept_for_hold   bigint NOT NULL,
    announced_at    timestamptz NOT NULL,
    pruned_at       timestamptz
);
CREATE INDEX prunings_month ON audit.prunings (organization_id, month);
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON audit.prunings FROM mc_audit;
ALTER TABLE audit.prunings ENABLE ROW LEVEL SECURITY;
CREATE POLICY wall ON audit.prunings USING ((SELECT current_setting('medconnect.organization', true)) = 'platform'
    OR organization_id::text = (SELECT current_setting('medconnect.organization', true)));

-- From here on: work of the owner, called by `medconnect-audit maintain` and `prune`. The serving role has no part in it.

-- When an id was made, by the id itself (RFC 9562 section 5.7).
CREATE FUNCTION audit.made_at(id uuid) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$
    SELECT to_timestamp(('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint / 1000.0)
$$;

-- Months that have a partition.
CREATE FUNCTION audit.months() RETURNS SETOF date LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
    SELECT to_date(substr(c.relname, 8), 'YYYY_MM') FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'audit.events'::regclass AND c.relname ~ '^events_\d{4}_\d{2}$' ORDER BY 1
$$;

-- True of an event `e` that a legal hold covers. Users act in the platform's own tree too: holds on users and periods reach there.
CREATE FUNCTION audit.held_when() RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT 'EXISTS (SELECT FROM audit.legal_holds h WHERE h.released_at IS NULL
        AND (h.organization_id = e.organization_id OR (e.organization_id = ''00000000-0000-0000-0000-000000000000'' AND h.kind <> ''patient''))
        AND (h.kind = ''period'' OR (h.kind = ''patient'' AND h.subject IN (e.patient, e.entity_id)) OR (h.kind = ''user'' AND h.subject IN (e.actor_id, e.entity_id)))
        AND (h.since IS NULL OR e.occurred_at >= h.since) AND (h.until IS NULL OR e.occurred_at < h.until))'
$$;

-- True of an event `e` that stays for other reasons: the log took it too late, or it explains what was pruned.
CREATE FUNCTION audit.needed_when(logged_before timestamptz) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT format('(e.logged_at >= %L OR e.action = ''audit.retention.pruned'')', logged_before)
$$;

-- What of a month can go: for each tree the ranges of indexes, and how many events holds keep (with no range).
CREATE FUNCTION audit.plan_pruning(month date, logged_before timestamptz)
RETURNS TABLE (tree uuid, first_index bigint, end_index bigint, events bigint, held bigint) LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY EXECUTE format('
        WITH e AS (SELECT e.organization_id, e.log_index, %s AS held, %s AS needed FROM audit.%I e),
        islands AS (SELECT organization_id, log_index, log_index - row_number() OVER (PARTITION BY organization_id ORDER BY log_index) AS island
            FROM e WHERE NOT held AND NOT needed)
        SELECT organization_id, min(log_index), max(log_index) + 1, count(*), 0::bigint FROM islands GROUP BY organization_id, island
        UNION ALL SELECT organization_id, NULL, NULL, 0, count(*) FROM e WHERE held GROUP BY organization_id
        ORDER BY 1, 2',
        audit.held_when(), audit.needed_when(logged_before), 'events_' || to_char(month, 'YYYY_MM'));
END $$;

-- Carries out what the log has announced: of a month, the events in these ranges become stubs, unless a hold was placed since.
-- Rows are never deleted one by one: what stays is copied into a new partition, and the old one is dropped.
CREATE FUNCTION audit.prune(month date, logged_before timestamptz, trees uuid[], firsts bigint[], ends bigint[])
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    part text := 'events_' || to_char(month, 'YYYY_MM');
    pruned bigint;
    kept bigint;
BEGIN
    LOCK TABLE audit.legal_holds IN SHARE MODE;
    EXECUTE format('ALTER TABLE audit.events DETACH PARTITION audit.%I', part);
    EXECUTE format('ALTER TABLE audit.%I RENAME TO events_going', part);
    EXECUTE format('
        INSERT INTO audit.stubs (organization_id, log_index, leaf_hash)
        SELECT e.organization_id, e.log_index, e.leaf_hash FROM unnest($1, $2, $3) AS r (tree, first, after)
        JOIN audit.events_going e ON e.organization_id = r.tree AND e.log_index >= r.first AND e.log_index < r.after
        WHERE NOT %s AND NOT %s', audit.held_when(), audit.needed_when(logged_before)) USING trees, firsts, ends;
    GET DIAGNOSTICS pruned = ROW_COUNT;
    SELECT count(*) - pruned INTO kept FROM audit.events_going;
    IF kept > 0 THEN
        PERFORM audit.add_month(month);
        INSERT INTO audit.events SELECT e.* FROM audit.events_going e
        WHERE NOT EXISTS (SELECT FROM audit.stubs s WHERE s.organization_id = e.organization_id AND s.log_index = e.log_index);
    END IF;
    DROP TABLE audit.events_going;
    RETURN pruned;
END $$;

-- Events that came under an id of a month that was not there get their month, if it is one that can be.
CREATE FUNCTION audit.sort_other(latest timestamptz) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    sorted bigint;
    found date;
BEGIN
    SELECT count(*) INTO sorted FROM audit.events_other e WHERE audit.made_at(e.event_id) BETWEEN '2000-01-01' AND latest;
    IF sorted = 0 THEN
        RETURN 0;
    END IF;
    ALTER TABLE audit.events DETACH PARTITION audit.events_other;
    ALTER TABLE audit.events_other RENAME TO events_unsorted;
    FOR found IN SELECT DISTINCT (date_trunc('month', audit.made_at(e.event_id) AT TIME ZONE 'UTC'))::date FROM audit.events_unsorted e
        WHERE audit.made_at(e.event_id) BETWEEN '2000-01-01' AND latest
    LOOP
        PERFORM audit.add_month(found);
    END LOOP;
    PERFORM audit.add_other();
    INSERT INTO audit.events SELECT * FROM audit.events_unsorted;
    DROP TABLE audit.events_unsorted;
    RETURN sorted;
END $$;

-- The partition of what has no month.
CREATE FUNCTION audit.add_other() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    CREATE TABLE audit.events_other PARTITION OF audit.events DEFAULT;
    CREATE TRIGGER keep BEFORE TRUNCATE ON audit.events_other FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();
    REVOKE ALL ON audit.events_other FROM mc_audit;
END $$;
CREATE TRIGGER keep BEFORE TRUNCATE ON audit.events_other FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();

DO $$
DECLARE f text;
BEGIN
    FOREACH f IN ARRAY ARRAY['audit.plan_pruning(date, timestamptz)', 'audit.prune(date, timestamptz, uuid[], bigint[], bigint[])',
        'audit.sort_other(timestamptz)', 'audit.add_other()'] LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC, mc_audit', f);
    END LOOP;
END $$;

-- Reports over the log: asked for, built page by page, kept sealed.
CREATE TABLE audit.reports (
    id              uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    kind            text NOT NULL,
    since           timestamptz NOT NULL,
    until           timestamptz NOT NULL,
    -- About whom: a pseudonym, a user's id; empty where the kind asks for neither.
    patient         text NOT NULL DEFAULT '',
    user_id         text NOT NULL DEFAULT '',
    requested_by    text NOT NULL,
    requested_at    timestamptz NOT NULL,
    state           text NOT NULL CHECK (state IN ('waiting', 'building', 'done', 'failed')),
    -- The checkpoint it is made under: events beyond its size are not looked at.
    size            bigint CHECK (size > 0),
    note            text,
    -- How far it has read: everything that happened before this moment, or at it up to this place in the log.
    reached_at      timestamptz,
    reached_index   bigint,
    parts           integer NOT NULL DEFAULT 0,
    lines           bigint NOT NULL DEFAULT 0,
    attempts        integer NOT NULL DEFAULT 0,
    next_try_at     timestamptz NOT NULL,
    failure         text,
    finished_at     timestamptz,
    -- The finished report, sealed, and the SHA-256 of it, which stands in the log too.
    content_sealed  bytea,
    digest          bytea CHECK (length(digest) = 32),
    CHECK (since < until)
);
CREATE INDEX reports_of ON audit.reports (organization_id, id);
CREATE INDEX reports_open ON audit.reports (next_try_at) WHERE state IN ('waiting', 'building');

-- What was read so far, sealed, until the report is finished.
CREATE TABLE audit.report_parts (
    report_id       uuid NOT NULL REFERENCES audit.reports (id),
    part            integer NOT NULL CHECK (part >= 0),
    organization_id uuid NOT NULL,
    lines_sealed    bytea NOT NULL,
    PRIMARY KEY (report_id, part)
);
ALTER TABLE audit.report_parts ALTER COLUMN lines_sealed SET STORAGE EXTERNAL;
ALTER TABLE audit.reports ALTER COLUMN content_sealed SET STORAGE EXTERNAL;

DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['reports', 'report_parts'] LOOP
        EXECUTE format('ALTER TABLE audit.%I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY wall ON audit.%I USING ((SELECT current_setting(''medconnect.organization'', true)) = ''platform'''
            ' OR organization_id::text = (SELECT current_setting(''medconnect.organization'', true)))', t);
    END LOOP;
END $$;
-- A report stays; what it was built from goes when it is finished.
REVOKE DELETE, TRUNCATE ON audit.reports FROM mc_audit;
REVOKE UPDATE, TRUNCATE ON audit.report_parts FROM mc_audit;
GRANT DELETE ON audit.report_parts TO mc_audit;

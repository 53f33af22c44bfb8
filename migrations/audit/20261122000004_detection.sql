-- Breach detection: what is known beside the log, and the cases that come of it.

-- The workforce, so that the chart of a colleague, relative or neighbour is seen as such. Pseudonyms only.
CREATE TABLE audit.workforce (
    organization_id uuid NOT NULL,
    user_id         uuid NOT NULL,
    -- Of their own chart, their family name, their address.
    patient         text,
    family_key      text,
    address_key     text,
    changed_at      timestamptz NOT NULL,
    PRIMARY KEY (organization_id, user_id)
);

-- Where addresses are.
CREATE TABLE audit.networks (
    organization_id uuid NOT NULL,
    addresses       text NOT NULL,
    place           text NOT NULL,
    latitude        double precision NOT NULL CHECK (latitude BETWEEN -90 AND 90),
    longitude       double precision NOT NULL CHECK (longitude BETWEEN -180 AND 180),
    PRIMARY KEY (organization_id, addresses)
);

-- What is usual for a role, learned from the log, with the figures that it came from.
CREATE TABLE audit.thresholds (
    organization_id uuid NOT NULL,
    rule            text NOT NULL,
    role            text NOT NULL,
    threshold       bigint NOT NULL CHECK (threshold > 0),
    usual           bigint NOT NULL,
    largest         bigint NOT NULL,
    windows         bigint NOT NULL,
    since           timestamptz NOT NULL,
    learned_at      timestamptz NOT NULL,
    PRIMARY KEY (organization_id, rule, role)
);

-- Counts the changes of the three tables above, so that the detector reads them again only then.
CREATE TABLE audit.knowledge (
    organization_id uuid PRIMARY KEY,
    version         bigint NOT NULL
);

-- Whose turn it is to detect, and how far detection has come: one process at a time, position and cases in one transaction.
CREATE TABLE audit.detectors (
    name         text PRIMARY KEY,
    holder       uuid NOT NULL,
    held_until   timestamptz NOT NULL,
    -- audit.batches.sequence.
    sequence     bigint NOT NULL,
    -- Accesses logged before have been asked for their care relationship.
    judged_until timestamptz NOT NULL
);

-- A case: a rule saw something about somebody. Further events are added while it is not concluded.
CREATE TABLE audit.cases (
    case_id         uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    rule            text NOT NULL,
    title           text NOT NULL,
    severity        text NOT NULL CHECK (severity IN ('low', 'medium', 'high')),
    subject_kind    text NOT NULL,
    subject_id      text NOT NULL,
    state           text NOT NULL CHECK (state IN ('open', 'investigating', 'breach', 'no_breach', 'closed')),
    owner           uuid,
    -- Whether the rule sees patient data: then the notice clock is shown from the first day.
    starts_clock    boolean NOT NULL,
    -- The largest figure, and from where on it was a case.
    figure          bigint NOT NULL,
    threshold       bigint NOT NULL,
    -- All of them; the first are kept as evidence.
    events          bigint NOT NULL,
    first_event_at  timestamptz NOT NULL,
    last_event_at   timestamptz NOT NULL,
    opened_at       timestamptz NOT NULL,
    discovered_at   timestamptz NOT NULL,
    concluded_at    timestamptz,
    -- Of what people change, for If-Match.
    version         bigint NOT NULL
);
CREATE UNIQUE INDEX cases_standing ON audit.cases (organization_id, rule, subject_kind, subject_id)
    WHERE state IN ('open', 'investigating', 'breach');
CREATE INDEX cases_newest ON audit.cases (organization_id, case_id);

CREATE TABLE audit.case_evidence (
    case_id         uuid NOT NULL REFERENCES audit.cases,
    organization_id uuid NOT NULL,
    event_id        uuid NOT NULL,
    log_index       bigint NOT NULL,
    occurred_at     timestamptz NOT NULL,
    action          text NOT NULL,
    actor_id        text NOT NULL,
    patient         text,
    PRIMARY KEY (case_id, event_id)
);

-- What people did to a case. Their words may name a patient: sealed.
CREATE TABLE audit.case_notes (
    note_id         uuid PRIMARY KEY,
    case_id         uuid NOT NULL REFERENCES audit.cases,
    organization_id uuid NOT NULL,
    noted_at        timestamptz NOT NULL,
    noted_by        text NOT NULL,
    state           text,
    words_sealed    bytea
);
CREATE INDEX case_notes_case ON audit.case_notes (case_id, noted_at);

DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['workforce', 'networks', 'thresholds', 'knowledge', 'cases', 'case_evidence', 'case_notes'] LOOP
        EXECUTE format('ALTER TABLE audit.%I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY wall ON audit.%I USING ((SELECT current_setting(''medconnect.organization'', true)) = ''platform'''
            ' OR organization_id::text = (SELECT current_setting(''medconnect.organization'', true)))', t);
    END LOOP;
END $$;
-- Cases, their evidence and their notes stay.
REVOKE DELETE, TRUNCATE ON audit.cases, audit.case_evidence, audit.case_notes FROM mc_audit;
REVOKE UPDATE ON audit.case_evidence, audit.case_notes FROM mc_audit;

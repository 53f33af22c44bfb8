-- What compliance keeps beside the log (U9): business associate agreements, risk assessments, trainings, incidents.
CREATE TABLE audit.inventory (
    record_id       uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    kind            text NOT NULL CHECK (kind IN ('agreements', 'risk-assessments', 'trainings', 'incidents')),
    state           text NOT NULL CHECK (state IN ('open', 'done', 'cancelled')),
    -- Who looks after it.
    owner           uuid,
    -- For a training: who is trained.
    member          uuid,
    due_at          timestamptz,
    -- After it is done, the next of its kind is due so many months later.
    repeats_months  integer CHECK (repeats_months BETWEEN 1 AND 120),
    -- Title and notes: they may name a person.
    words_sealed    bytea NOT NULL,
    -- For an incident: the case that it came from, when it was known, how many patients are concerned.
    alert_id        uuid REFERENCES audit.cases,
    discovered_at   timestamptz,
    patients        bigint CHECK (patients >= 0),
    -- The last reminder about this due date: so many days before it.
    reminded_days   integer,
    added_at        timestamptz NOT NULL,
    completed_at    timestamptz,
    version         bigint NOT NULL
);
CREATE INDEX inventory_newest ON audit.inventory (organization_id, kind, record_id);
CREATE INDEX inventory_due ON audit.inventory (due_at) WHERE state = 'open' AND due_at IS NOT NULL;

ALTER TABLE audit.inventory ENABLE ROW LEVEL SECURITY;
CREATE POLICY wall ON audit.inventory USING ((SELECT current_setting('medconnect.organization', true)) = 'platform'
    OR organization_id::text = (SELECT current_setting('medconnect.organization', true)));
-- What was kept stays; what is no longer true is cancelled.
REVOKE DELETE, TRUNCATE ON audit.inventory FROM mc_audit;

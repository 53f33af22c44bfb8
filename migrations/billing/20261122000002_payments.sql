-- What a patient is charged. Amount, currency and the id are all that leaves for the processor; the context stays here, sealed.
CREATE TABLE billing.payments (
    id                uuid PRIMARY KEY,
    organization_id   uuid NOT NULL,
    -- Which request made it: found by this when a process died before it could answer.
    request_reference text NOT NULL UNIQUE,
    encounter_id      text NOT NULL,
    amount_minor      bigint NOT NULL CHECK (amount_minor > 0),
    currency          text NOT NULL CHECK (currency ~ '^[a-z]{3}$'),
    payment_method    text,
    status            text NOT NULL CHECK (status IN
                        ('pending', 'requires_payment_method', 'requires_action', 'processing', 'succeeded', 'failed', 'canceled')),
    failure_code      text,
    intent_id         text UNIQUE,
    client_secret_sealed bytea,
    context_sealed    bytea,
    created_by        text NOT NULL,
    trace             jsonb NOT NULL,
    attempts          integer NOT NULL DEFAULT 0,
    -- When a worker looks at it next; null: it waits for somebody else.
    next_attempt_at   timestamptz,
    created_at        timestamptz NOT NULL,
    updated_at        timestamptz NOT NULL
);
CREATE INDEX payments_due ON billing.payments (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX payments_encounter ON billing.payments (organization_id, encounter_id);

-- Patients' decisions about being charged, as ehr-proxy told them; the latest per visit.
CREATE TABLE billing.consents (
    organization_id uuid NOT NULL,
    encounter_id    text NOT NULL,
    consent_id      uuid NOT NULL,
    decision        text NOT NULL CHECK (decision IN ('permit', 'deny')),
    recorded_at     timestamptz NOT NULL,
    PRIMARY KEY (organization_id, encounter_id)
);

DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['payments', 'consents'] LOOP
        EXECUTE format('ALTER TABLE billing.%I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY wall ON billing.%I USING (current_setting(''medconnect.organization'', true) IN (organization_id::text, ''platform''))', t);
    END LOOP;
END $$;

-- A person's insurance, as an organisation knows it.
CREATE TABLE eligibility.coverages (
    id              uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    patient_id      text NOT NULL,
    payer_id        text NOT NULL CHECK (length(payer_id) BETWEEN 2 AND 80),
    payer_name      text NOT NULL CHECK (length(payer_name) BETWEEN 1 AND 60),
    provider_name   text NOT NULL CHECK (length(provider_name) BETWEEN 1 AND 60),
    provider_npi    text NOT NULL CHECK (provider_npi ~ '^[0-9]{10}$'),
    -- Member id, names, birth date and gender.
    member_sealed   bytea NOT NULL,
    recorded_by     text NOT NULL,
    created_at      timestamptz NOT NULL
);

-- ISA13, GS06 and ST02: unique at the payer, nine digits at most.
CREATE SEQUENCE eligibility.control_numbers AS integer MINVALUE 1 MAXVALUE 999999999 CYCLE;

-- What went out to payers, committed before it is sent (CAQH CORE: date, time, control number, PayloadID).
CREATE TABLE eligibility.inquiries (
    -- PayloadID of the envelope.
    id              uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    coverage_id     uuid NOT NULL REFERENCES eligibility.coverages (id),
    payer           text NOT NULL,
    service_type    text NOT NULL,
    control_number  integer NOT NULL,
    -- TRN02; comes back in the answer.
    trace_number    text NOT NULL,
    requested_at    timestamptz NOT NULL
);

-- What callers were told.
CREATE TABLE eligibility.verifications (
    id                 uuid PRIMARY KEY,
    organization_id    uuid NOT NULL,
    coverage_id        uuid NOT NULL REFERENCES eligibility.coverages (id),
    service_type       text NOT NULL,
    outcome            text NOT NULL CHECK (outcome IN ('live', 'cached', 'payer_rejected', 'unavailable')),
    -- Why the payer's answer of now was not told.
    reason             text,
    -- Null: nothing was sent for this verification.
    inquiry_id         uuid REFERENCES eligibility.inquiries (id),
    -- For a cached one: the live one that it repeats.
    answered_by        uuid REFERENCES eligibility.verifications (id),
    payer_trace_number text,
    -- What the payer said, as told and as it came.
    answer_sealed      bytea,
    response_sealed    bytea,
    verified_by        text NOT NULL,
    verified_at        timestamptz NOT NULL,
    took_ms            bigint NOT NULL,
    CHECK ((outcome = 'cached') = (answered_by IS NOT NULL)),
    CHECK (outcome <> 'live' OR (answer_sealed IS NOT NULL AND inquiry_id IS NOT NULL))
);
CREATE INDEX verifications_good ON eligibility.verifications (coverage_id, service_type, verified_at DESC) WHERE outcome = 'live';

-- Only ever added.
REVOKE UPDATE, DELETE ON eligibility.inquiries, eligibility.verifications FROM mc_eligibility;

DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['coverages', 'inquiries', 'verifications'] LOOP
        EXECUTE format('ALTER TABLE eligibility.%I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY wall ON eligibility.%I USING (current_setting(''medconnect.organization'', true) IN (organization_id::text, ''platform''))', t);
    END LOOP;
END $$;

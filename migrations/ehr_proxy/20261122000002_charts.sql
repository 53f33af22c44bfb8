-- How an organisation reaches its EHR. The credentials themselves stand in the secrets manager.
CREATE TABLE ehr_proxy.connections (
    id              uuid PRIMARY KEY,
    organization_id uuid NOT NULL UNIQUE,
    kind            text NOT NULL CHECK (kind IN ('smart_backend_services')),
    base_url        text NOT NULL CHECK (length(base_url) BETWEEN 8 AND 500),
    -- One organisation's credentials are never another's: unique across the walls.
    secret_name     text NOT NULL UNIQUE CHECK (secret_name ~ '^ehr-[a-z0-9-]{1,60}$'),
    scope           text NOT NULL CHECK (length(scope) BETWEEN 1 AND 1000),
    -- Counts changes; what is kept for a connection is kept for one revision of it.
    revision        bigint NOT NULL DEFAULT 1,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL
);

-- What patients decided. A decision is never edited: a later one replaces it.
CREATE TABLE ehr_proxy.consents (
    id              uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    patient_id      text NOT NULL,
    purpose         text NOT NULL CHECK (purpose IN ('treatment', 'payment')),
    decision        text NOT NULL CHECK (decision IN ('permit', 'deny')),
    -- Null: every visit.
    encounter_id    text,
    -- Null: everyone of the organisation whose role allows it.
    grantee         uuid,
    recorded_by     text NOT NULL,
    recorded_at     timestamptz NOT NULL
);
CREATE INDEX consents_of_patient ON ehr_proxy.consents (organization_id, patient_id, purpose, recorded_at DESC, id DESC);
REVOKE UPDATE, DELETE ON ehr_proxy.consents FROM mc_ehr_proxy;

DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['connections', 'consents'] LOOP
        EXECUTE format('ALTER TABLE ehr_proxy.%I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY wall ON ehr_proxy.%I USING (current_setting(''medconnect.organization'', true) IN (organization_id::text, ''platform''))', t);
    END LOOP;
END $$;

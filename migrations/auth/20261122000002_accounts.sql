CREATE TABLE auth.organizations (
    id         uuid PRIMARY KEY,
    name       text NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 120),
    created_at timestamptz NOT NULL
);

CREATE TABLE auth.users (
    id                uuid PRIMARY KEY,
    organization_id   uuid NOT NULL REFERENCES auth.organizations (id),
    -- An e-mail address is an identifier of a patient: found by a keyed digest, stored sealed.
    email_digest      bytea NOT NULL UNIQUE,
    email_sealed      bytea NOT NULL,
    password_hash     text NOT NULL,
    roles             text[] NOT NULL CHECK (cardinality(roles) > 0),
    patient_id        text,
    totp_sealed       bytea,
    -- The last time step that was accepted: a code is good once.
    totp_step         bigint,
    failed_sign_ins   integer NOT NULL DEFAULT 0,
    locked_until      timestamptz,
    disabled_at       timestamptz,
    created_at        timestamptz NOT NULL
);

CREATE TABLE auth.clients (
    id              uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES auth.organizations (id),
    name            text NOT NULL,
    secret_hash     bytea NOT NULL,
    roles           text[] NOT NULL,
    disabled_at     timestamptz,
    created_at      timestamptz NOT NULL
);

-- A sign-in that waits for its second factor.
CREATE TABLE auth.challenges (
    token_hash      bytea PRIMARY KEY,
    organization_id uuid NOT NULL,
    user_id         uuid NOT NULL REFERENCES auth.users (id),
    device_id       text NOT NULL,
    attempts        integer NOT NULL DEFAULT 0,
    expires_at      timestamptz NOT NULL
);

CREATE TABLE auth.sessions (
    id              uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    user_id         uuid NOT NULL REFERENCES auth.users (id),
    device_id       text NOT NULL,
    created_at      timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL,
    revoked_at      timestamptz,
    revoked_because text
);

CREATE TABLE auth.refresh_tokens (
    token_hash      bytea PRIMARY KEY,
    organization_id uuid NOT NULL,
    session_id      uuid NOT NULL REFERENCES auth.sessions (id),
    created_at      timestamptz NOT NULL,
    -- Set when it is exchanged; seen again after that, the whole session ends.
    used_at         timestamptz
);

DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['users', 'clients', 'challenges', 'sessions', 'refresh_tokens'] LOOP
        EXECUTE format('ALTER TABLE auth.%I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY wall ON auth.%I USING (current_setting(''medconnect.organization'', true) IN (organization_id::text, ''platform''))', t);
    END LOOP;
END $$;

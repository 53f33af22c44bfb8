-- The post box of the service, and the wrapped data keys of the organisations. The same in every schema.
CREATE TABLE console.outbox (
    sequence     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id           uuid NOT NULL UNIQUE,
    envelope     jsonb NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    not_before   timestamptz NOT NULL DEFAULT now(),
    attempts     integer NOT NULL DEFAULT 0,
    published_at timestamptz
);
CREATE INDEX outbox_waiting ON console.outbox (sequence) WHERE published_at IS NULL;

-- What has been done already: a consumer and an event's id, or a caller's route and the hash of an Idempotency-Key.
CREATE TABLE console.inbox (
    scope        text NOT NULL,
    key          text NOT NULL,
    digest       bytea,
    state        text NOT NULL CHECK (state IN ('running', 'done')),
    status       integer,
    answer       bytea,
    locked_until timestamptz,
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL,
    PRIMARY KEY (scope, key)
);
CREATE INDEX inbox_expires ON console.inbox (expires_at);

CREATE TABLE console.data_keys (
    organization_id uuid PRIMARY KEY,
    wrapped         bytea NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now()
);

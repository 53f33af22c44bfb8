-- Idempotency keys of HTTP requests get a table of their own; they were rows of the inbox until now.
-- The same in every schema that has one.
CREATE TABLE billing.idempotency_keys (
    scope        text NOT NULL,
    key_hash     text NOT NULL,
    digest       bytea NOT NULL,
    state        text NOT NULL CHECK (state IN ('running', 'done')),
    status       integer,
    response     bytea,
    locked_until timestamptz,
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL,
    PRIMARY KEY (scope, key_hash)
);
CREATE INDEX idempotency_keys_expires ON billing.idempotency_keys (expires_at);

-- Only requests have a digest; events of the inbox have none. The old rows stay until they expire, for
-- processes of the last release that are still answering.
INSERT INTO billing.idempotency_keys (scope, key_hash, digest, state, status, response, locked_until, created_at, expires_at)
SELECT scope, key, digest, state, status, answer, locked_until, created_at, expires_at
FROM billing.inbox
WHERE digest IS NOT NULL AND expires_at > now();

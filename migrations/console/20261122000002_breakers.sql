-- How the circuit breakers stand, as the services tell it. The platform's, not an organisation's: no wall.
CREATE TABLE console.breakers (
    service  text NOT NULL,
    upstream text NOT NULL,
    -- Whose breaker, where each organisation has its own before its own upstream; empty where all share one.
    holder   text NOT NULL DEFAULT '',
    state    text NOT NULL CHECK (state IN ('CLOSED', 'OPEN', 'HALF_OPEN')),
    since    timestamptz NOT NULL,
    reason   text NOT NULL,
    PRIMARY KEY (service, upstream, holder)
);

-- Every change, as it came.
CREATE TABLE console.breaker_changes (
    event_id    uuid PRIMARY KEY,
    service     text NOT NULL,
    upstream    text NOT NULL,
    holder      text NOT NULL,
    state_from  text NOT NULL,
    state_to    text NOT NULL,
    reason      text NOT NULL,
    changed_at  timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL
);
CREATE INDEX breaker_changes_of ON console.breaker_changes (service, upstream, changed_at);

-- Failed sign-ins are counted for an account and the network address that they come from: an address
-- from which the account signed in lately has a count of its own, all other addresses share one.
-- The counts in auth.users serve programs of the last release; a later release drops them.
CREATE TABLE auth.sign_in_sources (
    user_id         uuid NOT NULL REFERENCES auth.users (id),
    organization_id uuid NOT NULL,
    -- Keyed digest of the address; empty: every address from which the account has not signed in.
    source          bytea NOT NULL CHECK (length(source) IN (0, 32)),
    -- Attempts since the last sign-in or lockout, those included that are still being checked.
    failed          integer NOT NULL CHECK (failed >= 0),
    locked_until    timestamptz,
    -- The last sign-in from this address; null for the row that all others share.
    signed_in_at    timestamptz,
    updated_at      timestamptz NOT NULL,
    PRIMARY KEY (user_id, source),
    CHECK ((signed_in_at IS NULL) = (length(source) = 0))
);
CREATE INDEX sign_in_sources_updated ON auth.sign_in_sources (updated_at);

ALTER TABLE auth.sign_in_sources ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON auth.sign_in_sources
    USING (current_setting('medconnect.organization', true) IN (organization_id::text, 'platform'));

-- No address is known yet, so what was counted until now belongs to the shared row.
INSERT INTO auth.sign_in_sources (user_id, organization_id, source, failed, locked_until, updated_at)
SELECT id, organization_id, '', failed_sign_ins % 10, locked_until, now()
FROM auth.users
WHERE failed_sign_ins % 10 > 0 OR locked_until > now();

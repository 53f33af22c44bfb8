-- The sessions that end with an account.
CREATE INDEX sessions_of_user ON auth.sessions (user_id) WHERE revoked_at IS NULL;

-- The people of an organization.
CREATE INDEX users_of_organization ON auth.users (organization_id, id);
-- What a worker deletes of every organization.
CREATE INDEX challenges_expired ON auth.challenges (expires_at);

-- The newest live answer about a coverage is one step in an index that begins with the organization.
-- The index of before stays for programs of the last release, whose statements name no organization.
CREATE INDEX verifications_live ON eligibility.verifications (organization_id, coverage_id, service_type, verified_at DESC) WHERE outcome = 'live';

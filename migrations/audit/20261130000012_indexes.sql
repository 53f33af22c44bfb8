-- Indexes of an organization's rows begin with it.
CREATE INDEX case_notes_of ON audit.case_notes (organization_id, case_id, noted_at);
DROP INDEX audit.case_notes_case;
CREATE INDEX legal_holds_of ON audit.legal_holds (organization_id, placed_at);
-- The newest of all trees, which health asks for every few seconds.
CREATE INDEX checkpoints_newest ON audit.checkpoints (signed_at);

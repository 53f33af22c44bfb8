-- Who did what for a patient that one does for a visit, and when last: by it breach detection knows a care relationship without reading a
-- patient's whole history again for every access. Kept by the detector, of the log, in the transaction of its position.
CREATE TABLE audit.contacts (
    organization_id uuid NOT NULL,
    patient         text NOT NULL,
    actor_id        text NOT NULL,
    entity_kind     text NOT NULL,
    first_at        timestamptz NOT NULL,
    last_at         timestamptz NOT NULL,
    PRIMARY KEY (organization_id, patient, actor_id, entity_kind)
);
ALTER TABLE audit.contacts ENABLE ROW LEVEL SECURITY;
CREATE POLICY wall ON audit.contacts USING ((SELECT current_setting('medconnect.organization', true)) = 'platform'
    OR organization_id::text = (SELECT current_setting('medconnect.organization', true)));

-- Whose visit it is, as far as decisions tell: asked before a decision about a visit is written down.
CREATE INDEX consents_of_encounter ON ehr_proxy.consents (organization_id, encounter_id, patient_id) WHERE encounter_id IS NOT NULL;

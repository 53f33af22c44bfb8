-- A patient may refuse to be charged for every visit at once: the latest such decision of each. It
-- ends the permits that were recorded before it, whichever visit they name (ADR 0008).
CREATE TABLE billing.denials (
    organization_id uuid NOT NULL,
    patient_id      text NOT NULL,
    consent_id      uuid NOT NULL,
    recorded_at     timestamptz NOT NULL,
    -- ehr-proxy's number of the decision; null where it was published by a release without numbers.
    sequence        bigint,
    PRIMARY KEY (organization_id, patient_id)
);
ALTER TABLE billing.denials ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON billing.denials TO mc_billing_serving
    USING (organization_id = (SELECT tenancy.current_organization()))
    WITH CHECK (organization_id = (SELECT tenancy.current_organization()));
CREATE POLICY platform_workers ON billing.denials TO mc_billing_worker USING (true);
REVOKE ALL ON billing.denials FROM mc_billing, mc_billing_serving, mc_billing_worker;
GRANT SELECT, INSERT, UPDATE ON billing.denials TO mc_billing_serving;
GRANT SELECT ON billing.denials TO mc_billing_worker;

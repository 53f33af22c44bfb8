-- Intents at the processor beyond those that payments need: a second one of a payment, or one of a
-- payment that is canceled. Each is looked at until it is canceled, or was refunded by a person; it
-- is never removed, so that it can be found (ADR 0019).
CREATE TABLE billing.surplus_intents (
    organization_id uuid NOT NULL,
    intent_id       text NOT NULL,
    payment_id      uuid NOT NULL,
    -- As the processor last described it, or refunded. Null: it was not read yet.
    status          text,
    attempts        integer NOT NULL DEFAULT 0,
    -- When a worker looks at it next; null: it charges nobody.
    next_look_at    timestamptz,
    found_at        timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    PRIMARY KEY (organization_id, intent_id)
);
CREATE INDEX surplus_intents_due ON billing.surplus_intents (next_look_at) WHERE next_look_at IS NOT NULL;
ALTER TABLE billing.surplus_intents ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON billing.surplus_intents TO mc_billing_serving
    USING (organization_id = (SELECT tenancy.current_organization()))
    WITH CHECK (organization_id = (SELECT tenancy.current_organization()));
CREATE POLICY platform_workers ON billing.surplus_intents TO mc_billing_worker USING (true);
REVOKE ALL ON billing.surplus_intents FROM mc_billing, mc_billing_serving, mc_billing_worker;
GRANT SELECT, INSERT, UPDATE ON billing.surplus_intents TO mc_billing_serving, mc_billing_worker;

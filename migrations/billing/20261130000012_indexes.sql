-- Payments that wait for the processor: few of many.
CREATE INDEX payments_pending ON billing.payments (organization_id, id) WHERE status = 'pending';

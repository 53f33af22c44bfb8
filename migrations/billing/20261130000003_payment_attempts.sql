-- A payment knows its request, its patient and what may have reached the processor (ADR 0019).
-- Processes of the last release write none of these columns: their rows count as sent from the start.
ALTER TABLE billing.payments
    -- SHA-256 of the body as sent. Null for older rows, which are compared by visit and amount.
    ADD COLUMN request_digest    bytea CHECK (length(request_digest) = 32),
    ADD COLUMN patient_id        text,
    -- The processor's idempotency key is the id, followed by the generation where it is not 0.
    ADD COLUMN key_generation    integer NOT NULL DEFAULT 0,
    -- When this generation's key was first and last used. Null: no attempt has been made under it.
    ADD COLUMN key_first_used_at timestamptz DEFAULT now(),
    ADD COLUMN key_last_used_at  timestamptz DEFAULT now(),
    -- How far a search for the payment at the processor has come: an id of a payment intent.
    ADD COLUMN lookup_after      text,
    -- Why it is to be canceled; nothing is charged from then on.
    ADD COLUMN cancel_reason     text CHECK (cancel_reason IN ('requested', 'consent_withdrawn', 'abandoned'));

UPDATE billing.payments SET key_first_used_at = created_at;

-- Every payment that is not final is looked at again.
UPDATE billing.payments SET next_attempt_at = now()
WHERE next_attempt_at IS NULL AND status NOT IN ('succeeded', 'failed', 'canceled');
CREATE INDEX payments_unscheduled ON billing.payments (id)
    WHERE next_attempt_at IS NULL AND status NOT IN ('succeeded', 'failed', 'canceled');

-- Whose visit it is, from the consent. Null for decisions that arrived before.
ALTER TABLE billing.consents ADD COLUMN patient_id text;

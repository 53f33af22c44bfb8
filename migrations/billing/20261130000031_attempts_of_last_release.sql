-- A program of the last release knows one key of a payment, no cancellation and no search (ADR 0019):
-- it may not charge what today's programs cancel, gave another key, or must search for first. Such
-- rows are hidden from its role, which goes with the next release.
ALTER POLICY last_release ON billing.payments USING (
    (SELECT current_setting('medconnect.organization', true)) IN (organization_id::text, 'platform')
    AND cancel_reason IS NULL AND key_generation = 0
    AND (status <> 'pending' OR created_at > now() - interval '23 hours')
);

-- What it claims, it may send to the processor: today's programs count that as an attempt.
CREATE FUNCTION billing.note_attempt_of_last_release() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    NEW.key_first_used_at := coalesce(NEW.key_first_used_at, now());
    NEW.key_last_used_at := greatest(NEW.key_last_used_at, now());
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION billing.note_attempt_of_last_release() FROM PUBLIC;
CREATE TRIGGER note_attempt_of_last_release BEFORE UPDATE ON billing.payments
    FOR EACH ROW WHEN (current_user = 'mc_billing') EXECUTE FUNCTION billing.note_attempt_of_last_release();

-- A payment and the latest decision about a visit outlive every key: no program removes them.
REVOKE DELETE, TRUNCATE ON billing.payments, billing.consents FROM mc_billing, mc_billing_serving, mc_billing_worker;

-- A row in every table, as programs of an earlier release stored it.
INSERT INTO billing.outbox (id, envelope) VALUES (gen_random_uuid(), '{"id": "0e000000-0000-7000-8000-0000000000f1", "type": "x.audit.recorded.v1", "source": "x", "time": "2026-11-20T08:00:00Z", "subject": null, "organization_id": "0e000000-0000-7000-8000-000000000001", "trace": {}, "data": {}}');
INSERT INTO billing.data_keys (organization_id, wrapped) VALUES ('0e000000-0000-7000-8000-000000000001', '\x01');
INSERT INTO billing.payments (id, organization_id, request_reference, encounter_id, amount_minor, currency, status, intent_id, created_by, trace, created_at, updated_at)
VALUES (gen_random_uuid(), '0e000000-0000-7000-8000-000000000001', 'reference', 'enc-1', 2500, 'usd', 'succeeded', 'pi_1', 'user', '{}', now(), now());
INSERT INTO billing.consents VALUES ('0e000000-0000-7000-8000-000000000001', 'enc-1', gen_random_uuid(), 'permit', now());

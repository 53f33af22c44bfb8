-- A row in every table, as programs of an earlier release stored it.
INSERT INTO console.outbox (id, envelope) VALUES (gen_random_uuid(), '{"id": "0e000000-0000-7000-8000-0000000000f1", "type": "x.audit.recorded.v1", "source": "x", "time": "2026-11-20T08:00:00Z", "subject": null, "organization_id": "0e000000-0000-7000-8000-000000000001", "trace": {}, "data": {}}');
INSERT INTO console.data_keys (organization_id, wrapped) VALUES ('0e000000-0000-7000-8000-000000000001', '\x01');
INSERT INTO console.breakers VALUES ('billing', 'stripe', '', 'OPEN', now(), 'failures');
INSERT INTO console.breaker_changes VALUES (gen_random_uuid(), 'billing', 'stripe', '', 'CLOSED', 'OPEN', 'failures', now(), now());

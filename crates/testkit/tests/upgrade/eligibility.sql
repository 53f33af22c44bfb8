-- A row in every table, as programs of an earlier release stored it.
INSERT INTO eligibility.outbox (id, envelope) VALUES (gen_random_uuid(), '{"id": "0e000000-0000-7000-8000-0000000000f1", "type": "x.audit.recorded.v1", "source": "x", "time": "2026-11-20T08:00:00Z", "subject": null, "organization_id": "0e000000-0000-7000-8000-000000000001", "trace": {}, "data": {}}');
INSERT INTO eligibility.data_keys (organization_id, wrapped) VALUES ('0e000000-0000-7000-8000-000000000001', '\x01');
INSERT INTO eligibility.coverages
VALUES ('0e000000-0000-7000-8000-000000000002', '0e000000-0000-7000-8000-000000000001', 'pat-1', 'payer', 'Payer', 'Provider', '1234567893', '\x01', 'user', now());
INSERT INTO eligibility.inquiries
VALUES ('0e000000-0000-7000-8000-000000000003', '0e000000-0000-7000-8000-000000000001', '0e000000-0000-7000-8000-000000000002', 'payer', '30', 1, '1', now());
INSERT INTO eligibility.verifications (id, organization_id, coverage_id, service_type, outcome, inquiry_id, answer_sealed, verified_by, verified_at, took_ms)
VALUES (gen_random_uuid(), '0e000000-0000-7000-8000-000000000001', '0e000000-0000-7000-8000-000000000002', '30', 'live', '0e000000-0000-7000-8000-000000000003', '\x01', 'user', now(), 5);

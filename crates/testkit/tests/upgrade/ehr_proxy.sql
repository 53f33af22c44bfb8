-- A row in every table, as programs of an earlier release stored it.
INSERT INTO ehr_proxy.outbox (id, envelope) VALUES (gen_random_uuid(), '{"id": "0e000000-0000-7000-8000-0000000000f1", "type": "x.audit.recorded.v1", "source": "x", "time": "2026-11-20T08:00:00Z", "subject": null, "organization_id": "0e000000-0000-7000-8000-000000000001", "trace": {}, "data": {}}');
INSERT INTO ehr_proxy.data_keys (organization_id, wrapped) VALUES ('0e000000-0000-7000-8000-000000000001', '\x01');
INSERT INTO ehr_proxy.connections (id, organization_id, kind, base_url, secret_name, scope, created_at, updated_at)
VALUES (gen_random_uuid(), '0e000000-0000-7000-8000-000000000001', 'smart_backend_services', 'https://ehr.example/fhir', 'ehr-northside', 'system/Patient.rs', now(), now());
INSERT INTO ehr_proxy.consents (id, organization_id, patient_id, purpose, decision, recorded_by, recorded_at)
VALUES (gen_random_uuid(), '0e000000-0000-7000-8000-000000000001', 'pat-1', 'treatment', 'deny', 'user', now());

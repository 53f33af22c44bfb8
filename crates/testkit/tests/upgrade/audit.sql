-- A row in every table, as programs of an earlier release stored it.
INSERT INTO audit.outbox (id, envelope) VALUES (gen_random_uuid(), '{"id": "0e000000-0000-7000-8000-0000000000f1", "type": "x.audit.recorded.v1", "source": "x", "time": "2026-11-20T08:00:00Z", "subject": null, "organization_id": "0e000000-0000-7000-8000-000000000001", "trace": {}, "data": {}}');
INSERT INTO audit.data_keys (organization_id, wrapped) VALUES ('0e000000-0000-7000-8000-000000000001', '\x01');
INSERT INTO audit.events (event_id, organization_id, log_index, leaf_hash, leaf, logged_at, occurred_at, action, interaction, outcome, actor_kind, actor_id,
    patient, entity_kind, entity_id, purpose, emergency, source, trace_id)
VALUES (audit.first_id(now()), '0e000000-0000-7000-8000-000000000001', 0, sha256('l'), 'leaf', now(), now(), 'ehr.chart.read', 'R', 'success', 'user', 'u', 'pt_1', 'Patient', 'pt_1',
    'TREAT', false, 'x', 't');
INSERT INTO audit.batches (organization_id, first_index, size, frontier, logged_at) VALUES ('0e000000-0000-7000-8000-000000000001', 0, 1, sha256('l'), now());
INSERT INTO audit.tiles VALUES ('0e000000-0000-7000-8000-000000000001', 0, 0, decode(repeat('00', 8192), 'hex'), sha256('r'));
INSERT INTO audit.checkpoints VALUES ('0e000000-0000-7000-8000-000000000001', 1, sha256('r'), 'note', now());
INSERT INTO audit.stubs VALUES ('0e000000-0000-7000-8000-000000000001', 7, sha256('s'));
INSERT INTO audit.followers VALUES ('detection', 1);
INSERT INTO audit.tallies VALUES ('billing', now() - interval '2 minutes', now() - interval '1 minute', 1, 1, now());
INSERT INTO audit.workforce VALUES ('0e000000-0000-7000-8000-000000000001', gen_random_uuid(), 'pt_2', 'f', 'a', now());
INSERT INTO audit.networks VALUES ('0e000000-0000-7000-8000-000000000001', '10.0.0.0/8', 'clinic', 40.0, -70.0);
INSERT INTO audit.thresholds VALUES ('0e000000-0000-7000-8000-000000000001', 'bulk', 'doctor', 50, 10, 20, 5, now(), now());
INSERT INTO audit.knowledge VALUES ('0e000000-0000-7000-8000-000000000001', 1);
INSERT INTO audit.detectors VALUES ('detection', gen_random_uuid(), now(), 1, now());
INSERT INTO audit.cases VALUES ('0e000000-0000-7000-8000-000000000002', '0e000000-0000-7000-8000-000000000001', 'bulk', 'Bulk', 'high', 'actor', 'u', 'open', NULL, true, 60, 50, 60, now(), now(), now(), now(), NULL, 1);
INSERT INTO audit.case_evidence VALUES ('0e000000-0000-7000-8000-000000000002', '0e000000-0000-7000-8000-000000000001', gen_random_uuid(), 0, now(), 'ehr.chart.read', 'u', 'pt_1');
INSERT INTO audit.case_notes VALUES (gen_random_uuid(), '0e000000-0000-7000-8000-000000000002', '0e000000-0000-7000-8000-000000000001', now(), 'u', 'open', '\x01');
INSERT INTO audit.reports (id, organization_id, kind, since, until, requested_by, requested_at, state, next_try_at)
VALUES ('0e000000-0000-7000-8000-000000000003', '0e000000-0000-7000-8000-000000000001', 'accesses', now() - interval '1 day', now(), 'u', now(), 'building', now());
INSERT INTO audit.report_parts VALUES ('0e000000-0000-7000-8000-000000000003', 0, '0e000000-0000-7000-8000-000000000001', '\x01');
INSERT INTO audit.legal_holds (hold_id, organization_id, kind, subject, reason, placed_by, placed_at) VALUES (gen_random_uuid(), '0e000000-0000-7000-8000-000000000001', 'patient', 'pt_1', 'r', 'u', now());
INSERT INTO audit.prunings VALUES (gen_random_uuid(), '0e000000-0000-7000-8000-000000000001', '2018-01-01', 1, 0, now(), NULL);
INSERT INTO audit.inventory (record_id, organization_id, kind, state, words_sealed, added_at, version) VALUES (gen_random_uuid(), '0e000000-0000-7000-8000-000000000001', 'trainings', 'open', '\x01', now(), 1);
INSERT INTO audit.contacts VALUES ('0e000000-0000-7000-8000-000000000001', 'pt_1', 'u', 'Encounter', now(), now());

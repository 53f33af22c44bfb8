-- A row in every table, as programs of an earlier release stored it.
INSERT INTO auth.outbox (id, envelope) VALUES (gen_random_uuid(), '{"id": "0e000000-0000-7000-8000-0000000000f1", "type": "x.audit.recorded.v1", "source": "x", "time": "2026-11-20T08:00:00Z", "subject": null, "organization_id": "0e000000-0000-7000-8000-000000000001", "trace": {}, "data": {}}');
INSERT INTO auth.data_keys (organization_id, wrapped) VALUES ('0e000000-0000-7000-8000-000000000001', '\x01');
INSERT INTO auth.organizations VALUES ('0e000000-0000-7000-8000-000000000001', 'Northside', now());
INSERT INTO auth.users (id, organization_id, email_digest, email_sealed, password_hash, roles, created_at)
VALUES ('0e000000-0000-7000-8000-000000000002', '0e000000-0000-7000-8000-000000000001', '\x01', '\x02', 'hash', '{doctor}', now());
INSERT INTO auth.clients VALUES (gen_random_uuid(), '0e000000-0000-7000-8000-000000000001', 'lab', '\x01', '{billing}', NULL, now());
INSERT INTO auth.challenges VALUES ('\x01', '0e000000-0000-7000-8000-000000000001', '0e000000-0000-7000-8000-000000000002', 'device', 0, now() + interval '5 minutes');
INSERT INTO auth.sessions (id, organization_id, user_id, device_id, created_at, expires_at)
VALUES ('0e000000-0000-7000-8000-000000000003', '0e000000-0000-7000-8000-000000000001', '0e000000-0000-7000-8000-000000000002', 'device', now(), now() + interval '8 hours');
INSERT INTO auth.refresh_tokens (token_hash, organization_id, session_id, created_at)
VALUES ('\x01', '0e000000-0000-7000-8000-000000000001', '0e000000-0000-7000-8000-000000000003', now());

-- A row in every table, as programs of an earlier release stored it.
INSERT INTO sandbox.faults VALUES ('payer', 'slow', 3, now());
INSERT INTO sandbox.marks VALUES ('once', now());
INSERT INTO sandbox.used_assertions VALUES ('client', 'jti', now() + interval '5 minutes');
INSERT INTO sandbox.access_tokens VALUES (sha256('t'), 'client', 'northside', 'scope', now() + interval '5 minutes', NULL);
INSERT INTO sandbox.fhir_resources VALUES ('northside', 'Patient', 'pat-1', 'pat-1', 1, '{}', now());
INSERT INTO sandbox.stripe_objects (id, object, created_at, body) VALUES ('pi_1', 'payment_intent', now(), '{}');
INSERT INTO sandbox.stripe_answers VALUES ('key', sha256('r'), 200, '{}', now());
INSERT INTO sandbox.webhook_deliveries (event_id, event_type, body, next_attempt_at) VALUES ('evt_1', 'payment_intent.succeeded', '{}', now());

-- What test mode remembers: an outside world that forgets at a restart would be no use for testing restarts.
-- Nothing here belongs to an organisation of the product, and nobody real is in it: no row-level security.

-- Faults that are switched on. times_left null: until removed.
CREATE TABLE sandbox.faults (
  target text NOT NULL,
  fault text NOT NULL,
  times_left integer CHECK (times_left > 0),
  set_at timestamptz NOT NULL,
  PRIMARY KEY (target, fault)
);

-- When a behaviour that shows itself "once in a while" showed itself last.
CREATE TABLE sandbox.marks (
  name text PRIMARY KEY,
  marked_at timestamptz NOT NULL
);

-- Client assertions seen, so that none is taken twice (RFC 7523 section 3, jti).
CREATE TABLE sandbox.used_assertions (
  client_id text NOT NULL,
  jti text NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (client_id, jti)
);

CREATE TABLE sandbox.access_tokens (
  token_sha256 bytea PRIMARY KEY CHECK (length(token_sha256) = 32),
  client_id text NOT NULL,
  organization text NOT NULL,
  scope text NOT NULL,
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz
);

-- A resource is kept as text: jsonb would lose the form of decimals and the order of members.
CREATE TABLE sandbox.fhir_resources (
  organization text NOT NULL,
  resource_type text NOT NULL,
  id text NOT NULL,
  patient_id text NOT NULL,
  version integer NOT NULL DEFAULT 1,
  body text NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (organization, resource_type, id)
);
CREATE INDEX fhir_resources_by_patient ON sandbox.fhir_resources (organization, patient_id, resource_type, id);

-- Payment intents and events, as Stripe shows them.
CREATE TABLE sandbox.stripe_objects (
  id text PRIMARY KEY,
  object text NOT NULL,
  seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  created_at timestamptz NOT NULL,
  body jsonb NOT NULL
);
CREATE INDEX stripe_objects_newest_first ON sandbox.stripe_objects (object, seq DESC);

-- The first answer under each Idempotency-Key.
CREATE TABLE sandbox.stripe_answers (
  idempotency_key text PRIMARY KEY,
  request_sha256 bytea NOT NULL CHECK (length(request_sha256) = 32),
  status smallint NOT NULL,
  body jsonb NOT NULL,
  created_at timestamptz NOT NULL
);

CREATE TABLE sandbox.webhook_deliveries (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id text NOT NULL,
  event_type text NOT NULL,
  body text NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  next_attempt_at timestamptz NOT NULL,
  delivered_at timestamptz
);
CREATE INDEX webhook_deliveries_due ON sandbox.webhook_deliveries (next_attempt_at) WHERE delivered_at IS NULL;

CREATE TABLE incidents (
  id INTEGER NOT NULL,
  shared_by TEXT NOT NULL,
  value TEXT NOT NULL,
  verdict TEXT NOT NULL,
  also TEXT,
  state TEXT NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  noticed_at INTEGER NOT NULL,
  ended_at INTEGER,
  failures INTEGER NOT NULL,
  customers INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  answered_at INTEGER,
  version INTEGER DEFAULT '1' NOT NULL,
  CONSTRAINT pk_incidents PRIMARY KEY (id),
  CONSTRAINT ck_incidents_ended CHECK ((state = 'ended') = (ended_at IS NOT NULL)),
  CONSTRAINT ck_incidents_shared_by_words CHECK (shared_by IN ('server', 'carrier', 'transport', 'network', 'phone model', 'prefix')),
  CONSTRAINT ck_incidents_state_words CHECK (state IN ('open', 'ended'))
)
 STRICT;

CREATE INDEX ix_incidents_state_last_at ON incidents (state, last_at);

CREATE UNIQUE INDEX uq_incidents_open ON incidents (shared_by, value) WHERE state = 'open';

CREATE TABLE incident_failures (
  id INTEGER NOT NULL,
  incident_id INTEGER NOT NULL,
  cdr_id INTEGER,
  aor TEXT,
  at INTEGER NOT NULL,
  customer_id INTEGER,
  partner_id INTEGER,
  CONSTRAINT pk_incident_failures PRIMARY KEY (id),
  CONSTRAINT uq_incident_failures_incident_id_cdr_id UNIQUE (incident_id, cdr_id),
  CONSTRAINT fk_incident_failures_incident_id FOREIGN KEY(incident_id) REFERENCES incidents (id)
)
 STRICT;

CREATE INDEX ix_incident_failures_cdr_id ON incident_failures (cdr_id);

CREATE INDEX ix_incident_failures_customer_id ON incident_failures (customer_id);

CREATE INDEX ix_incident_failures_incident_id_aor ON incident_failures (incident_id, aor);

CREATE TABLE seen_registrations (
  id INTEGER NOT NULL,
  aor TEXT NOT NULL,
  network TEXT,
  transport TEXT,
  user_agent TEXT,
  server TEXT,
  seen_at INTEGER NOT NULL,
  lost_at INTEGER,
  CONSTRAINT pk_seen_registrations PRIMARY KEY (id),
  CONSTRAINT uq_seen_registrations_aor UNIQUE (aor)
)
 STRICT;

CREATE INDEX ix_seen_registrations_lost_at ON seen_registrations (lost_at);


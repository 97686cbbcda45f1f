CREATE TABLE incidents (
  id BIGSERIAL NOT NULL,
  shared_by VARCHAR COLLATE "C" NOT NULL,
  value TEXT COLLATE "C" NOT NULL,
  verdict TEXT COLLATE "C" NOT NULL,
  also TEXT COLLATE "C",
  state VARCHAR COLLATE "C" NOT NULL,
  first_at TIMESTAMP WITH TIME ZONE NOT NULL,
  last_at TIMESTAMP WITH TIME ZONE NOT NULL,
  noticed_at TIMESTAMP WITH TIME ZONE NOT NULL,
  ended_at TIMESTAMP WITH TIME ZONE,
  failures BIGINT NOT NULL,
  customers BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  answered_at TIMESTAMP WITH TIME ZONE,
  version BIGINT DEFAULT '1' NOT NULL,
  CONSTRAINT pk_incidents PRIMARY KEY (id),
  CONSTRAINT ck_incidents_ended CHECK ((state = 'ended') = (ended_at IS NOT NULL)),
  CONSTRAINT ck_incidents_shared_by_words CHECK (shared_by IN ('server', 'carrier', 'transport', 'network', 'phone model', 'prefix')),
  CONSTRAINT ck_incidents_state_words CHECK (state IN ('open', 'ended'))
);

CREATE INDEX ix_incidents_state_last_at ON incidents (state, last_at);

CREATE UNIQUE INDEX uq_incidents_open ON incidents (shared_by, value) WHERE state = 'open';

CREATE TABLE incident_failures (
  id BIGSERIAL NOT NULL,
  incident_id BIGINT NOT NULL,
  cdr_id BIGINT,
  aor TEXT COLLATE "C",
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  customer_id BIGINT,
  partner_id BIGINT,
  CONSTRAINT pk_incident_failures PRIMARY KEY (id),
  CONSTRAINT uq_incident_failures_incident_id_cdr_id UNIQUE (incident_id, cdr_id),
  CONSTRAINT fk_incident_failures_incident_id FOREIGN KEY(incident_id) REFERENCES incidents (id)
);

CREATE INDEX ix_incident_failures_cdr_id ON incident_failures (cdr_id);

CREATE INDEX ix_incident_failures_customer_id ON incident_failures (customer_id);

CREATE INDEX ix_incident_failures_incident_id_aor ON incident_failures (incident_id, aor);

CREATE TABLE seen_registrations (
  id BIGSERIAL NOT NULL,
  aor TEXT COLLATE "C" NOT NULL,
  network TEXT COLLATE "C",
  transport TEXT COLLATE "C",
  user_agent TEXT COLLATE "C",
  server TEXT COLLATE "C",
  seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
  lost_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_seen_registrations PRIMARY KEY (id),
  CONSTRAINT uq_seen_registrations_aor UNIQUE (aor)
);

CREATE INDEX ix_seen_registrations_lost_at ON seen_registrations (lost_at);


CREATE TABLE committed_writes (
  id BIGSERIAL NOT NULL,
  idempotency_key TEXT COLLATE "C" NOT NULL,
  fingerprint TEXT COLLATE "C" NOT NULL,
  operator_id BIGINT NOT NULL,
  committed_at TIMESTAMP WITH TIME ZONE NOT NULL,
  result TEXT COLLATE "C",
  CONSTRAINT pk_committed_writes PRIMARY KEY (id),
  CONSTRAINT uq_committed_writes_idempotency_key UNIQUE (idempotency_key)
);

CREATE INDEX ix_committed_writes_operator_id_committed_at ON committed_writes (operator_id, committed_at);

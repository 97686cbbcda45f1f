CREATE TABLE committed_writes (
  id INTEGER NOT NULL,
  idempotency_key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  operator_id INTEGER NOT NULL,
  committed_at INTEGER NOT NULL,
  result TEXT,
  CONSTRAINT pk_committed_writes PRIMARY KEY (id),
  CONSTRAINT uq_committed_writes_idempotency_key UNIQUE (idempotency_key)
)
 STRICT;

CREATE INDEX ix_committed_writes_operator_id_committed_at ON committed_writes (operator_id, committed_at);

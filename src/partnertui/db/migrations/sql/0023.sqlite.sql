ALTER TABLE operators ADD COLUMN locked_until INTEGER;

CREATE TABLE failed_log_ins (
  id INTEGER NOT NULL,
  operator_id INTEGER NOT NULL,
  at INTEGER NOT NULL,
  origin TEXT NOT NULL,
  CONSTRAINT pk_failed_log_ins PRIMARY KEY (id),
  CONSTRAINT fk_failed_log_ins_operator_id FOREIGN KEY(operator_id) REFERENCES operators (id)
)
 STRICT;

CREATE INDEX ix_failed_log_ins_operator_id_at ON failed_log_ins (operator_id, at);

CREATE TABLE operator_sessions (
  id INTEGER NOT NULL,
  operator_id INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  last_key_at INTEGER NOT NULL,
  origin TEXT NOT NULL,
  program_version TEXT NOT NULL,
  ended_at INTEGER,
  signed_out_by TEXT,
  CONSTRAINT pk_operator_sessions PRIMARY KEY (id),
  CONSTRAINT fk_operator_sessions_operator_id FOREIGN KEY(operator_id) REFERENCES operators (id)
)
 STRICT;

CREATE INDEX ix_operator_sessions_ended_at ON operator_sessions (ended_at);

CREATE INDEX ix_operator_sessions_operator_id_started_at ON operator_sessions (operator_id, started_at);


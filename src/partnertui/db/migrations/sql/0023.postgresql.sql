ALTER TABLE operators ADD COLUMN locked_until TIMESTAMP WITH TIME ZONE;

CREATE TABLE failed_log_ins (
  id BIGSERIAL NOT NULL,
  operator_id BIGINT NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  origin TEXT COLLATE "C" NOT NULL,
  CONSTRAINT pk_failed_log_ins PRIMARY KEY (id),
  CONSTRAINT fk_failed_log_ins_operator_id FOREIGN KEY(operator_id) REFERENCES operators (id)
);

CREATE INDEX ix_failed_log_ins_operator_id_at ON failed_log_ins (operator_id, at);

CREATE TABLE operator_sessions (
  id BIGSERIAL NOT NULL,
  operator_id BIGINT NOT NULL,
  started_at TIMESTAMP WITH TIME ZONE NOT NULL,
  seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
  last_key_at TIMESTAMP WITH TIME ZONE NOT NULL,
  origin TEXT COLLATE "C" NOT NULL,
  program_version TEXT COLLATE "C" NOT NULL,
  ended_at TIMESTAMP WITH TIME ZONE,
  signed_out_by TEXT COLLATE "C",
  CONSTRAINT pk_operator_sessions PRIMARY KEY (id),
  CONSTRAINT fk_operator_sessions_operator_id FOREIGN KEY(operator_id) REFERENCES operators (id)
);

CREATE INDEX ix_operator_sessions_ended_at ON operator_sessions (ended_at);

CREATE INDEX ix_operator_sessions_operator_id_started_at ON operator_sessions (operator_id, started_at);


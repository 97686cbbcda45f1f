CREATE TABLE hep_messages (
  time_us BIGINT NOT NULL,
  id BIGINT NOT NULL,
  call_id TEXT COLLATE "C" NOT NULL,
  method TEXT COLLATE "C" NOT NULL,
  status BIGINT NOT NULL,
  from_user TEXT COLLATE "C" NOT NULL,
  to_user TEXT COLLATE "C" NOT NULL,
  transport TEXT COLLATE "C" NOT NULL,
  source TEXT COLLATE "C" NOT NULL,
  source_port BIGINT NOT NULL,
  destination TEXT COLLATE "C" NOT NULL,
  destination_port BIGINT NOT NULL,
  correlation_id TEXT COLLATE "C" NOT NULL,
  message BYTEA NOT NULL,
  CONSTRAINT pk_hep_messages PRIMARY KEY (time_us, id)
)
 PARTITION BY RANGE (time_us);

CREATE INDEX ix_hep_messages_call_id ON hep_messages (call_id);

CREATE INDEX ix_hep_messages_correlation_id ON hep_messages (correlation_id);

CREATE INDEX ix_hep_messages_from_user ON hep_messages (from_user, time_us);

CREATE INDEX ix_hep_messages_to_user ON hep_messages (to_user, time_us);


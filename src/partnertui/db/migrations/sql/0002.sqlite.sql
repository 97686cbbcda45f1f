CREATE TABLE hep_messages (
  time_us INTEGER NOT NULL,
  id INTEGER NOT NULL,
  call_id TEXT NOT NULL,
  method TEXT NOT NULL,
  status INTEGER NOT NULL,
  from_user TEXT NOT NULL,
  to_user TEXT NOT NULL,
  transport TEXT NOT NULL,
  source TEXT NOT NULL,
  source_port INTEGER NOT NULL,
  destination TEXT NOT NULL,
  destination_port INTEGER NOT NULL,
  correlation_id TEXT NOT NULL,
  message BLOB NOT NULL,
  CONSTRAINT pk_hep_messages PRIMARY KEY (time_us, id)
)
 STRICT;

CREATE INDEX ix_hep_messages_call_id ON hep_messages (call_id);

CREATE INDEX ix_hep_messages_correlation_id ON hep_messages (correlation_id);

CREATE INDEX ix_hep_messages_from_user ON hep_messages (from_user, time_us);

CREATE INDEX ix_hep_messages_to_user ON hep_messages (to_user, time_us);


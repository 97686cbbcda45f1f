CREATE TABLE vault_keys (
  id INTEGER NOT NULL,
  key_id TEXT NOT NULL,
  wrapped BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  CONSTRAINT pk_vault_keys PRIMARY KEY (id),
  CONSTRAINT uq_vault_keys_key_id UNIQUE (key_id)
)
 STRICT;

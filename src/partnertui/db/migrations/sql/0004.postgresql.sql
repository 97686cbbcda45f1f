CREATE TABLE vault_keys (
  id BIGSERIAL NOT NULL,
  key_id TEXT COLLATE "C" NOT NULL,
  wrapped BYTEA NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_vault_keys PRIMARY KEY (id),
  CONSTRAINT uq_vault_keys_key_id UNIQUE (key_id)
);

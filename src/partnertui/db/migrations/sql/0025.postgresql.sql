ALTER TABLE vault_keys ADD COLUMN owner_id BIGINT;

CREATE INDEX ix_vault_keys_owner_id ON vault_keys (owner_id);

CREATE TABLE retention_rules (
  id BIGSERIAL NOT NULL,
  kind VARCHAR COLLATE "C" NOT NULL,
  keep_days BIGINT,
  last_run_at TIMESTAMP WITH TIME ZONE,
  last_removed BIGINT,
  last_problem TEXT COLLATE "C",
  version BIGINT DEFAULT '1' NOT NULL,
  CONSTRAINT pk_retention_rules PRIMARY KEY (id),
  CONSTRAINT ck_retention_rules_days CHECK (keep_days > 0),
  CONSTRAINT uq_retention_rules_kind UNIQUE (kind),
  CONSTRAINT ck_retention_rules_kind_words CHECK (kind IN ('chat texts', 'CDRs', 'HEP messages', 'HEP captures', 'SIP traces', 'attachments of closed tickets', 'raw mails', 'voicemail', 'probe runs', 'web sessions', 'drafts', 'log-in records', 'rejected rows', 'WHOIS answers'))
);

INSERT INTO retention_rules (kind, keep_days) VALUES
  ('chat texts', NULL),
  ('CDRs', NULL),
  ('HEP messages', 7),
  ('HEP captures', 7),
  ('SIP traces', NULL),
  ('attachments of closed tickets', 730),
  ('raw mails', 365),
  ('voicemail', 365),
  ('probe runs', 365),
  ('web sessions', 90),
  ('drafts', 90),
  ('log-in records', 365),
  ('rejected rows', 180),
  ('WHOIS answers', 30);


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

ALTER TABLE public.retention_rules ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.retention_rules TO partnertui_partner USING (true);

CREATE POLICY support ON public.retention_rules TO partnertui_support USING (true);

CREATE POLICY development ON public.retention_rules TO partnertui_development USING (true);

CREATE POLICY admin ON public.retention_rules TO partnertui_admin USING (true);

CREATE POLICY service ON public.retention_rules TO partnertui_service USING (true);

GRANT SELECT ON public.retention_rules TO partnertui_partner, partnertui_support, partnertui_development;

GRANT SELECT, INSERT, UPDATE (kind, keep_days, last_run_at, last_removed, last_problem, version) ON public.retention_rules TO partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.retention_rules TO partnertui_service;

GRANT USAGE ON SEQUENCE public.retention_rules_id_seq TO partnertui_admin, partnertui_service;

GRANT UPDATE (owner_id) ON public.vault_keys TO partnertui_admin;


CREATE TABLE business_calendars (
  id INTEGER NOT NULL,
  name TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  country TEXT,
  subdivision TEXT,
  monday TEXT,
  tuesday TEXT,
  wednesday TEXT,
  thursday TEXT,
  friday TEXT,
  saturday TEXT,
  sunday TEXT,
  version INTEGER DEFAULT '1' NOT NULL,
  CONSTRAINT pk_business_calendars PRIMARY KEY (id),
  CONSTRAINT uq_business_calendars_name UNIQUE (name)
)
 STRICT;

CREATE TABLE calendar_days (
  id INTEGER NOT NULL,
  calendar_id INTEGER NOT NULL,
  day TEXT NOT NULL,
  name TEXT NOT NULL,
  hours TEXT,
  version INTEGER DEFAULT '1' NOT NULL,
  CONSTRAINT pk_calendar_days PRIMARY KEY (id),
  CONSTRAINT uq_calendar_days_calendar_id_day UNIQUE (calendar_id, day),
  CONSTRAINT fk_calendar_days_calendar_id FOREIGN KEY(calendar_id) REFERENCES business_calendars (id)
)
 STRICT;

CREATE TABLE mailboxes (
  id INTEGER NOT NULL,
  name TEXT NOT NULL,
  address TEXT NOT NULL,
  partner_id INTEGER,
  imap_host TEXT,
  imap_port INTEGER NOT NULL,
  imap_security TEXT NOT NULL,
  folder TEXT NOT NULL,
  smtp_host TEXT,
  smtp_port INTEGER NOT NULL,
  smtp_security TEXT NOT NULL,
  login TEXT,
  sign_in TEXT NOT NULL,
  password_ciphertext BLOB,
  token_url TEXT,
  client_id TEXT,
  copies_to TEXT,
  enabled INTEGER NOT NULL,
  version INTEGER DEFAULT '1' NOT NULL,
  CONSTRAINT pk_mailboxes PRIMARY KEY (id),
  CONSTRAINT uq_mailboxes_name UNIQUE (name),
  CONSTRAINT uq_mailboxes_address UNIQUE (address),
  CONSTRAINT fk_mailboxes_partner_id FOREIGN KEY(partner_id) REFERENCES partners (id),
  CONSTRAINT ck_mailboxes_enabled_flag CHECK (enabled IN (0, 1))
)
 STRICT;

CREATE INDEX ix_mailboxes_partner_id ON mailboxes (partner_id);

CREATE TABLE mailbox_states (
  id INTEGER NOT NULL,
  mailbox_id INTEGER NOT NULL,
  uid_validity INTEGER,
  last_uid INTEGER NOT NULL,
  read_at INTEGER,
  sent_at INTEGER,
  read_error TEXT,
  read_failing_since INTEGER,
  send_error TEXT,
  send_failing_since INTEGER,
  CONSTRAINT pk_mailbox_states PRIMARY KEY (id),
  CONSTRAINT uq_mailbox_states_mailbox_id UNIQUE (mailbox_id),
  CONSTRAINT fk_mailbox_states_mailbox_id FOREIGN KEY(mailbox_id) REFERENCES mailboxes (id)
)
 STRICT;

CREATE TABLE mails (
  id INTEGER NOT NULL,
  mailbox_id INTEGER NOT NULL,
  uid_validity INTEGER NOT NULL,
  uid INTEGER NOT NULL,
  message_id TEXT,
  content_hash TEXT NOT NULL,
  from_address TEXT,
  subject TEXT,
  sent_at INTEGER,
  received_at INTEGER NOT NULL,
  size INTEGER NOT NULL,
  raw BLOB NOT NULL,
  kind TEXT NOT NULL,
  ticket_id INTEGER,
  problem TEXT,
  customer_id INTEGER,
  partner_id INTEGER,
  CONSTRAINT pk_mails PRIMARY KEY (id),
  CONSTRAINT uq_mails_mailbox_id_uid_validity_uid UNIQUE (mailbox_id, uid_validity, uid),
  CONSTRAINT fk_mails_mailbox_id FOREIGN KEY(mailbox_id) REFERENCES mailboxes (id),
  CONSTRAINT fk_mails_ticket_id FOREIGN KEY(ticket_id) REFERENCES tickets (id),
  CONSTRAINT fk_mails_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_mails_kind_words CHECK (kind IN ('message', 'bounce', 'automatic', 'copy', 'unreadable'))
)
 STRICT;

CREATE INDEX ix_mails_content_hash ON mails (content_hash);

CREATE INDEX ix_mails_customer_id ON mails (customer_id);

CREATE INDEX ix_mails_message_id ON mails (message_id);

CREATE INDEX ix_mails_partner_id ON mails (partner_id);

CREATE INDEX ix_mails_received_at ON mails (received_at);

CREATE INDEX ix_mails_ticket_id ON mails (ticket_id);

CREATE TABLE mail_references (
  id INTEGER NOT NULL,
  message_id TEXT NOT NULL,
  ticket_id INTEGER NOT NULL,
  CONSTRAINT pk_mail_references PRIMARY KEY (id),
  CONSTRAINT uq_mail_references_message_id UNIQUE (message_id),
  CONSTRAINT fk_mail_references_ticket_id FOREIGN KEY(ticket_id) REFERENCES tickets (id)
)
 STRICT;

CREATE INDEX ix_mail_references_ticket_id ON mail_references (ticket_id);

CREATE TABLE ticket_participants (
  id INTEGER NOT NULL,
  ticket_id INTEGER NOT NULL,
  address TEXT NOT NULL,
  name TEXT,
  kind TEXT NOT NULL,
  customer_id INTEGER,
  partner_id INTEGER,
  CONSTRAINT pk_ticket_participants PRIMARY KEY (id),
  CONSTRAINT uq_ticket_participants_ticket_id_address UNIQUE (ticket_id, address),
  CONSTRAINT fk_ticket_participants_ticket_id FOREIGN KEY(ticket_id) REFERENCES tickets (id),
  CONSTRAINT fk_ticket_participants_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_ticket_participants_kind_words CHECK (kind IN ('requester', 'copied', 'stranger'))
)
 STRICT;

CREATE INDEX ix_ticket_participants_address ON ticket_participants (address);

CREATE INDEX ix_ticket_participants_customer_id ON ticket_participants (customer_id);

CREATE INDEX ix_ticket_participants_partner_id ON ticket_participants (partner_id);

CREATE TABLE outbox_mails (
  id INTEGER NOT NULL,
  mailbox_id INTEGER,
  ticket_id INTEGER NOT NULL,
  ticket_message_id INTEGER NOT NULL,
  message_id TEXT NOT NULL,
  recipients TEXT NOT NULL,
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL,
  not_before INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  claimed_at INTEGER,
  claimed_by TEXT,
  handed_at INTEGER,
  sent_at INTEGER,
  server_answer TEXT,
  problem TEXT,
  created_at INTEGER NOT NULL,
  customer_id INTEGER,
  partner_id INTEGER,
  CONSTRAINT pk_outbox_mails PRIMARY KEY (id),
  CONSTRAINT ck_outbox_mails_sent CHECK (state <> 'sent' OR sent_at IS NOT NULL),
  CONSTRAINT fk_outbox_mails_mailbox_id FOREIGN KEY(mailbox_id) REFERENCES mailboxes (id),
  CONSTRAINT fk_outbox_mails_ticket_id FOREIGN KEY(ticket_id) REFERENCES tickets (id),
  CONSTRAINT uq_outbox_mails_ticket_message_id UNIQUE (ticket_message_id),
  CONSTRAINT fk_outbox_mails_ticket_message_id FOREIGN KEY(ticket_message_id) REFERENCES ticket_messages (id),
  CONSTRAINT uq_outbox_mails_message_id UNIQUE (message_id),
  CONSTRAINT fk_outbox_mails_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_outbox_mails_state_words CHECK (state IN ('waiting', 'sending', 'unknown', 'sent', 'failed', 'blocked', 'cancelled'))
)
 STRICT;

CREATE INDEX ix_outbox_mails_customer_id ON outbox_mails (customer_id);

CREATE INDEX ix_outbox_mails_due ON outbox_mails (not_before) WHERE state IN ('waiting', 'sending');

CREATE INDEX ix_outbox_mails_partner_id ON outbox_mails (partner_id);

CREATE INDEX ix_outbox_mails_ticket_id ON outbox_mails (ticket_id);

CREATE TABLE ticket_links (
  id INTEGER NOT NULL,
  ticket_id INTEGER NOT NULL,
  object_table TEXT NOT NULL,
  object_id INTEGER,
  value TEXT NOT NULL,
  message_id INTEGER,
  customer_id INTEGER,
  partner_id INTEGER,
  CONSTRAINT pk_ticket_links PRIMARY KEY (id),
  CONSTRAINT uq_ticket_links_ticket_id_object_table_value UNIQUE (ticket_id, object_table, value),
  CONSTRAINT fk_ticket_links_ticket_id FOREIGN KEY(ticket_id) REFERENCES tickets (id),
  CONSTRAINT fk_ticket_links_message_id FOREIGN KEY(message_id) REFERENCES ticket_messages (id),
  CONSTRAINT fk_ticket_links_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id)
)
 STRICT;

CREATE INDEX ix_ticket_links_customer_id ON ticket_links (customer_id);

CREATE INDEX ix_ticket_links_object_table_value ON ticket_links (object_table, value);

CREATE INDEX ix_ticket_links_partner_id ON ticket_links (partner_id);

CREATE TABLE ticket_watches (
  id INTEGER NOT NULL,
  ticket_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  value TEXT,
  since INTEGER NOT NULL,
  due_at INTEGER,
  text TEXT,
  message_id INTEGER,
  operator_id INTEGER,
  done_at INTEGER,
  result TEXT,
  customer_id INTEGER,
  partner_id INTEGER,
  CONSTRAINT pk_ticket_watches PRIMARY KEY (id),
  CONSTRAINT fk_ticket_watches_ticket_id FOREIGN KEY(ticket_id) REFERENCES tickets (id),
  CONSTRAINT fk_ticket_watches_message_id FOREIGN KEY(message_id) REFERENCES ticket_messages (id),
  CONSTRAINT fk_ticket_watches_operator_id FOREIGN KEY(operator_id) REFERENCES operators (id),
  CONSTRAINT fk_ticket_watches_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_ticket_watches_kind_words CHECK (kind IN ('time', 'promise', 'call', 'registration', 'payment', 'failure'))
)
 STRICT;

CREATE INDEX ix_ticket_watches_customer_id ON ticket_watches (customer_id);

CREATE INDEX ix_ticket_watches_done_at_due_at ON ticket_watches (done_at, due_at);

CREATE INDEX ix_ticket_watches_partner_id ON ticket_watches (partner_id);

CREATE INDEX ix_ticket_watches_ticket_id ON ticket_watches (ticket_id);

ALTER TABLE tickets ADD COLUMN sla_warn_at INTEGER;

ALTER TABLE tickets ADD COLUMN language TEXT;

ALTER TABLE ticket_messages ADD COLUMN mail_id INTEGER CONSTRAINT fk_ticket_messages_mail_id REFERENCES mails (id);

ALTER TABLE ticket_messages ADD COLUMN recipients TEXT;

ALTER TABLE ticket_messages ADD COLUMN caution TEXT;

CREATE INDEX ix_ticket_messages_mail_id ON ticket_messages (mail_id);

ALTER TABLE ticket_attachments ADD COLUMN size INTEGER;

ALTER TABLE ticket_attachments ADD COLUMN content_id TEXT;

ALTER TABLE ticket_attachments ADD COLUMN evidence_kind TEXT;

ALTER TABLE ticket_attachments ADD COLUMN evidence TEXT;

ALTER TABLE canned_responses RENAME TO canned_responses_before;

CREATE TABLE canned_responses (
  id INTEGER NOT NULL,
  name TEXT NOT NULL,
  folder TEXT,
  subject TEXT,
  body TEXT NOT NULL,
  language TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  used INTEGER DEFAULT '0' NOT NULL,
  last_used_at INTEGER,
  version INTEGER DEFAULT '1' NOT NULL,
  CONSTRAINT pk_canned_responses PRIMARY KEY (id),
  CONSTRAINT uq_canned_responses_name_language UNIQUE (name, language),
  CONSTRAINT ck_canned_responses_enabled_flag CHECK (enabled IN (0, 1))
)
 STRICT;

INSERT INTO canned_responses (id, name, subject, body, language, enabled, version, used) SELECT id, name, subject, body, language, enabled, version, 0 FROM canned_responses_before;

DROP TABLE canned_responses_before;

ALTER TABLE sla_targets RENAME TO sla_targets_before;

CREATE TABLE sla_targets (
  id INTEGER NOT NULL,
  priority TEXT NOT NULL,
  price_plan_id INTEGER,
  calendar_id INTEGER,
  first_answer_minutes INTEGER NOT NULL,
  solution_minutes INTEGER NOT NULL,
  warn_minutes INTEGER DEFAULT '60' NOT NULL,
  version INTEGER DEFAULT '1' NOT NULL,
  CONSTRAINT pk_sla_targets PRIMARY KEY (id),
  CONSTRAINT ck_sla_targets_minutes CHECK (first_answer_minutes > 0 AND solution_minutes > 0),
  CONSTRAINT uq_sla_targets_priority_price_plan_id UNIQUE (priority, price_plan_id),
  CONSTRAINT fk_sla_targets_price_plan_id FOREIGN KEY(price_plan_id) REFERENCES price_plans (id),
  CONSTRAINT fk_sla_targets_calendar_id FOREIGN KEY(calendar_id) REFERENCES business_calendars (id),
  CONSTRAINT ck_sla_targets_priority_words CHECK (priority IN ('low', 'normal', 'high', 'urgent'))
)
 STRICT;

INSERT INTO sla_targets (id, priority, first_answer_minutes, solution_minutes, version) SELECT id, priority, first_answer_minutes, solution_minutes, version FROM sla_targets_before;

DROP TABLE sla_targets_before;

CREATE UNIQUE INDEX uq_sla_targets_priority_all ON sla_targets (priority) WHERE price_plan_id IS NULL;

CREATE INDEX ix_customers_folded_email ON customers (lower(email));

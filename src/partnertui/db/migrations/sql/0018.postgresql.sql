CREATE TABLE business_calendars (
  id BIGSERIAL NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  time_zone TEXT COLLATE "C" NOT NULL,
  country TEXT COLLATE "C",
  subdivision TEXT COLLATE "C",
  monday TEXT COLLATE "C",
  tuesday TEXT COLLATE "C",
  wednesday TEXT COLLATE "C",
  thursday TEXT COLLATE "C",
  friday TEXT COLLATE "C",
  saturday TEXT COLLATE "C",
  sunday TEXT COLLATE "C",
  version BIGINT DEFAULT '1' NOT NULL,
  CONSTRAINT pk_business_calendars PRIMARY KEY (id),
  CONSTRAINT uq_business_calendars_name UNIQUE (name)
);

CREATE TABLE calendar_days (
  id BIGSERIAL NOT NULL,
  calendar_id BIGINT NOT NULL,
  day VARCHAR COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  hours TEXT COLLATE "C",
  version BIGINT DEFAULT '1' NOT NULL,
  CONSTRAINT pk_calendar_days PRIMARY KEY (id),
  CONSTRAINT uq_calendar_days_calendar_id_day UNIQUE (calendar_id, day),
  CONSTRAINT fk_calendar_days_calendar_id FOREIGN KEY(calendar_id) REFERENCES business_calendars (id)
);

CREATE TABLE mailboxes (
  id BIGSERIAL NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  address TEXT COLLATE "C" NOT NULL,
  partner_id BIGINT,
  imap_host TEXT COLLATE "C",
  imap_port BIGINT NOT NULL,
  imap_security TEXT COLLATE "C" NOT NULL,
  folder TEXT COLLATE "C" NOT NULL,
  smtp_host TEXT COLLATE "C",
  smtp_port BIGINT NOT NULL,
  smtp_security TEXT COLLATE "C" NOT NULL,
  login TEXT COLLATE "C",
  sign_in TEXT COLLATE "C" NOT NULL,
  password_ciphertext BYTEA,
  token_url TEXT COLLATE "C",
  client_id TEXT COLLATE "C",
  copies_to TEXT COLLATE "C",
  enabled BOOLEAN NOT NULL,
  version BIGINT DEFAULT '1' NOT NULL,
  CONSTRAINT pk_mailboxes PRIMARY KEY (id),
  CONSTRAINT uq_mailboxes_name UNIQUE (name),
  CONSTRAINT uq_mailboxes_address UNIQUE (address),
  CONSTRAINT fk_mailboxes_partner_id FOREIGN KEY(partner_id) REFERENCES partners (id)
);

CREATE INDEX ix_mailboxes_partner_id ON mailboxes (partner_id);

CREATE TABLE mailbox_states (
  id BIGSERIAL NOT NULL,
  mailbox_id BIGINT NOT NULL,
  uid_validity BIGINT,
  last_uid BIGINT NOT NULL,
  read_at TIMESTAMP WITH TIME ZONE,
  sent_at TIMESTAMP WITH TIME ZONE,
  read_error TEXT COLLATE "C",
  read_failing_since TIMESTAMP WITH TIME ZONE,
  send_error TEXT COLLATE "C",
  send_failing_since TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_mailbox_states PRIMARY KEY (id),
  CONSTRAINT uq_mailbox_states_mailbox_id UNIQUE (mailbox_id),
  CONSTRAINT fk_mailbox_states_mailbox_id FOREIGN KEY(mailbox_id) REFERENCES mailboxes (id)
);

CREATE TABLE mails (
  id BIGSERIAL NOT NULL,
  mailbox_id BIGINT NOT NULL,
  uid_validity BIGINT NOT NULL,
  uid BIGINT NOT NULL,
  message_id TEXT COLLATE "C",
  content_hash TEXT COLLATE "C" NOT NULL,
  from_address TEXT COLLATE "C",
  subject TEXT COLLATE "C",
  sent_at TIMESTAMP WITH TIME ZONE,
  received_at TIMESTAMP WITH TIME ZONE NOT NULL,
  size BIGINT NOT NULL,
  raw BYTEA NOT NULL,
  kind VARCHAR COLLATE "C" NOT NULL,
  ticket_id BIGINT,
  problem TEXT COLLATE "C",
  customer_id BIGINT,
  partner_id BIGINT,
  CONSTRAINT pk_mails PRIMARY KEY (id),
  CONSTRAINT uq_mails_mailbox_id_uid_validity_uid UNIQUE (mailbox_id, uid_validity, uid),
  CONSTRAINT fk_mails_mailbox_id FOREIGN KEY(mailbox_id) REFERENCES mailboxes (id),
  CONSTRAINT fk_mails_ticket_id FOREIGN KEY(ticket_id) REFERENCES tickets (id),
  CONSTRAINT fk_mails_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_mails_kind_words CHECK (kind IN ('message', 'bounce', 'automatic', 'copy', 'unreadable'))
);

CREATE INDEX ix_mails_content_hash ON mails (content_hash);

CREATE INDEX ix_mails_customer_id ON mails (customer_id);

CREATE INDEX ix_mails_message_id ON mails (message_id);

CREATE INDEX ix_mails_partner_id ON mails (partner_id);

CREATE INDEX ix_mails_received_at ON mails (received_at);

CREATE INDEX ix_mails_ticket_id ON mails (ticket_id);

CREATE TABLE mail_references (
  id BIGSERIAL NOT NULL,
  message_id TEXT COLLATE "C" NOT NULL,
  ticket_id BIGINT NOT NULL,
  CONSTRAINT pk_mail_references PRIMARY KEY (id),
  CONSTRAINT uq_mail_references_message_id UNIQUE (message_id),
  CONSTRAINT fk_mail_references_ticket_id FOREIGN KEY(ticket_id) REFERENCES tickets (id)
);

CREATE INDEX ix_mail_references_ticket_id ON mail_references (ticket_id);

CREATE TABLE ticket_participants (
  id BIGSERIAL NOT NULL,
  ticket_id BIGINT NOT NULL,
  address TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C",
  kind VARCHAR COLLATE "C" NOT NULL,
  customer_id BIGINT,
  partner_id BIGINT,
  CONSTRAINT pk_ticket_participants PRIMARY KEY (id),
  CONSTRAINT uq_ticket_participants_ticket_id_address UNIQUE (ticket_id, address),
  CONSTRAINT fk_ticket_participants_ticket_id FOREIGN KEY(ticket_id) REFERENCES tickets (id),
  CONSTRAINT fk_ticket_participants_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_ticket_participants_kind_words CHECK (kind IN ('requester', 'copied', 'stranger'))
);

CREATE INDEX ix_ticket_participants_address ON ticket_participants (address);

CREATE INDEX ix_ticket_participants_customer_id ON ticket_participants (customer_id);

CREATE INDEX ix_ticket_participants_partner_id ON ticket_participants (partner_id);

CREATE TABLE outbox_mails (
  id BIGSERIAL NOT NULL,
  mailbox_id BIGINT,
  ticket_id BIGINT NOT NULL,
  ticket_message_id BIGINT NOT NULL,
  message_id TEXT COLLATE "C" NOT NULL,
  recipients TEXT NOT NULL,
  subject TEXT COLLATE "C" NOT NULL,
  body TEXT COLLATE "C" NOT NULL,
  state VARCHAR COLLATE "C" NOT NULL,
  not_before TIMESTAMP WITH TIME ZONE NOT NULL,
  attempts BIGINT NOT NULL,
  claimed_at TIMESTAMP WITH TIME ZONE,
  claimed_by TEXT COLLATE "C",
  handed_at TIMESTAMP WITH TIME ZONE,
  sent_at TIMESTAMP WITH TIME ZONE,
  server_answer TEXT COLLATE "C",
  problem TEXT COLLATE "C",
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  customer_id BIGINT,
  partner_id BIGINT,
  CONSTRAINT pk_outbox_mails PRIMARY KEY (id),
  CONSTRAINT ck_outbox_mails_sent CHECK (state <> 'sent' OR sent_at IS NOT NULL),
  CONSTRAINT fk_outbox_mails_mailbox_id FOREIGN KEY(mailbox_id) REFERENCES mailboxes (id),
  CONSTRAINT fk_outbox_mails_ticket_id FOREIGN KEY(ticket_id) REFERENCES tickets (id),
  CONSTRAINT uq_outbox_mails_ticket_message_id UNIQUE (ticket_message_id),
  CONSTRAINT fk_outbox_mails_ticket_message_id FOREIGN KEY(ticket_message_id) REFERENCES ticket_messages (id),
  CONSTRAINT uq_outbox_mails_message_id UNIQUE (message_id),
  CONSTRAINT fk_outbox_mails_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_outbox_mails_state_words CHECK (state IN ('waiting', 'sending', 'unknown', 'sent', 'failed', 'blocked', 'cancelled'))
);

CREATE INDEX ix_outbox_mails_customer_id ON outbox_mails (customer_id);

CREATE INDEX ix_outbox_mails_due ON outbox_mails (not_before) WHERE state IN ('waiting', 'sending');

CREATE INDEX ix_outbox_mails_partner_id ON outbox_mails (partner_id);

CREATE INDEX ix_outbox_mails_ticket_id ON outbox_mails (ticket_id);

CREATE TABLE ticket_links (
  id BIGSERIAL NOT NULL,
  ticket_id BIGINT NOT NULL,
  object_table TEXT COLLATE "C" NOT NULL,
  object_id BIGINT,
  value TEXT COLLATE "C" NOT NULL,
  message_id BIGINT,
  customer_id BIGINT,
  partner_id BIGINT,
  CONSTRAINT pk_ticket_links PRIMARY KEY (id),
  CONSTRAINT uq_ticket_links_ticket_id_object_table_value UNIQUE (ticket_id, object_table, value),
  CONSTRAINT fk_ticket_links_ticket_id FOREIGN KEY(ticket_id) REFERENCES tickets (id),
  CONSTRAINT fk_ticket_links_message_id FOREIGN KEY(message_id) REFERENCES ticket_messages (id),
  CONSTRAINT fk_ticket_links_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id)
);

CREATE INDEX ix_ticket_links_customer_id ON ticket_links (customer_id);

CREATE INDEX ix_ticket_links_object_table_value ON ticket_links (object_table, value);

CREATE INDEX ix_ticket_links_partner_id ON ticket_links (partner_id);

CREATE TABLE ticket_watches (
  id BIGSERIAL NOT NULL,
  ticket_id BIGINT NOT NULL,
  kind VARCHAR COLLATE "C" NOT NULL,
  value TEXT COLLATE "C",
  since TIMESTAMP WITH TIME ZONE NOT NULL,
  due_at TIMESTAMP WITH TIME ZONE,
  text TEXT COLLATE "C",
  message_id BIGINT,
  operator_id BIGINT,
  done_at TIMESTAMP WITH TIME ZONE,
  result TEXT COLLATE "C",
  customer_id BIGINT,
  partner_id BIGINT,
  CONSTRAINT pk_ticket_watches PRIMARY KEY (id),
  CONSTRAINT fk_ticket_watches_ticket_id FOREIGN KEY(ticket_id) REFERENCES tickets (id),
  CONSTRAINT fk_ticket_watches_message_id FOREIGN KEY(message_id) REFERENCES ticket_messages (id),
  CONSTRAINT fk_ticket_watches_operator_id FOREIGN KEY(operator_id) REFERENCES operators (id),
  CONSTRAINT fk_ticket_watches_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_ticket_watches_kind_words CHECK (kind IN ('time', 'promise', 'call', 'registration', 'payment', 'failure'))
);

CREATE INDEX ix_ticket_watches_customer_id ON ticket_watches (customer_id);

CREATE INDEX ix_ticket_watches_done_at_due_at ON ticket_watches (done_at, due_at);

CREATE INDEX ix_ticket_watches_partner_id ON ticket_watches (partner_id);

CREATE INDEX ix_ticket_watches_ticket_id ON ticket_watches (ticket_id);

ALTER TABLE tickets ADD COLUMN sla_warn_at TIMESTAMP WITH TIME ZONE;

ALTER TABLE tickets ADD COLUMN language TEXT COLLATE "C";

ALTER TABLE ticket_messages ADD COLUMN mail_id BIGINT CONSTRAINT fk_ticket_messages_mail_id REFERENCES mails (id);

ALTER TABLE ticket_messages ADD COLUMN recipients TEXT;

ALTER TABLE ticket_messages ADD COLUMN caution TEXT COLLATE "C";

CREATE INDEX ix_ticket_messages_mail_id ON ticket_messages (mail_id);

ALTER TABLE ticket_attachments ADD COLUMN size BIGINT;

ALTER TABLE ticket_attachments ADD COLUMN content_id TEXT COLLATE "C";

ALTER TABLE ticket_attachments ADD COLUMN evidence_kind TEXT COLLATE "C";

ALTER TABLE ticket_attachments ADD COLUMN evidence TEXT;

ALTER TABLE canned_responses ADD COLUMN folder TEXT COLLATE "C";

ALTER TABLE canned_responses ADD COLUMN used BIGINT DEFAULT '0' NOT NULL;

ALTER TABLE canned_responses ADD COLUMN last_used_at TIMESTAMP WITH TIME ZONE;

ALTER TABLE canned_responses DROP CONSTRAINT uq_canned_responses_name;

ALTER TABLE canned_responses ADD CONSTRAINT uq_canned_responses_name_language UNIQUE (name, language);

ALTER TABLE sla_targets ADD COLUMN price_plan_id BIGINT CONSTRAINT fk_sla_targets_price_plan_id REFERENCES price_plans (id);

ALTER TABLE sla_targets ADD COLUMN calendar_id BIGINT CONSTRAINT fk_sla_targets_calendar_id REFERENCES business_calendars (id);

ALTER TABLE sla_targets ADD COLUMN warn_minutes BIGINT DEFAULT '60' NOT NULL;

ALTER TABLE sla_targets DROP CONSTRAINT uq_sla_targets_priority;

ALTER TABLE sla_targets ADD CONSTRAINT uq_sla_targets_priority_price_plan_id UNIQUE (priority, price_plan_id);

CREATE UNIQUE INDEX uq_sla_targets_priority_all ON sla_targets (priority) WHERE price_plan_id IS NULL;

CREATE INDEX ix_customers_folded_email ON customers (lower(email));

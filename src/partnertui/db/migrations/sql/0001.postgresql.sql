CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE TABLE canned_responses (
  id BIGSERIAL NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  subject TEXT COLLATE "C",
  body TEXT COLLATE "C" NOT NULL,
  language TEXT COLLATE "C" NOT NULL,
  enabled BOOLEAN NOT NULL,
  version BIGINT DEFAULT '1' NOT NULL,
  CONSTRAINT pk_canned_responses PRIMARY KEY (id),
  CONSTRAINT uq_canned_responses_name UNIQUE (name)
);

CREATE TABLE capture_folders (
  id BIGSERIAL NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  path TEXT COLLATE "C" NOT NULL,
  pattern TEXT COLLATE "C" NOT NULL,
  enabled BOOLEAN NOT NULL,
  version BIGINT DEFAULT '1' NOT NULL,
  CONSTRAINT pk_capture_folders PRIMARY KEY (id),
  CONSTRAINT uq_capture_folders_name UNIQUE (name),
  CONSTRAINT uq_capture_folders_path UNIQUE (path)
);

CREATE TABLE cdrs (
  id BIGSERIAL NOT NULL,
  started_at TIMESTAMP WITH TIME ZONE NOT NULL,
  category VARCHAR COLLATE "C" NOT NULL,
  direction VARCHAR COLLATE "C" NOT NULL,
  customer_id BIGINT,
  partner_id BIGINT,
  user_id BIGINT,
  ddi_id BIGINT,
  source_number TEXT COLLATE "C",
  source_name TEXT COLLATE "C",
  destination_number TEXT COLLATE "C",
  destination_name TEXT COLLATE "C",
  destination_country TEXT COLLATE "C",
  prefix_name TEXT COLLATE "C",
  duration INTEGER NOT NULL,
  billed_seconds INTEGER NOT NULL,
  rate BIGINT,
  charge BIGINT NOT NULL,
  currency TEXT COLLATE "C",
  disposition VARCHAR COLLATE "C" NOT NULL,
  sip_code INTEGER,
  q850_cause INTEGER,
  hung_up_by VARCHAR COLLATE "C",
  pdd_ms INTEGER,
  codec TEXT COLLATE "C",
  mos INTEGER,
  source_user_agent TEXT COLLATE "C",
  destination_user_agent TEXT COLLATE "C",
  source_ip TEXT COLLATE "C",
  destination_ip TEXT COLLATE "C",
  call_id_a TEXT COLLATE "C",
  call_id_b TEXT COLLATE "C",
  server TEXT COLLATE "C",
  origin TEXT COLLATE "C",
  slot SMALLINT GENERATED ALWAYS AS (CASE category WHEN 'dialled' THEN 0 WHEN 'received' THEN 256 WHEN 'missed' THEN 512 WHEN 'other' THEN 768 END + coalesce(customer_id, 0) % 256) STORED NOT NULL,
  CONSTRAINT pk_cdrs PRIMARY KEY (id),
  CONSTRAINT ck_cdrs_seconds CHECK (duration >= 0 AND billed_seconds >= 0)
);

CREATE INDEX ix_cdrs_call_id_a ON cdrs (call_id_a, id);

CREATE INDEX ix_cdrs_call_id_b ON cdrs (call_id_b, id);

CREATE INDEX ix_cdrs_customer_id_slot ON cdrs (customer_id, slot, id);

CREATE INDEX ix_cdrs_slot_billed_seconds ON cdrs (slot, billed_seconds, id);

CREATE INDEX ix_cdrs_slot_charge ON cdrs (slot, charge, id);

CREATE INDEX ix_cdrs_slot_codec ON cdrs (slot, codec, id);

CREATE INDEX ix_cdrs_slot_destination_country ON cdrs (slot, destination_country, id);

CREATE INDEX ix_cdrs_slot_destination_ip ON cdrs (slot, destination_ip, id);

CREATE INDEX ix_cdrs_slot_destination_name ON cdrs (slot, destination_name, id);

CREATE INDEX ix_cdrs_slot_destination_number ON cdrs (slot, destination_number, id);

CREATE INDEX ix_cdrs_slot_destination_user_agent ON cdrs (slot, destination_user_agent, id);

CREATE INDEX ix_cdrs_slot_direction ON cdrs (slot, direction, id);

CREATE INDEX ix_cdrs_slot_disposition ON cdrs (slot, disposition, id);

CREATE INDEX ix_cdrs_slot_duration ON cdrs (slot, duration, id);

CREATE INDEX ix_cdrs_slot_hung_up_by ON cdrs (slot, hung_up_by, id);

CREATE INDEX ix_cdrs_slot_mos ON cdrs (slot, mos, id);

CREATE INDEX ix_cdrs_slot_pdd_ms ON cdrs (slot, pdd_ms, id);

CREATE INDEX ix_cdrs_slot_prefix_name ON cdrs (slot, prefix_name, id);

CREATE INDEX ix_cdrs_slot_q850_cause ON cdrs (slot, q850_cause, id);

CREATE INDEX ix_cdrs_slot_rate ON cdrs (slot, rate, id);

CREATE INDEX ix_cdrs_slot_server ON cdrs (slot, server, id);

CREATE INDEX ix_cdrs_slot_sip_code ON cdrs (slot, sip_code, id);

CREATE INDEX ix_cdrs_slot_source_ip ON cdrs (slot, source_ip, id);

CREATE INDEX ix_cdrs_slot_source_name ON cdrs (slot, source_name, id);

CREATE INDEX ix_cdrs_slot_source_number ON cdrs (slot, source_number, id);

CREATE INDEX ix_cdrs_slot_source_user_agent ON cdrs (slot, source_user_agent, id);

CREATE INDEX ix_cdrs_slot_started_at ON cdrs (slot, started_at, id);

CREATE INDEX ix_cdrs_started_at ON cdrs (started_at, id);

CREATE INDEX ix_cdrs_user_id_slot ON cdrs (user_id, slot, id);

CREATE UNIQUE INDEX uq_cdrs_origin ON cdrs (origin) WHERE origin IS NOT NULL;

CREATE TABLE history (
  id BIGSERIAL NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  operator_id BIGINT,
  operator_name TEXT COLLATE "C" NOT NULL,
  object_table TEXT COLLATE "C" NOT NULL,
  object_id BIGINT NOT NULL,
  action TEXT COLLATE "C" NOT NULL,
  changes TEXT NOT NULL,
  customer_id BIGINT,
  partner_id BIGINT,
  CONSTRAINT pk_history PRIMARY KEY (id)
);

CREATE INDEX ix_history_at ON history (at);

CREATE INDEX ix_history_customer_id ON history (customer_id);

CREATE INDEX ix_history_object ON history (object_table, object_id, id);

CREATE INDEX ix_history_partner_id ON history (partner_id);

CREATE TABLE partners (
  id BIGSERIAL NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  email TEXT COLLATE "C",
  phone TEXT COLLATE "C",
  country TEXT COLLATE "C",
  enabled BOOLEAN NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  version BIGINT DEFAULT '1' NOT NULL,
  CONSTRAINT pk_partners PRIMARY KEY (id),
  CONSTRAINT uq_partners_name UNIQUE (name)
);

CREATE TABLE phone_models (
  id BIGSERIAL NOT NULL,
  make TEXT COLLATE "C" NOT NULL,
  model TEXT COLLATE "C" NOT NULL,
  lines BIGINT NOT NULL,
  firmware TEXT COLLATE "C",
  ouis TEXT NOT NULL,
  enabled BOOLEAN NOT NULL,
  version BIGINT DEFAULT '1' NOT NULL,
  CONSTRAINT pk_phone_models PRIMARY KEY (id),
  CONSTRAINT uq_phone_models_make_model UNIQUE (make, model)
);

CREATE TABLE price_lists (
  id BIGSERIAL NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  kind VARCHAR COLLATE "C" NOT NULL,
  currency TEXT COLLATE "C" NOT NULL,
  enabled BOOLEAN NOT NULL,
  version BIGINT DEFAULT '1' NOT NULL,
  CONSTRAINT pk_price_lists PRIMARY KEY (id),
  CONSTRAINT uq_price_lists_name_currency UNIQUE (name, currency),
  CONSTRAINT ck_price_lists_kind_words CHECK (kind IN ('calls', 'ddis', 'products'))
);

CREATE TABLE price_plans (
  id BIGSERIAL NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  currency TEXT COLLATE "C" NOT NULL,
  period VARCHAR COLLATE "C" NOT NULL,
  monthly_fee BIGINT NOT NULL,
  per_user_fee BIGINT NOT NULL,
  unlimited_minutes BIGINT NOT NULL,
  enabled BOOLEAN NOT NULL,
  version BIGINT DEFAULT '1' NOT NULL,
  CONSTRAINT pk_price_plans PRIMARY KEY (id),
  CONSTRAINT uq_price_plans_name UNIQUE (name),
  CONSTRAINT ck_price_plans_period_words CHECK (period IN ('once', 'monthly', 'yearly'))
);

CREATE TABLE probe_runs (
  id BIGSERIAL NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  operator_id BIGINT NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  target TEXT COLLATE "C" NOT NULL,
  outcome TEXT COLLATE "C",
  CONSTRAINT pk_probe_runs PRIMARY KEY (id)
);

CREATE INDEX ix_probe_runs_operator_id_at ON probe_runs (operator_id, at);

CREATE INDEX ix_probe_runs_target_at ON probe_runs (target, at);

CREATE TABLE products (
  id BIGSERIAL NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  code TEXT COLLATE "C" NOT NULL,
  item_type VARCHAR COLLATE "C" NOT NULL,
  category TEXT COLLATE "C" NOT NULL,
  description TEXT COLLATE "C",
  currency TEXT COLLATE "C" NOT NULL,
  price BIGINT NOT NULL,
  period VARCHAR COLLATE "C" NOT NULL,
  is_user_licence BOOLEAN NOT NULL,
  enabled BOOLEAN NOT NULL,
  version BIGINT DEFAULT '1' NOT NULL,
  CONSTRAINT pk_products PRIMARY KEY (id),
  CONSTRAINT uq_products_name UNIQUE (name),
  CONSTRAINT uq_products_code UNIQUE (code),
  CONSTRAINT ck_products_item_type_words CHECK (item_type IN ('subscription', 'ddi set-up', 'ddi monthly', 'credit', 'hardware', 'service')),
  CONSTRAINT ck_products_period_words CHECK (period IN ('once', 'monthly', 'yearly'))
);

CREATE TABLE sla_targets (
  id BIGSERIAL NOT NULL,
  priority VARCHAR COLLATE "C" NOT NULL,
  first_answer_minutes BIGINT NOT NULL,
  solution_minutes BIGINT NOT NULL,
  version BIGINT DEFAULT '1' NOT NULL,
  CONSTRAINT pk_sla_targets PRIMARY KEY (id),
  CONSTRAINT ck_sla_targets_minutes CHECK (first_answer_minutes > 0 AND solution_minutes > 0),
  CONSTRAINT uq_sla_targets_priority UNIQUE (priority),
  CONSTRAINT ck_sla_targets_priority_words CHECK (priority IN ('low', 'normal', 'high', 'urgent'))
);

CREATE TABLE sync_states (
  id BIGSERIAL NOT NULL,
  source TEXT COLLATE "C" NOT NULL,
  position TEXT COLLATE "C" NOT NULL,
  rows BIGINT NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  trouble TEXT COLLATE "C",
  CONSTRAINT pk_sync_states PRIMARY KEY (id),
  CONSTRAINT uq_sync_states_source UNIQUE (source)
);

CREATE TABLE whois_records (
  id BIGSERIAL NOT NULL,
  query TEXT COLLATE "C" NOT NULL,
  network TEXT COLLATE "C",
  organisation TEXT COLLATE "C",
  country TEXT COLLATE "C",
  abuse_email TEXT COLLATE "C",
  source TEXT COLLATE "C" NOT NULL,
  text TEXT COLLATE "C" NOT NULL,
  fetched_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_whois_records PRIMARY KEY (id),
  CONSTRAINT uq_whois_records_query UNIQUE (query)
);

CREATE TABLE customers (
  id BIGSERIAL NOT NULL,
  company TEXT COLLATE "C" NOT NULL,
  contact TEXT COLLATE "C",
  email TEXT COLLATE "C",
  phone TEXT COLLATE "C",
  partner_id BIGINT,
  status VARCHAR COLLATE "C" NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  trial_ends_at TIMESTAMP WITH TIME ZONE,
  country TEXT COLLATE "C" NOT NULL,
  street TEXT COLLATE "C",
  street2 TEXT COLLATE "C",
  postcode TEXT COLLATE "C",
  city TEXT COLLATE "C",
  state TEXT COLLATE "C",
  currency TEXT COLLATE "C" NOT NULL,
  vat_number TEXT COLLATE "C",
  vat_checked BOOLEAN NOT NULL,
  vat_checked_at TIMESTAMP WITH TIME ZONE,
  price_plan_id BIGINT,
  credit BIGINT NOT NULL,
  credit_limit BIGINT NOT NULL,
  auto_top_up BOOLEAN NOT NULL,
  top_up_threshold BIGINT,
  top_up_amount BIGINT,
  unlimited_minutes_left BIGINT NOT NULL,
  language TEXT COLLATE "C" NOT NULL,
  time_zone TEXT COLLATE "C" NOT NULL,
  sip_domain TEXT COLLATE "C",
  max_channels BIGINT,
  caller_id_number TEXT COLLATE "C",
  international_calls BOOLEAN NOT NULL,
  premium_calls BOOLEAN NOT NULL,
  invoice_email TEXT COLLATE "C",
  purchase_order TEXT COLLATE "C",
  external_reference TEXT COLLATE "C",
  newsletter BOOLEAN NOT NULL,
  xmpp_status VARCHAR COLLATE "C" NOT NULL,
  tour_state VARCHAR COLLATE "C" NOT NULL,
  blocked_reason TEXT COLLATE "C",
  version BIGINT DEFAULT '1' NOT NULL,
  CONSTRAINT pk_customers PRIMARY KEY (id),
  CONSTRAINT ck_customers_currency CHECK (length(currency) = 3),
  CONSTRAINT ck_customers_country CHECK (length(country) = 2),
  CONSTRAINT ck_customers_credit_limit CHECK (credit_limit >= 0),
  CONSTRAINT ck_customers_minutes CHECK (unlimited_minutes_left >= 0),
  CONSTRAINT ck_customers_top_up CHECK (NOT (auto_top_up AND top_up_amount IS NULL)),
  CONSTRAINT fk_customers_partner_id FOREIGN KEY(partner_id) REFERENCES partners (id),
  CONSTRAINT fk_customers_price_plan_id FOREIGN KEY(price_plan_id) REFERENCES price_plans (id),
  CONSTRAINT ck_customers_status_words CHECK (status IN ('trial', 'active', 'suspended', 'blocked', 'cancelled')),
  CONSTRAINT ck_customers_xmpp_status_words CHECK (xmpp_status IN ('off', 'active', 'failed')),
  CONSTRAINT ck_customers_tour_state_words CHECK (tour_state IN ('not started', 'started', 'finished', 'skipped'))
);

CREATE INDEX ix_customers_company ON customers (company);

CREATE INDEX ix_customers_email ON customers (email);

CREATE INDEX ix_customers_folded_company ON customers (lower(company));

CREATE INDEX ix_customers_partner_id ON customers (partner_id);

CREATE INDEX ix_customers_phone ON customers (phone);

CREATE INDEX ix_customers_price_plan_id ON customers (price_plan_id);

CREATE INDEX ix_customers_sip_domain ON customers (sip_domain);

CREATE TABLE operators (
  id BIGSERIAL NOT NULL,
  login TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  email TEXT COLLATE "C",
  role VARCHAR COLLATE "C" NOT NULL,
  partner_id BIGINT,
  database_role TEXT COLLATE "C",
  password_hash TEXT COLLATE "C",
  enabled BOOLEAN NOT NULL,
  last_login_at TIMESTAMP WITH TIME ZONE,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  version BIGINT DEFAULT '1' NOT NULL,
  CONSTRAINT pk_operators PRIMARY KEY (id),
  CONSTRAINT ck_operators_partner CHECK (role <> 'partner' OR partner_id IS NOT NULL),
  CONSTRAINT uq_operators_login UNIQUE (login),
  CONSTRAINT fk_operators_partner_id FOREIGN KEY(partner_id) REFERENCES partners (id),
  CONSTRAINT uq_operators_database_role UNIQUE (database_role),
  CONSTRAINT ck_operators_role_words CHECK (role IN ('support', 'development', 'partner', 'admin'))
);

CREATE TABLE price_list_entries (
  id BIGSERIAL NOT NULL,
  price_list_id BIGINT NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  prefix TEXT COLLATE "C",
  country TEXT COLLATE "C",
  product_id BIGINT,
  per_minute BIGINT,
  per_call BIGINT,
  setup_fee BIGINT,
  monthly_fee BIGINT,
  first_seconds BIGINT NOT NULL,
  step_seconds BIGINT NOT NULL,
  unlimited BOOLEAN NOT NULL,
  version BIGINT DEFAULT '1' NOT NULL,
  CONSTRAINT pk_price_list_entries PRIMARY KEY (id),
  CONSTRAINT ck_price_list_entries_steps CHECK (first_seconds > 0 AND step_seconds > 0),
  CONSTRAINT fk_price_list_entries_price_list_id FOREIGN KEY(price_list_id) REFERENCES price_lists (id),
  CONSTRAINT fk_price_list_entries_product_id FOREIGN KEY(product_id) REFERENCES products (id)
);

CREATE INDEX ix_price_list_entries_name ON price_list_entries (name);

CREATE INDEX ix_price_list_entries_price_list_id_prefix ON price_list_entries (price_list_id, prefix);

CREATE TABLE blocked_ips (
  id BIGSERIAL NOT NULL,
  network TEXT COLLATE "C" NOT NULL,
  reason TEXT COLLATE "C" NOT NULL,
  blocked_by_id BIGINT,
  blocked_at TIMESTAMP WITH TIME ZONE NOT NULL,
  until TIMESTAMP WITH TIME ZONE,
  version BIGINT DEFAULT '1' NOT NULL,
  CONSTRAINT pk_blocked_ips PRIMARY KEY (id),
  CONSTRAINT uq_blocked_ips_network UNIQUE (network),
  CONSTRAINT fk_blocked_ips_blocked_by_id FOREIGN KEY(blocked_by_id) REFERENCES operators (id)
);

CREATE TABLE conferences (
  id BIGSERIAL NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  extension TEXT COLLATE "C",
  pin_ciphertext BYTEA,
  moderator_pin_ciphertext BYTEA,
  max_members BIGINT NOT NULL,
  wait_for_moderator BOOLEAN NOT NULL,
  record BOOLEAN NOT NULL,
  announce BOOLEAN NOT NULL,
  enabled BOOLEAN NOT NULL,
  members_now BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  partner_id BIGINT,
  version BIGINT DEFAULT '1' NOT NULL,
  CONSTRAINT pk_conferences PRIMARY KEY (id),
  CONSTRAINT ck_conferences_members CHECK (max_members > 0),
  CONSTRAINT fk_conferences_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id)
);

CREATE INDEX ix_conferences_customer_id ON conferences (customer_id);

CREATE INDEX ix_conferences_partner_id ON conferences (partner_id);

CREATE TABLE credit_cards (
  id BIGSERIAL NOT NULL,
  holder TEXT COLLATE "C" NOT NULL,
  brand TEXT COLLATE "C" NOT NULL,
  last_four TEXT COLLATE "C" NOT NULL,
  expiry_year BIGINT NOT NULL,
  expiry_month BIGINT NOT NULL,
  number_ciphertext BYTEA,
  number_hmac BYTEA,
  gateway TEXT COLLATE "C",
  gateway_token_ciphertext BYTEA,
  status VARCHAR COLLATE "C" NOT NULL,
  is_default BOOLEAN NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  customer_id BIGINT NOT NULL,
  partner_id BIGINT,
  version BIGINT DEFAULT '1' NOT NULL,
  CONSTRAINT pk_credit_cards PRIMARY KEY (id),
  CONSTRAINT ck_credit_cards_last_four CHECK (length(last_four) = 4),
  CONSTRAINT ck_credit_cards_month CHECK (expiry_month BETWEEN 1 AND 12),
  CONSTRAINT fk_credit_cards_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_credit_cards_status_words CHECK (status IN ('active', 'declined', 'deleted'))
);

CREATE INDEX ix_credit_cards_customer_id ON credit_cards (customer_id);

CREATE INDEX ix_credit_cards_number_hmac ON credit_cards (number_hmac);

CREATE INDEX ix_credit_cards_partner_id ON credit_cards (partner_id);

CREATE TABLE customer_price_lists (
  id BIGSERIAL NOT NULL,
  slot VARCHAR COLLATE "C" NOT NULL,
  price_list_id BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  partner_id BIGINT,
  version BIGINT DEFAULT '1' NOT NULL,
  CONSTRAINT pk_customer_price_lists PRIMARY KEY (id),
  CONSTRAINT uq_customer_price_lists_customer_id_slot UNIQUE (customer_id, slot),
  CONSTRAINT fk_customer_price_lists_price_list_id FOREIGN KEY(price_list_id) REFERENCES price_lists (id),
  CONSTRAINT fk_customer_price_lists_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_customer_price_lists_slot_words CHECK (slot IN ('outbound calls', 'inbound calls', 'forwarded calls', 'ddis', 'products', 'sms'))
);

CREATE INDEX ix_customer_price_lists_customer_id ON customer_price_lists (customer_id);

CREATE INDEX ix_customer_price_lists_partner_id ON customer_price_lists (partner_id);

CREATE INDEX ix_customer_price_lists_price_list_id ON customer_price_lists (price_list_id);

CREATE TABLE drafts (
  id BIGSERIAL NOT NULL,
  operator_id BIGINT NOT NULL,
  object_table TEXT COLLATE "C" NOT NULL,
  object_id BIGINT NOT NULL,
  form TEXT COLLATE "C" NOT NULL,
  text_ciphertext BYTEA NOT NULL,
  saved_at TIMESTAMP WITH TIME ZONE NOT NULL,
  customer_id BIGINT,
  partner_id BIGINT,
  CONSTRAINT pk_drafts PRIMARY KEY (id),
  CONSTRAINT uq_drafts_operator_id_object_table_object_id_form UNIQUE (operator_id, object_table, object_id, form),
  CONSTRAINT fk_drafts_operator_id FOREIGN KEY(operator_id) REFERENCES operators (id)
);

CREATE TABLE locations (
  id BIGSERIAL NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  street TEXT COLLATE "C",
  postcode TEXT COLLATE "C",
  city TEXT COLLATE "C",
  state TEXT COLLATE "C",
  country TEXT COLLATE "C" NOT NULL,
  time_zone TEXT COLLATE "C" NOT NULL,
  tone_zone TEXT COLLATE "C" NOT NULL,
  emergency_address VARCHAR COLLATE "C" NOT NULL,
  customer_id BIGINT NOT NULL,
  partner_id BIGINT,
  version BIGINT DEFAULT '1' NOT NULL,
  CONSTRAINT pk_locations PRIMARY KEY (id),
  CONSTRAINT fk_locations_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_locations_emergency_address_words CHECK (emergency_address IN ('missing', 'pending', 'verified', 'rejected'))
);

CREATE INDEX ix_locations_customer_id ON locations (customer_id);

CREATE INDEX ix_locations_partner_id ON locations (partner_id);

CREATE TABLE notes (
  id BIGSERIAL NOT NULL,
  object_table TEXT COLLATE "C" NOT NULL,
  object_id BIGINT NOT NULL,
  body TEXT COLLATE "C" NOT NULL,
  author_id BIGINT NOT NULL,
  author_name TEXT COLLATE "C" NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  edited_at TIMESTAMP WITH TIME ZONE,
  customer_id BIGINT,
  partner_id BIGINT,
  version BIGINT DEFAULT '1' NOT NULL,
  CONSTRAINT pk_notes PRIMARY KEY (id),
  CONSTRAINT fk_notes_author_id FOREIGN KEY(author_id) REFERENCES operators (id)
);

CREATE INDEX ix_notes_customer_id ON notes (customer_id);

CREATE INDEX ix_notes_object ON notes (object_table, object_id, id);

CREATE INDEX ix_notes_partner_id ON notes (partner_id);

CREATE TABLE pending_ddis (
  id BIGSERIAL NOT NULL,
  order_number TEXT COLLATE "C" NOT NULL,
  kind VARCHAR COLLATE "C" NOT NULL,
  country TEXT COLLATE "C" NOT NULL,
  first_number TEXT COLLATE "C",
  numbers TEXT NOT NULL,
  quantity BIGINT NOT NULL,
  losing_carrier TEXT COLLATE "C",
  requested_at TIMESTAMP WITH TIME ZONE,
  agreed_at TIMESTAMP WITH TIME ZONE,
  documents_missing TEXT COLLATE "C",
  state VARCHAR COLLATE "C" NOT NULL,
  required_action TEXT COLLATE "C",
  rejected_reason TEXT COLLATE "C",
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  customer_id BIGINT NOT NULL,
  partner_id BIGINT,
  version BIGINT DEFAULT '1' NOT NULL,
  CONSTRAINT pk_pending_ddis PRIMARY KEY (id),
  CONSTRAINT ck_pending_ddis_quantity CHECK (quantity > 0),
  CONSTRAINT uq_pending_ddis_order_number UNIQUE (order_number),
  CONSTRAINT fk_pending_ddis_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_pending_ddis_kind_words CHECK (kind IN ('new', 'port-in')),
  CONSTRAINT ck_pending_ddis_state_words CHECK (state IN ('draft', 'submitted', 'in process', 'exception', 'date confirmed', 'activated', 'cancelled'))
);

CREATE INDEX ix_pending_ddis_customer_id ON pending_ddis (customer_id);

CREATE INDEX ix_pending_ddis_first_number ON pending_ddis (first_number);

CREATE INDEX ix_pending_ddis_partner_id ON pending_ddis (partner_id);

CREATE TABLE pickup_groups (
  id BIGSERIAL NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  customer_id BIGINT NOT NULL,
  partner_id BIGINT,
  version BIGINT DEFAULT '1' NOT NULL,
  CONSTRAINT pk_pickup_groups PRIMARY KEY (id),
  CONSTRAINT fk_pickup_groups_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id)
);

CREATE INDEX ix_pickup_groups_customer_id ON pickup_groups (customer_id);

CREATE INDEX ix_pickup_groups_partner_id ON pickup_groups (partner_id);

CREATE TABLE recordings (
  id BIGSERIAL NOT NULL,
  user_id BIGINT,
  cdr_id BIGINT,
  caller TEXT COLLATE "C",
  called TEXT COLLATE "C",
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  duration BIGINT NOT NULL,
  size BIGINT NOT NULL,
  kind VARCHAR COLLATE "C" NOT NULL,
  customer_id BIGINT NOT NULL,
  partner_id BIGINT,
  CONSTRAINT pk_recordings PRIMARY KEY (id),
  CONSTRAINT fk_recordings_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_recordings_kind_words CHECK (kind IN ('on demand', 'always', 'queue', 'conference'))
);

CREATE INDEX ix_recordings_at ON recordings (at);

CREATE INDEX ix_recordings_customer_id ON recordings (customer_id);

CREATE INDEX ix_recordings_partner_id ON recordings (partner_id);

CREATE INDEX ix_recordings_user_id ON recordings (user_id);

CREATE TABLE registrations (
  id BIGSERIAL NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  product TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  company TEXT COLLATE "C",
  email TEXT COLLATE "C" NOT NULL,
  phone TEXT COLLATE "C",
  country TEXT COLLATE "C",
  ip TEXT COLLATE "C",
  user_agent TEXT COLLATE "C",
  referrer TEXT COLLATE "C",
  campaign TEXT COLLATE "C",
  converted_at TIMESTAMP WITH TIME ZONE,
  customer_id BIGINT,
  partner_id BIGINT,
  version BIGINT DEFAULT '1' NOT NULL,
  CONSTRAINT pk_registrations PRIMARY KEY (id),
  CONSTRAINT fk_registrations_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id)
);

CREATE INDEX ix_registrations_created_at ON registrations (created_at);

CREATE INDEX ix_registrations_customer_id ON registrations (customer_id);

CREATE INDEX ix_registrations_email ON registrations (email);

CREATE INDEX ix_registrations_ip ON registrations (ip);

CREATE INDEX ix_registrations_partner_id ON registrations (partner_id);

CREATE TABLE ring_groups (
  id BIGSERIAL NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  extension TEXT COLLATE "C",
  strategy VARCHAR COLLATE "C" NOT NULL,
  ring_time BIGINT NOT NULL,
  enabled BOOLEAN NOT NULL,
  customer_id BIGINT NOT NULL,
  partner_id BIGINT,
  version BIGINT DEFAULT '1' NOT NULL,
  target_type VARCHAR COLLATE "C" NOT NULL,
  target_id BIGINT,
  target TEXT COLLATE "C",
  CONSTRAINT pk_ring_groups PRIMARY KEY (id),
  CONSTRAINT fk_ring_groups_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_ring_groups_strategy_words CHECK (strategy IN ('ring all', 'linear', 'round robin', 'random')),
  CONSTRAINT ck_ring_groups_target_type_words CHECK (target_type IN ('user', 'ring group', 'ivr', 'queue', 'conference', 'voicemail', 'external number', 'sip trunk', 'sound', 'hang up', 'none'))
);

CREATE INDEX ix_ring_groups_customer_id ON ring_groups (customer_id);

CREATE INDEX ix_ring_groups_partner_id ON ring_groups (partner_id);

CREATE TABLE routing_rules (
  id BIGSERIAL NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  direction VARCHAR COLLATE "C" NOT NULL,
  priority BIGINT NOT NULL,
  time_condition TEXT COLLATE "C",
  time_zone TEXT COLLATE "C" NOT NULL,
  caller_pattern TEXT COLLATE "C",
  number_pattern TEXT COLLATE "C",
  enabled BOOLEAN NOT NULL,
  customer_id BIGINT NOT NULL,
  partner_id BIGINT,
  version BIGINT DEFAULT '1' NOT NULL,
  target_type VARCHAR COLLATE "C" NOT NULL,
  target_id BIGINT,
  target TEXT COLLATE "C",
  CONSTRAINT pk_routing_rules PRIMARY KEY (id),
  CONSTRAINT fk_routing_rules_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_routing_rules_direction_words CHECK (direction IN ('inbound', 'outbound')),
  CONSTRAINT ck_routing_rules_target_type_words CHECK (target_type IN ('user', 'ring group', 'ivr', 'queue', 'conference', 'voicemail', 'external number', 'sip trunk', 'sound', 'hang up', 'none'))
);

CREATE INDEX ix_routing_rules_customer_id ON routing_rules (customer_id);

CREATE INDEX ix_routing_rules_partner_id ON routing_rules (partner_id);

CREATE TABLE saved_views (
  id BIGSERIAL NOT NULL,
  operator_id BIGINT,
  screen TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  query TEXT COLLATE "C" NOT NULL,
  sort TEXT COLLATE "C",
  columns TEXT,
  version BIGINT DEFAULT '1' NOT NULL,
  CONSTRAINT pk_saved_views PRIMARY KEY (id),
  CONSTRAINT uq_saved_views_operator_id_screen_name UNIQUE (operator_id, screen, name),
  CONSTRAINT fk_saved_views_operator_id FOREIGN KEY(operator_id) REFERENCES operators (id)
);

CREATE TABLE sounds (
  id BIGSERIAL NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  use VARCHAR COLLATE "C" NOT NULL,
  duration_ms BIGINT NOT NULL,
  size BIGINT NOT NULL,
  level BIGINT,
  adjusted BOOLEAN NOT NULL,
  content BYTEA,
  waveform BYTEA,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  customer_id BIGINT NOT NULL,
  partner_id BIGINT,
  version BIGINT DEFAULT '1' NOT NULL,
  CONSTRAINT pk_sounds PRIMARY KEY (id),
  CONSTRAINT fk_sounds_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_sounds_use_words CHECK (use IN ('ivr', 'music on hold', 'queue'))
);

CREATE INDEX ix_sounds_customer_id ON sounds (customer_id);

CREATE INDEX ix_sounds_partner_id ON sounds (partner_id);

CREATE TABLE subscribers (
  id BIGSERIAL NOT NULL,
  email TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C",
  site TEXT COLLATE "C" NOT NULL,
  language TEXT COLLATE "C" NOT NULL,
  since TIMESTAMP WITH TIME ZONE NOT NULL,
  unsubscribed_at TIMESTAMP WITH TIME ZONE,
  customer_id BIGINT,
  partner_id BIGINT,
  version BIGINT DEFAULT '1' NOT NULL,
  CONSTRAINT pk_subscribers PRIMARY KEY (id),
  CONSTRAINT uq_subscribers_email_site UNIQUE (email, site),
  CONSTRAINT fk_subscribers_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id)
);

CREATE INDEX ix_subscribers_customer_id ON subscribers (customer_id);

CREATE INDEX ix_subscribers_partner_id ON subscribers (partner_id);

CREATE INDEX ix_subscribers_since ON subscribers (since);

CREATE TABLE transactions (
  id BIGSERIAL NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  transaction_type VARCHAR COLLATE "C" NOT NULL,
  amount BIGINT NOT NULL,
  tax BIGINT NOT NULL,
  refunded BIGINT NOT NULL,
  currency TEXT COLLATE "C" NOT NULL,
  state VARCHAR COLLATE "C" NOT NULL,
  gateway TEXT COLLATE "C",
  gateway_reference TEXT COLLATE "C",
  gateway_answer_ciphertext BYTEA,
  result TEXT COLLATE "C",
  failure_code TEXT COLLATE "C",
  refund_of_id BIGINT,
  invoice_number TEXT COLLATE "C",
  billing_company TEXT COLLATE "C",
  billing_contact TEXT COLLATE "C",
  billing_street TEXT COLLATE "C",
  billing_postcode TEXT COLLATE "C",
  billing_city TEXT COLLATE "C",
  billing_state TEXT COLLATE "C",
  billing_country TEXT COLLATE "C",
  billing_vat_number TEXT COLLATE "C",
  idempotency_key TEXT COLLATE "C",
  customer_id BIGINT NOT NULL,
  partner_id BIGINT,
  version BIGINT DEFAULT '1' NOT NULL,
  CONSTRAINT pk_transactions PRIMARY KEY (id),
  CONSTRAINT ck_transactions_refunded CHECK (refunded >= 0 AND refunded <= amount OR amount < 0),
  CONSTRAINT fk_transactions_refund_of_id FOREIGN KEY(refund_of_id) REFERENCES transactions (id),
  CONSTRAINT uq_transactions_invoice_number UNIQUE (invoice_number),
  CONSTRAINT uq_transactions_idempotency_key UNIQUE (idempotency_key),
  CONSTRAINT fk_transactions_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_transactions_transaction_type_words CHECK (transaction_type IN ('purchase', 'renewal', 'top-up', 'auto top-up', 'refund', 'adjustment')),
  CONSTRAINT ck_transactions_state_words CHECK (state IN ('pending', 'completed', 'failed', 'part refunded', 'refunded'))
);

CREATE INDEX ix_transactions_at ON transactions (at);

CREATE INDEX ix_transactions_customer_id ON transactions (customer_id);

CREATE INDEX ix_transactions_partner_id ON transactions (partner_id);

CREATE INDEX ix_transactions_refund_of_id ON transactions (refund_of_id);

CREATE TABLE voicemails (
  id BIGSERIAL NOT NULL,
  user_id BIGINT,
  mailbox TEXT COLLATE "C" NOT NULL,
  caller TEXT COLLATE "C",
  caller_name TEXT COLLATE "C",
  called TEXT COLLATE "C",
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  duration BIGINT NOT NULL,
  folder VARCHAR COLLATE "C" NOT NULL,
  is_new BOOLEAN NOT NULL,
  customer_id BIGINT NOT NULL,
  partner_id BIGINT,
  CONSTRAINT pk_voicemails PRIMARY KEY (id),
  CONSTRAINT fk_voicemails_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_voicemails_folder_words CHECK (folder IN ('inbox', 'old', 'urgent', 'trash'))
);

CREATE INDEX ix_voicemails_at ON voicemails (at);

CREATE INDEX ix_voicemails_customer_id ON voicemails (customer_id);

CREATE INDEX ix_voicemails_partner_id ON voicemails (partner_id);

CREATE INDEX ix_voicemails_user_id ON voicemails (user_id);

CREATE TABLE ivrs (
  id BIGSERIAL NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  extension TEXT COLLATE "C",
  welcome_sound_id BIGINT,
  timeout BIGINT NOT NULL,
  retries BIGINT NOT NULL,
  enabled BOOLEAN NOT NULL,
  customer_id BIGINT NOT NULL,
  partner_id BIGINT,
  version BIGINT DEFAULT '1' NOT NULL,
  CONSTRAINT pk_ivrs PRIMARY KEY (id),
  CONSTRAINT fk_ivrs_welcome_sound_id FOREIGN KEY(welcome_sound_id) REFERENCES sounds (id),
  CONSTRAINT fk_ivrs_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id)
);

CREATE INDEX ix_ivrs_customer_id ON ivrs (customer_id);

CREATE INDEX ix_ivrs_partner_id ON ivrs (partner_id);

CREATE TABLE payments (
  id BIGSERIAL NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  payment_type VARCHAR COLLATE "C" NOT NULL,
  unique_payment_id TEXT COLLATE "C" NOT NULL,
  amount BIGINT NOT NULL,
  tax BIGINT NOT NULL,
  fee BIGINT NOT NULL,
  currency TEXT COLLATE "C" NOT NULL,
  card_id BIGINT,
  transaction_id BIGINT,
  gateway TEXT COLLATE "C",
  gateway_reference TEXT COLLATE "C",
  gateway_answer_ciphertext BYTEA,
  state VARCHAR COLLATE "C" NOT NULL,
  refunded BIGINT NOT NULL,
  failure_code TEXT COLLATE "C",
  idempotency_key TEXT COLLATE "C",
  customer_id BIGINT NOT NULL,
  partner_id BIGINT,
  version BIGINT DEFAULT '1' NOT NULL,
  CONSTRAINT pk_payments PRIMARY KEY (id),
  CONSTRAINT ck_payments_refunded CHECK (refunded >= 0 AND refunded <= amount),
  CONSTRAINT uq_payments_unique_payment_id UNIQUE (unique_payment_id),
  CONSTRAINT fk_payments_card_id FOREIGN KEY(card_id) REFERENCES credit_cards (id),
  CONSTRAINT fk_payments_transaction_id FOREIGN KEY(transaction_id) REFERENCES transactions (id),
  CONSTRAINT uq_payments_idempotency_key UNIQUE (idempotency_key),
  CONSTRAINT fk_payments_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_payments_payment_type_words CHECK (payment_type IN ('card', 'bank transfer', 'paypal', 'manual')),
  CONSTRAINT ck_payments_state_words CHECK (state IN ('pending', 'completed', 'failed', 'part refunded', 'refunded'))
);

CREATE INDEX ix_payments_at ON payments (at);

CREATE INDEX ix_payments_customer_id ON payments (customer_id);

CREATE INDEX ix_payments_gateway_reference ON payments (gateway_reference);

CREATE INDEX ix_payments_partner_id ON payments (partner_id);

CREATE INDEX ix_payments_transaction_id ON payments (transaction_id);

CREATE TABLE statement_entries (
  id BIGSERIAL NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  sequence BIGINT NOT NULL,
  kind VARCHAR COLLATE "C" NOT NULL,
  description TEXT COLLATE "C" NOT NULL,
  debit BIGINT NOT NULL,
  credit BIGINT NOT NULL,
  balance_before BIGINT NOT NULL,
  balance_after BIGINT NOT NULL,
  currency TEXT COLLATE "C" NOT NULL,
  cdr_id BIGINT,
  transaction_id BIGINT,
  customer_id BIGINT NOT NULL,
  partner_id BIGINT,
  CONSTRAINT pk_statement_entries PRIMARY KEY (id),
  CONSTRAINT ck_statement_entries_signs CHECK (debit >= 0 AND credit >= 0),
  CONSTRAINT ck_statement_entries_balance CHECK (balance_after = balance_before + credit - debit),
  CONSTRAINT uq_statement_entries_customer_id_sequence UNIQUE (customer_id, sequence),
  CONSTRAINT fk_statement_entries_transaction_id FOREIGN KEY(transaction_id) REFERENCES transactions (id),
  CONSTRAINT fk_statement_entries_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_statement_entries_kind_words CHECK (kind IN ('call', 'top-up', 'refund', 'ddi fee', 'adjustment'))
);

CREATE INDEX ix_statement_entries_at ON statement_entries (at);

CREATE INDEX ix_statement_entries_customer_id ON statement_entries (customer_id);

CREATE INDEX ix_statement_entries_partner_id ON statement_entries (partner_id);

CREATE TABLE transaction_items (
  id BIGSERIAL NOT NULL,
  transaction_id BIGINT NOT NULL,
  category TEXT COLLATE "C" NOT NULL,
  item_type VARCHAR COLLATE "C" NOT NULL,
  product_id BIGINT,
  description TEXT COLLATE "C" NOT NULL,
  quantity BIGINT NOT NULL,
  unit_price BIGINT NOT NULL,
  tax BIGINT NOT NULL,
  total BIGINT NOT NULL,
  refunded BIGINT NOT NULL,
  currency TEXT COLLATE "C" NOT NULL,
  period_from TIMESTAMP WITH TIME ZONE,
  period_to TIMESTAMP WITH TIME ZONE,
  customer_id BIGINT NOT NULL,
  partner_id BIGINT,
  version BIGINT DEFAULT '1' NOT NULL,
  CONSTRAINT pk_transaction_items PRIMARY KEY (id),
  CONSTRAINT ck_transaction_items_quantity CHECK (quantity > 0),
  CONSTRAINT ck_transaction_items_refunded CHECK (refunded >= 0 AND refunded <= total OR total < 0),
  CONSTRAINT fk_transaction_items_transaction_id FOREIGN KEY(transaction_id) REFERENCES transactions (id),
  CONSTRAINT fk_transaction_items_product_id FOREIGN KEY(product_id) REFERENCES products (id),
  CONSTRAINT fk_transaction_items_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_transaction_items_item_type_words CHECK (item_type IN ('subscription', 'ddi set-up', 'ddi monthly', 'credit', 'hardware', 'service'))
);

CREATE INDEX ix_transaction_items_customer_id ON transaction_items (customer_id);

CREATE INDEX ix_transaction_items_partner_id ON transaction_items (partner_id);

CREATE INDEX ix_transaction_items_transaction_id ON transaction_items (transaction_id);

CREATE TABLE users (
  id BIGSERIAL NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  email TEXT COLLATE "C" NOT NULL,
  extension TEXT COLLATE "C",
  product_id BIGINT,
  role VARCHAR COLLATE "C" NOT NULL,
  state VARCHAR COLLATE "C" NOT NULL,
  sip_username TEXT COLLATE "C" NOT NULL,
  sip_domain TEXT COLLATE "C" NOT NULL,
  sip_password_ciphertext BYTEA,
  password_hash TEXT COLLATE "C",
  caller_id_number TEXT COLLATE "C",
  mobile TEXT COLLATE "C",
  department TEXT COLLATE "C",
  job_title TEXT COLLATE "C",
  language TEXT COLLATE "C" NOT NULL,
  time_zone TEXT COLLATE "C" NOT NULL,
  voicemail_enabled BOOLEAN NOT NULL,
  call_recording BOOLEAN NOT NULL,
  international_calls BOOLEAN NOT NULL,
  call_waiting BOOLEAN NOT NULL,
  ring_time BIGINT NOT NULL,
  two_factor BOOLEAN NOT NULL,
  location_id BIGINT,
  last_login_at TIMESTAMP WITH TIME ZONE,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  customer_id BIGINT NOT NULL,
  partner_id BIGINT,
  version BIGINT DEFAULT '1' NOT NULL,
  CONSTRAINT pk_users PRIMARY KEY (id),
  CONSTRAINT uq_users_email UNIQUE (email),
  CONSTRAINT uq_users_sip_username_sip_domain UNIQUE (sip_username, sip_domain),
  CONSTRAINT uq_users_customer_id_extension UNIQUE (customer_id, extension),
  CONSTRAINT fk_users_product_id FOREIGN KEY(product_id) REFERENCES products (id),
  CONSTRAINT fk_users_location_id FOREIGN KEY(location_id) REFERENCES locations (id),
  CONSTRAINT fk_users_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_users_role_words CHECK (role IN ('user', 'manager', 'administrator')),
  CONSTRAINT ck_users_state_words CHECK (state IN ('invited', 'active', 'disabled', 'locked'))
);

CREATE INDEX ix_users_customer_id ON users (customer_id);

CREATE INDEX ix_users_folded_name ON users (lower(name));

CREATE INDEX ix_users_name ON users (name);

CREATE INDEX ix_users_partner_id ON users (partner_id);

CREATE INDEX ix_users_product_id ON users (product_id);

CREATE TABLE basket_items (
  id BIGSERIAL NOT NULL,
  product_id BIGINT,
  item_type VARCHAR COLLATE "C" NOT NULL,
  unique_item_id TEXT COLLATE "C" NOT NULL,
  description TEXT COLLATE "C" NOT NULL,
  price BIGINT NOT NULL,
  currency TEXT COLLATE "C" NOT NULL,
  due_at TIMESTAMP WITH TIME ZONE,
  hidden_until TIMESTAMP WITH TIME ZONE,
  state VARCHAR COLLATE "C" NOT NULL,
  payment_id BIGINT,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  customer_id BIGINT NOT NULL,
  partner_id BIGINT,
  version BIGINT DEFAULT '1' NOT NULL,
  CONSTRAINT pk_basket_items PRIMARY KEY (id),
  CONSTRAINT fk_basket_items_product_id FOREIGN KEY(product_id) REFERENCES products (id),
  CONSTRAINT uq_basket_items_unique_item_id UNIQUE (unique_item_id),
  CONSTRAINT fk_basket_items_payment_id FOREIGN KEY(payment_id) REFERENCES payments (id),
  CONSTRAINT fk_basket_items_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_basket_items_item_type_words CHECK (item_type IN ('subscription', 'ddi set-up', 'ddi monthly', 'credit', 'hardware', 'service')),
  CONSTRAINT ck_basket_items_state_words CHECK (state IN ('hidden', 'due', 'attached', 'paid'))
);

CREATE INDEX ix_basket_items_customer_id ON basket_items (customer_id);

CREATE INDEX ix_basket_items_due_at ON basket_items (due_at);

CREATE INDEX ix_basket_items_partner_id ON basket_items (partner_id);

CREATE INDEX ix_basket_items_payment_id ON basket_items (payment_id);

CREATE TABLE chats (
  id BIGSERIAL NOT NULL,
  started_at TIMESTAMP WITH TIME ZONE NOT NULL,
  web_site TEXT COLLATE "C",
  operator_name TEXT COLLATE "C",
  user_id BIGINT,
  visitor_name TEXT COLLATE "C",
  email TEXT COLLATE "C",
  ip TEXT COLLATE "C",
  country TEXT COLLATE "C",
  city TEXT COLLATE "C",
  user_agent TEXT COLLATE "C",
  referrer TEXT COLLATE "C",
  duration BIGINT NOT NULL,
  messages BIGINT NOT NULL,
  state VARCHAR COLLATE "C" NOT NULL,
  text_ciphertext BYTEA,
  customer_id BIGINT NOT NULL,
  partner_id BIGINT,
  CONSTRAINT pk_chats PRIMARY KEY (id),
  CONSTRAINT fk_chats_user_id FOREIGN KEY(user_id) REFERENCES users (id),
  CONSTRAINT fk_chats_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_chats_state_words CHECK (state IN ('waiting', 'open', 'closed', 'missed'))
);

CREATE INDEX ix_chats_customer_id ON chats (customer_id);

CREATE INDEX ix_chats_ip ON chats (ip);

CREATE INDEX ix_chats_partner_id ON chats (partner_id);

CREATE INDEX ix_chats_started_at ON chats (started_at);

CREATE TABLE customer_phones (
  id BIGSERIAL NOT NULL,
  user_id BIGINT,
  phone_model_id BIGINT NOT NULL,
  mac TEXT COLLATE "C" NOT NULL,
  vendor TEXT COLLATE "C",
  firmware TEXT COLLATE "C",
  last_provisioned_at TIMESTAMP WITH TIME ZONE,
  last_provisioned_ip TEXT COLLATE "C",
  last_provisioned_agent TEXT COLLATE "C",
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  customer_id BIGINT NOT NULL,
  partner_id BIGINT,
  version BIGINT DEFAULT '1' NOT NULL,
  CONSTRAINT pk_customer_phones PRIMARY KEY (id),
  CONSTRAINT ck_customer_phones_mac CHECK (length(mac) = 12 AND mac = lower(mac)),
  CONSTRAINT fk_customer_phones_user_id FOREIGN KEY(user_id) REFERENCES users (id),
  CONSTRAINT fk_customer_phones_phone_model_id FOREIGN KEY(phone_model_id) REFERENCES phone_models (id),
  CONSTRAINT uq_customer_phones_mac UNIQUE (mac),
  CONSTRAINT fk_customer_phones_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id)
);

CREATE INDEX ix_customer_phones_customer_id ON customer_phones (customer_id);

CREATE INDEX ix_customer_phones_partner_id ON customer_phones (partner_id);

CREATE INDEX ix_customer_phones_phone_model_id ON customer_phones (phone_model_id);

CREATE INDEX ix_customer_phones_user_id ON customer_phones (user_id);

CREATE TABLE ddis (
  id BIGSERIAL NOT NULL,
  number TEXT COLLATE "C" NOT NULL,
  country TEXT COLLATE "C" NOT NULL,
  area TEXT COLLATE "C",
  route_type VARCHAR COLLATE "C" NOT NULL,
  target_id BIGINT,
  target TEXT COLLATE "C",
  user_id BIGINT,
  price_list_entry_id BIGINT,
  setup_fee BIGINT NOT NULL,
  monthly_fee BIGINT NOT NULL,
  currency TEXT COLLATE "C",
  in_unlimited_plan BOOLEAN NOT NULL,
  special_case BOOLEAN NOT NULL,
  billing_starts_at TIMESTAMP WITH TIME ZONE,
  state VARCHAR COLLATE "C" NOT NULL,
  quarantined_until TIMESTAMP WITH TIME ZONE,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  customer_id BIGINT,
  partner_id BIGINT,
  version BIGINT DEFAULT '1' NOT NULL,
  CONSTRAINT pk_ddis PRIMARY KEY (id),
  CONSTRAINT ck_ddis_active CHECK (state <> 'active' OR customer_id IS NOT NULL),
  CONSTRAINT uq_ddis_number UNIQUE (number),
  CONSTRAINT fk_ddis_user_id FOREIGN KEY(user_id) REFERENCES users (id),
  CONSTRAINT fk_ddis_price_list_entry_id FOREIGN KEY(price_list_entry_id) REFERENCES price_list_entries (id),
  CONSTRAINT fk_ddis_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_ddis_route_type_words CHECK (route_type IN ('user', 'ring group', 'ivr', 'queue', 'conference', 'voicemail', 'external number', 'sip trunk', 'sound', 'hang up', 'none')),
  CONSTRAINT ck_ddis_state_words CHECK (state IN ('free', 'reserved', 'active', 'quarantined'))
);

CREATE INDEX ix_ddis_country ON ddis (country);

CREATE INDEX ix_ddis_customer_id ON ddis (customer_id);

CREATE INDEX ix_ddis_partner_id ON ddis (partner_id);

CREATE INDEX ix_ddis_user_id ON ddis (user_id);

CREATE TABLE ivr_entries (
  id BIGSERIAL NOT NULL,
  ivr_id BIGINT NOT NULL,
  digit TEXT COLLATE "C" NOT NULL,
  customer_id BIGINT NOT NULL,
  partner_id BIGINT,
  version BIGINT DEFAULT '1' NOT NULL,
  target_type VARCHAR COLLATE "C" NOT NULL,
  target_id BIGINT,
  target TEXT COLLATE "C",
  CONSTRAINT pk_ivr_entries PRIMARY KEY (id),
  CONSTRAINT uq_ivr_entries_ivr_id_digit UNIQUE (ivr_id, digit),
  CONSTRAINT fk_ivr_entries_ivr_id FOREIGN KEY(ivr_id) REFERENCES ivrs (id),
  CONSTRAINT fk_ivr_entries_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_ivr_entries_target_type_words CHECK (target_type IN ('user', 'ring group', 'ivr', 'queue', 'conference', 'voicemail', 'external number', 'sip trunk', 'sound', 'hang up', 'none'))
);

CREATE INDEX ix_ivr_entries_customer_id ON ivr_entries (customer_id);

CREATE INDEX ix_ivr_entries_partner_id ON ivr_entries (partner_id);

CREATE TABLE login_links (
  id BIGSERIAL NOT NULL,
  user_id BIGINT NOT NULL,
  operator_id BIGINT NOT NULL,
  token_hash BYTEA NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  used_at TIMESTAMP WITH TIME ZONE,
  customer_id BIGINT NOT NULL,
  partner_id BIGINT,
  CONSTRAINT pk_login_links PRIMARY KEY (id),
  CONSTRAINT fk_login_links_user_id FOREIGN KEY(user_id) REFERENCES users (id),
  CONSTRAINT fk_login_links_operator_id FOREIGN KEY(operator_id) REFERENCES operators (id),
  CONSTRAINT uq_login_links_token_hash UNIQUE (token_hash),
  CONSTRAINT fk_login_links_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id)
);

CREATE INDEX ix_login_links_customer_id ON login_links (customer_id);

CREATE INDEX ix_login_links_partner_id ON login_links (partner_id);

CREATE TABLE pickup_group_members (
  id BIGSERIAL NOT NULL,
  pickup_group_id BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  partner_id BIGINT,
  CONSTRAINT pk_pickup_group_members PRIMARY KEY (id),
  CONSTRAINT uq_pickup_group_members_pickup_group_id_user_id UNIQUE (pickup_group_id, user_id),
  CONSTRAINT fk_pickup_group_members_pickup_group_id FOREIGN KEY(pickup_group_id) REFERENCES pickup_groups (id),
  CONSTRAINT fk_pickup_group_members_user_id FOREIGN KEY(user_id) REFERENCES users (id),
  CONSTRAINT fk_pickup_group_members_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id)
);

CREATE INDEX ix_pickup_group_members_customer_id ON pickup_group_members (customer_id);

CREATE INDEX ix_pickup_group_members_partner_id ON pickup_group_members (partner_id);

CREATE INDEX ix_pickup_group_members_user_id ON pickup_group_members (user_id);

CREATE TABLE ring_group_members (
  id BIGSERIAL NOT NULL,
  ring_group_id BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  position BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  partner_id BIGINT,
  CONSTRAINT pk_ring_group_members PRIMARY KEY (id),
  CONSTRAINT uq_ring_group_members_ring_group_id_user_id UNIQUE (ring_group_id, user_id),
  CONSTRAINT fk_ring_group_members_ring_group_id FOREIGN KEY(ring_group_id) REFERENCES ring_groups (id),
  CONSTRAINT fk_ring_group_members_user_id FOREIGN KEY(user_id) REFERENCES users (id),
  CONSTRAINT fk_ring_group_members_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id)
);

CREATE INDEX ix_ring_group_members_customer_id ON ring_group_members (customer_id);

CREATE INDEX ix_ring_group_members_partner_id ON ring_group_members (partner_id);

CREATE INDEX ix_ring_group_members_user_id ON ring_group_members (user_id);

CREATE TABLE tickets (
  id BIGSERIAL NOT NULL,
  number TEXT COLLATE "C" NOT NULL,
  subject TEXT COLLATE "C" NOT NULL,
  requester_name TEXT COLLATE "C",
  requester_email TEXT COLLATE "C",
  user_id BIGINT,
  agent_id BIGINT,
  priority VARCHAR COLLATE "C" NOT NULL,
  priority_rank BIGINT NOT NULL,
  state VARCHAR COLLATE "C" NOT NULL,
  channel TEXT COLLATE "C" NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  snoozed_until TIMESTAMP WITH TIME ZONE,
  first_answer_due_at TIMESTAMP WITH TIME ZONE,
  first_answered_at TIMESTAMP WITH TIME ZONE,
  solution_due_at TIMESTAMP WITH TIME ZONE,
  sla_due_at TIMESTAMP WITH TIME ZONE,
  sla_paused_since TIMESTAMP WITH TIME ZONE,
  sla_paused_seconds BIGINT NOT NULL,
  solved_at TIMESTAMP WITH TIME ZONE,
  closed_at TIMESTAMP WITH TIME ZONE,
  last_update_at TIMESTAMP WITH TIME ZONE NOT NULL,
  last_update_by TEXT COLLATE "C",
  merged_into_id BIGINT,
  split_from_id BIGINT,
  cdr_id BIGINT,
  aor TEXT COLLATE "C",
  payment_id BIGINT,
  customer_id BIGINT,
  partner_id BIGINT,
  version BIGINT DEFAULT '1' NOT NULL,
  CONSTRAINT pk_tickets PRIMARY KEY (id),
  CONSTRAINT ck_tickets_rank CHECK (priority_rank BETWEEN 1 AND 4),
  CONSTRAINT ck_tickets_snoozed CHECK (state <> 'snoozed' OR snoozed_until IS NOT NULL),
  CONSTRAINT uq_tickets_number UNIQUE (number),
  CONSTRAINT fk_tickets_user_id FOREIGN KEY(user_id) REFERENCES users (id),
  CONSTRAINT fk_tickets_agent_id FOREIGN KEY(agent_id) REFERENCES operators (id),
  CONSTRAINT fk_tickets_merged_into_id FOREIGN KEY(merged_into_id) REFERENCES tickets (id),
  CONSTRAINT fk_tickets_split_from_id FOREIGN KEY(split_from_id) REFERENCES tickets (id),
  CONSTRAINT fk_tickets_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_tickets_priority_words CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
  CONSTRAINT ck_tickets_state_words CHECK (state IN ('new', 'open', 'pending', 'on hold', 'snoozed', 'solved', 'closed'))
);

CREATE INDEX ix_tickets_agent_id ON tickets (agent_id);

CREATE INDEX ix_tickets_created_at ON tickets (created_at);

CREATE INDEX ix_tickets_customer_id ON tickets (customer_id);

CREATE INDEX ix_tickets_last_update_at ON tickets (last_update_at);

CREATE INDEX ix_tickets_partner_id ON tickets (partner_id);

CREATE INDEX ix_tickets_sla_due_at ON tickets (sla_due_at);

CREATE INDEX ix_tickets_state_last_update_at ON tickets (state, last_update_at);

CREATE INDEX ix_tickets_subject ON tickets (subject);

CREATE INDEX ix_tickets_user_id ON tickets (user_id);

CREATE TABLE user_statuses (
  id BIGSERIAL NOT NULL,
  user_id BIGINT NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  presence VARCHAR COLLATE "C" NOT NULL,
  detail TEXT COLLATE "C",
  ip TEXT COLLATE "C",
  customer_id BIGINT,
  partner_id BIGINT,
  CONSTRAINT pk_user_statuses PRIMARY KEY (id),
  CONSTRAINT fk_user_statuses_user_id FOREIGN KEY(user_id) REFERENCES users (id),
  CONSTRAINT fk_user_statuses_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_user_statuses_presence_words CHECK (presence IN ('available', 'busy', 'away', 'do not disturb', 'offline'))
);

CREATE INDEX ix_user_statuses_customer_id ON user_statuses (customer_id);

CREATE INDEX ix_user_statuses_partner_id ON user_statuses (partner_id);

CREATE INDEX ix_user_statuses_user_id_at ON user_statuses (user_id, at);

CREATE TABLE web_sessions (
  id BIGSERIAL NOT NULL,
  kind VARCHAR COLLATE "C" NOT NULL,
  user_id BIGINT,
  user_name TEXT COLLATE "C" NOT NULL,
  token_hash BYTEA,
  ip TEXT COLLATE "C",
  country TEXT COLLATE "C",
  page TEXT COLLATE "C",
  user_agent TEXT COLLATE "C",
  started_at TIMESTAMP WITH TIME ZONE NOT NULL,
  last_seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
  customer_id BIGINT,
  partner_id BIGINT,
  CONSTRAINT pk_web_sessions PRIMARY KEY (id),
  CONSTRAINT fk_web_sessions_user_id FOREIGN KEY(user_id) REFERENCES users (id),
  CONSTRAINT fk_web_sessions_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_web_sessions_kind_words CHECK (kind IN ('frontend', 'partners'))
);

CREATE INDEX ix_web_sessions_customer_id ON web_sessions (customer_id);

CREATE INDEX ix_web_sessions_ip ON web_sessions (ip);

CREATE INDEX ix_web_sessions_last_seen_at ON web_sessions (last_seen_at);

CREATE INDEX ix_web_sessions_partner_id ON web_sessions (partner_id);

CREATE INDEX ix_web_sessions_started_at ON web_sessions (started_at);

CREATE INDEX ix_web_sessions_user_id ON web_sessions (user_id);

CREATE TABLE ticket_messages (
  id BIGSERIAL NOT NULL,
  ticket_id BIGINT NOT NULL,
  kind VARCHAR COLLATE "C" NOT NULL,
  author_id BIGINT,
  author TEXT COLLATE "C" NOT NULL,
  body TEXT COLLATE "C" NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  facts TEXT,
  customer_id BIGINT,
  partner_id BIGINT,
  CONSTRAINT pk_ticket_messages PRIMARY KEY (id),
  CONSTRAINT fk_ticket_messages_ticket_id FOREIGN KEY(ticket_id) REFERENCES tickets (id),
  CONSTRAINT fk_ticket_messages_author_id FOREIGN KEY(author_id) REFERENCES operators (id),
  CONSTRAINT fk_ticket_messages_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_ticket_messages_kind_words CHECK (kind IN ('customer', 'reply', 'note', 'event'))
);

CREATE INDEX ix_ticket_messages_customer_id ON ticket_messages (customer_id);

CREATE INDEX ix_ticket_messages_partner_id ON ticket_messages (partner_id);

CREATE INDEX ix_ticket_messages_ticket_id_at ON ticket_messages (ticket_id, at);

CREATE TABLE ticket_tags (
  id BIGSERIAL NOT NULL,
  ticket_id BIGINT NOT NULL,
  tag TEXT COLLATE "C" NOT NULL,
  customer_id BIGINT,
  partner_id BIGINT,
  CONSTRAINT pk_ticket_tags PRIMARY KEY (id),
  CONSTRAINT uq_ticket_tags_ticket_id_tag UNIQUE (ticket_id, tag),
  CONSTRAINT fk_ticket_tags_ticket_id FOREIGN KEY(ticket_id) REFERENCES tickets (id),
  CONSTRAINT fk_ticket_tags_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id)
);

CREATE INDEX ix_ticket_tags_customer_id ON ticket_tags (customer_id);

CREATE INDEX ix_ticket_tags_partner_id ON ticket_tags (partner_id);

CREATE INDEX ix_ticket_tags_tag ON ticket_tags (tag);

CREATE TABLE ticket_viewers (
  id BIGSERIAL NOT NULL,
  ticket_id BIGINT NOT NULL,
  operator_id BIGINT NOT NULL,
  typing BOOLEAN NOT NULL,
  seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_ticket_viewers PRIMARY KEY (id),
  CONSTRAINT uq_ticket_viewers_ticket_id_operator_id UNIQUE (ticket_id, operator_id),
  CONSTRAINT fk_ticket_viewers_ticket_id FOREIGN KEY(ticket_id) REFERENCES tickets (id),
  CONSTRAINT fk_ticket_viewers_operator_id FOREIGN KEY(operator_id) REFERENCES operators (id)
);

CREATE TABLE ticket_attachments (
  id BIGSERIAL NOT NULL,
  message_id BIGINT NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  media_type TEXT COLLATE "C" NOT NULL,
  content BYTEA NOT NULL,
  customer_id BIGINT,
  partner_id BIGINT,
  CONSTRAINT pk_ticket_attachments PRIMARY KEY (id),
  CONSTRAINT fk_ticket_attachments_message_id FOREIGN KEY(message_id) REFERENCES ticket_messages (id),
  CONSTRAINT fk_ticket_attachments_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id)
);

CREATE INDEX ix_ticket_attachments_customer_id ON ticket_attachments (customer_id);

CREATE INDEX ix_ticket_attachments_message_id ON ticket_attachments (message_id);

CREATE INDEX ix_ticket_attachments_partner_id ON ticket_attachments (partner_id);

CREATE INDEX ix_cdrs_source_number_trigrams ON cdrs USING gin (source_number gin_trgm_ops);

CREATE INDEX ix_cdrs_destination_number_trigrams ON cdrs USING gin (destination_number gin_trgm_ops);


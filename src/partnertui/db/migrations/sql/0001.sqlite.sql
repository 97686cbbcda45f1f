CREATE TABLE canned_responses (
  id INTEGER NOT NULL,
  name TEXT NOT NULL,
  subject TEXT,
  body TEXT NOT NULL,
  language TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  version INTEGER DEFAULT '1' NOT NULL,
  CONSTRAINT pk_canned_responses PRIMARY KEY (id),
  CONSTRAINT uq_canned_responses_name UNIQUE (name),
  CONSTRAINT ck_canned_responses_enabled_flag CHECK (enabled IN (0, 1))
)
 STRICT;

CREATE TABLE capture_folders (
  id INTEGER NOT NULL,
  name TEXT NOT NULL,
  path TEXT NOT NULL,
  pattern TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  version INTEGER DEFAULT '1' NOT NULL,
  CONSTRAINT pk_capture_folders PRIMARY KEY (id),
  CONSTRAINT uq_capture_folders_name UNIQUE (name),
  CONSTRAINT uq_capture_folders_path UNIQUE (path),
  CONSTRAINT ck_capture_folders_enabled_flag CHECK (enabled IN (0, 1))
)
 STRICT;

CREATE TABLE cdrs (
  id INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  category TEXT NOT NULL,
  direction TEXT NOT NULL,
  customer_id INTEGER,
  partner_id INTEGER,
  user_id INTEGER,
  ddi_id INTEGER,
  source_number TEXT,
  source_name TEXT,
  destination_number TEXT,
  destination_name TEXT,
  destination_country TEXT,
  prefix_name TEXT,
  duration INTEGER NOT NULL,
  billed_seconds INTEGER NOT NULL,
  rate INTEGER,
  charge INTEGER NOT NULL,
  currency TEXT,
  disposition TEXT NOT NULL,
  sip_code INTEGER,
  q850_cause INTEGER,
  hung_up_by TEXT,
  pdd_ms INTEGER,
  codec TEXT,
  mos INTEGER,
  source_user_agent TEXT,
  destination_user_agent TEXT,
  source_ip TEXT,
  destination_ip TEXT,
  call_id_a TEXT,
  call_id_b TEXT,
  server TEXT,
  origin TEXT,
  slot INTEGER NOT NULL GENERATED ALWAYS AS (CASE category WHEN 'dialled' THEN 0 WHEN 'received' THEN 256 WHEN 'missed' THEN 512 WHEN 'other' THEN 768 END + coalesce(customer_id, 0) % 256) STORED,
  CONSTRAINT pk_cdrs PRIMARY KEY (id),
  CONSTRAINT ck_cdrs_seconds CHECK (duration >= 0 AND billed_seconds >= 0)
)
 STRICT;

CREATE INDEX ix_cdrs_call_id_a ON cdrs (call_id_a);

CREATE INDEX ix_cdrs_call_id_b ON cdrs (call_id_b);

CREATE INDEX ix_cdrs_customer_id_slot ON cdrs (customer_id, slot);

CREATE INDEX ix_cdrs_slot_billed_seconds ON cdrs (slot, billed_seconds);

CREATE INDEX ix_cdrs_slot_charge ON cdrs (slot, charge);

CREATE INDEX ix_cdrs_slot_codec ON cdrs (slot, codec);

CREATE INDEX ix_cdrs_slot_destination_country ON cdrs (slot, destination_country);

CREATE INDEX ix_cdrs_slot_destination_ip ON cdrs (slot, destination_ip);

CREATE INDEX ix_cdrs_slot_destination_name ON cdrs (slot, destination_name);

CREATE INDEX ix_cdrs_slot_destination_number ON cdrs (slot, destination_number);

CREATE INDEX ix_cdrs_slot_destination_user_agent ON cdrs (slot, destination_user_agent);

CREATE INDEX ix_cdrs_slot_direction ON cdrs (slot, direction);

CREATE INDEX ix_cdrs_slot_disposition ON cdrs (slot, disposition);

CREATE INDEX ix_cdrs_slot_duration ON cdrs (slot, duration);

CREATE INDEX ix_cdrs_slot_hung_up_by ON cdrs (slot, hung_up_by);

CREATE INDEX ix_cdrs_slot_mos ON cdrs (slot, mos);

CREATE INDEX ix_cdrs_slot_pdd_ms ON cdrs (slot, pdd_ms);

CREATE INDEX ix_cdrs_slot_prefix_name ON cdrs (slot, prefix_name);

CREATE INDEX ix_cdrs_slot_q850_cause ON cdrs (slot, q850_cause);

CREATE INDEX ix_cdrs_slot_rate ON cdrs (slot, rate);

CREATE INDEX ix_cdrs_slot_server ON cdrs (slot, server);

CREATE INDEX ix_cdrs_slot_sip_code ON cdrs (slot, sip_code);

CREATE INDEX ix_cdrs_slot_source_ip ON cdrs (slot, source_ip);

CREATE INDEX ix_cdrs_slot_source_name ON cdrs (slot, source_name);

CREATE INDEX ix_cdrs_slot_source_number ON cdrs (slot, source_number);

CREATE INDEX ix_cdrs_slot_source_user_agent ON cdrs (slot, source_user_agent);

CREATE INDEX ix_cdrs_slot_started_at ON cdrs (slot, started_at);

CREATE INDEX ix_cdrs_started_at ON cdrs (started_at);

CREATE INDEX ix_cdrs_user_id_slot ON cdrs (user_id, slot);

CREATE UNIQUE INDEX uq_cdrs_origin ON cdrs (origin) WHERE origin IS NOT NULL;

CREATE TABLE history (
  id INTEGER NOT NULL,
  at INTEGER NOT NULL,
  operator_id INTEGER,
  operator_name TEXT NOT NULL,
  object_table TEXT NOT NULL,
  object_id INTEGER NOT NULL,
  action TEXT NOT NULL,
  changes TEXT NOT NULL,
  customer_id INTEGER,
  partner_id INTEGER,
  CONSTRAINT pk_history PRIMARY KEY (id)
)
 STRICT;

CREATE INDEX ix_history_at ON history (at);

CREATE INDEX ix_history_customer_id ON history (customer_id);

CREATE INDEX ix_history_object ON history (object_table, object_id, id);

CREATE INDEX ix_history_partner_id ON history (partner_id);

CREATE TABLE partners (
  id INTEGER NOT NULL,
  name TEXT NOT NULL,
  email TEXT,
  phone TEXT,
  country TEXT,
  enabled INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  version INTEGER DEFAULT '1' NOT NULL,
  CONSTRAINT pk_partners PRIMARY KEY (id),
  CONSTRAINT uq_partners_name UNIQUE (name),
  CONSTRAINT ck_partners_enabled_flag CHECK (enabled IN (0, 1))
)
 STRICT;

CREATE TABLE phone_models (
  id INTEGER NOT NULL,
  make TEXT NOT NULL,
  model TEXT NOT NULL,
  lines INTEGER NOT NULL,
  firmware TEXT,
  ouis TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  version INTEGER DEFAULT '1' NOT NULL,
  CONSTRAINT pk_phone_models PRIMARY KEY (id),
  CONSTRAINT uq_phone_models_make_model UNIQUE (make, model),
  CONSTRAINT ck_phone_models_enabled_flag CHECK (enabled IN (0, 1))
)
 STRICT;

CREATE TABLE price_lists (
  id INTEGER NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  currency TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  version INTEGER DEFAULT '1' NOT NULL,
  CONSTRAINT pk_price_lists PRIMARY KEY (id),
  CONSTRAINT uq_price_lists_name_currency UNIQUE (name, currency),
  CONSTRAINT ck_price_lists_kind_words CHECK (kind IN ('calls', 'ddis', 'products')),
  CONSTRAINT ck_price_lists_enabled_flag CHECK (enabled IN (0, 1))
)
 STRICT;

CREATE TABLE price_plans (
  id INTEGER NOT NULL,
  name TEXT NOT NULL,
  currency TEXT NOT NULL,
  period TEXT NOT NULL,
  monthly_fee INTEGER NOT NULL,
  per_user_fee INTEGER NOT NULL,
  unlimited_minutes INTEGER NOT NULL,
  enabled INTEGER NOT NULL,
  version INTEGER DEFAULT '1' NOT NULL,
  CONSTRAINT pk_price_plans PRIMARY KEY (id),
  CONSTRAINT uq_price_plans_name UNIQUE (name),
  CONSTRAINT ck_price_plans_period_words CHECK (period IN ('once', 'monthly', 'yearly')),
  CONSTRAINT ck_price_plans_enabled_flag CHECK (enabled IN (0, 1))
)
 STRICT;

CREATE TABLE probe_runs (
  id INTEGER NOT NULL,
  at INTEGER NOT NULL,
  operator_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  target TEXT NOT NULL,
  outcome TEXT,
  CONSTRAINT pk_probe_runs PRIMARY KEY (id)
)
 STRICT;

CREATE INDEX ix_probe_runs_operator_id_at ON probe_runs (operator_id, at);

CREATE INDEX ix_probe_runs_target_at ON probe_runs (target, at);

CREATE TABLE products (
  id INTEGER NOT NULL,
  name TEXT NOT NULL,
  code TEXT NOT NULL,
  item_type TEXT NOT NULL,
  category TEXT NOT NULL,
  description TEXT,
  currency TEXT NOT NULL,
  price INTEGER NOT NULL,
  period TEXT NOT NULL,
  is_user_licence INTEGER NOT NULL,
  enabled INTEGER NOT NULL,
  version INTEGER DEFAULT '1' NOT NULL,
  CONSTRAINT pk_products PRIMARY KEY (id),
  CONSTRAINT uq_products_name UNIQUE (name),
  CONSTRAINT uq_products_code UNIQUE (code),
  CONSTRAINT ck_products_item_type_words CHECK (item_type IN ('subscription', 'ddi set-up', 'ddi monthly', 'credit', 'hardware', 'service')),
  CONSTRAINT ck_products_period_words CHECK (period IN ('once', 'monthly', 'yearly')),
  CONSTRAINT ck_products_is_user_licence_flag CHECK (is_user_licence IN (0, 1)),
  CONSTRAINT ck_products_enabled_flag CHECK (enabled IN (0, 1))
)
 STRICT;

CREATE TABLE sla_targets (
  id INTEGER NOT NULL,
  priority TEXT NOT NULL,
  first_answer_minutes INTEGER NOT NULL,
  solution_minutes INTEGER NOT NULL,
  version INTEGER DEFAULT '1' NOT NULL,
  CONSTRAINT pk_sla_targets PRIMARY KEY (id),
  CONSTRAINT ck_sla_targets_minutes CHECK (first_answer_minutes > 0 AND solution_minutes > 0),
  CONSTRAINT uq_sla_targets_priority UNIQUE (priority),
  CONSTRAINT ck_sla_targets_priority_words CHECK (priority IN ('low', 'normal', 'high', 'urgent'))
)
 STRICT;

CREATE TABLE sync_states (
  id INTEGER NOT NULL,
  source TEXT NOT NULL,
  position TEXT NOT NULL,
  rows INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  trouble TEXT,
  CONSTRAINT pk_sync_states PRIMARY KEY (id),
  CONSTRAINT uq_sync_states_source UNIQUE (source)
)
 STRICT;

CREATE TABLE whois_records (
  id INTEGER NOT NULL,
  "query" TEXT NOT NULL,
  network TEXT,
  organisation TEXT,
  country TEXT,
  abuse_email TEXT,
  source TEXT NOT NULL,
  text TEXT NOT NULL,
  fetched_at INTEGER NOT NULL,
  CONSTRAINT pk_whois_records PRIMARY KEY (id),
  CONSTRAINT uq_whois_records_query UNIQUE ("query")
)
 STRICT;

CREATE TABLE customers (
  id INTEGER NOT NULL,
  company TEXT NOT NULL,
  contact TEXT,
  email TEXT,
  phone TEXT,
  partner_id INTEGER,
  status TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  trial_ends_at INTEGER,
  country TEXT NOT NULL,
  street TEXT,
  street2 TEXT,
  postcode TEXT,
  city TEXT,
  state TEXT,
  currency TEXT NOT NULL,
  vat_number TEXT,
  vat_checked INTEGER NOT NULL,
  vat_checked_at INTEGER,
  price_plan_id INTEGER,
  credit INTEGER NOT NULL,
  credit_limit INTEGER NOT NULL,
  auto_top_up INTEGER NOT NULL,
  top_up_threshold INTEGER,
  top_up_amount INTEGER,
  unlimited_minutes_left INTEGER NOT NULL,
  language TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  sip_domain TEXT,
  max_channels INTEGER,
  caller_id_number TEXT,
  international_calls INTEGER NOT NULL,
  premium_calls INTEGER NOT NULL,
  invoice_email TEXT,
  purchase_order TEXT,
  external_reference TEXT,
  newsletter INTEGER NOT NULL,
  xmpp_status TEXT NOT NULL,
  tour_state TEXT NOT NULL,
  blocked_reason TEXT,
  version INTEGER DEFAULT '1' NOT NULL,
  CONSTRAINT pk_customers PRIMARY KEY (id),
  CONSTRAINT ck_customers_currency CHECK (length(currency) = 3),
  CONSTRAINT ck_customers_country CHECK (length(country) = 2),
  CONSTRAINT ck_customers_credit_limit CHECK (credit_limit >= 0),
  CONSTRAINT ck_customers_minutes CHECK (unlimited_minutes_left >= 0),
  CONSTRAINT ck_customers_top_up CHECK (NOT (auto_top_up AND top_up_amount IS NULL)),
  CONSTRAINT fk_customers_partner_id FOREIGN KEY(partner_id) REFERENCES partners (id),
  CONSTRAINT fk_customers_price_plan_id FOREIGN KEY(price_plan_id) REFERENCES price_plans (id),
  CONSTRAINT ck_customers_status_words CHECK (status IN ('trial', 'active', 'suspended', 'blocked', 'cancelled')),
  CONSTRAINT ck_customers_vat_checked_flag CHECK (vat_checked IN (0, 1)),
  CONSTRAINT ck_customers_auto_top_up_flag CHECK (auto_top_up IN (0, 1)),
  CONSTRAINT ck_customers_international_calls_flag CHECK (international_calls IN (0, 1)),
  CONSTRAINT ck_customers_premium_calls_flag CHECK (premium_calls IN (0, 1)),
  CONSTRAINT ck_customers_newsletter_flag CHECK (newsletter IN (0, 1)),
  CONSTRAINT ck_customers_xmpp_status_words CHECK (xmpp_status IN ('off', 'active', 'failed')),
  CONSTRAINT ck_customers_tour_state_words CHECK (tour_state IN ('not started', 'started', 'finished', 'skipped'))
)
 STRICT;

CREATE INDEX ix_customers_company ON customers (company);

CREATE INDEX ix_customers_email ON customers (email);

CREATE INDEX ix_customers_folded_company ON customers (lower(company));

CREATE INDEX ix_customers_partner_id ON customers (partner_id);

CREATE INDEX ix_customers_phone ON customers (phone);

CREATE INDEX ix_customers_price_plan_id ON customers (price_plan_id);

CREATE INDEX ix_customers_sip_domain ON customers (sip_domain);

CREATE TABLE operators (
  id INTEGER NOT NULL,
  login TEXT NOT NULL,
  name TEXT NOT NULL,
  email TEXT,
  role TEXT NOT NULL,
  partner_id INTEGER,
  database_role TEXT,
  password_hash TEXT,
  enabled INTEGER NOT NULL,
  last_login_at INTEGER,
  created_at INTEGER NOT NULL,
  version INTEGER DEFAULT '1' NOT NULL,
  CONSTRAINT pk_operators PRIMARY KEY (id),
  CONSTRAINT ck_operators_partner CHECK (role <> 'partner' OR partner_id IS NOT NULL),
  CONSTRAINT uq_operators_login UNIQUE (login),
  CONSTRAINT fk_operators_partner_id FOREIGN KEY(partner_id) REFERENCES partners (id),
  CONSTRAINT uq_operators_database_role UNIQUE (database_role),
  CONSTRAINT ck_operators_role_words CHECK (role IN ('support', 'development', 'partner', 'admin')),
  CONSTRAINT ck_operators_enabled_flag CHECK (enabled IN (0, 1))
)
 STRICT;

CREATE TABLE price_list_entries (
  id INTEGER NOT NULL,
  price_list_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  prefix TEXT,
  country TEXT,
  product_id INTEGER,
  per_minute INTEGER,
  per_call INTEGER,
  setup_fee INTEGER,
  monthly_fee INTEGER,
  first_seconds INTEGER NOT NULL,
  step_seconds INTEGER NOT NULL,
  unlimited INTEGER NOT NULL,
  version INTEGER DEFAULT '1' NOT NULL,
  CONSTRAINT pk_price_list_entries PRIMARY KEY (id),
  CONSTRAINT ck_price_list_entries_steps CHECK (first_seconds > 0 AND step_seconds > 0),
  CONSTRAINT fk_price_list_entries_price_list_id FOREIGN KEY(price_list_id) REFERENCES price_lists (id),
  CONSTRAINT fk_price_list_entries_product_id FOREIGN KEY(product_id) REFERENCES products (id),
  CONSTRAINT ck_price_list_entries_unlimited_flag CHECK (unlimited IN (0, 1))
)
 STRICT;

CREATE INDEX ix_price_list_entries_name ON price_list_entries (name);

CREATE INDEX ix_price_list_entries_price_list_id_prefix ON price_list_entries (price_list_id, prefix);

CREATE TABLE blocked_ips (
  id INTEGER NOT NULL,
  network TEXT NOT NULL,
  reason TEXT NOT NULL,
  blocked_by_id INTEGER,
  blocked_at INTEGER NOT NULL,
  until INTEGER,
  version INTEGER DEFAULT '1' NOT NULL,
  CONSTRAINT pk_blocked_ips PRIMARY KEY (id),
  CONSTRAINT uq_blocked_ips_network UNIQUE (network),
  CONSTRAINT fk_blocked_ips_blocked_by_id FOREIGN KEY(blocked_by_id) REFERENCES operators (id)
)
 STRICT;

CREATE TABLE conferences (
  id INTEGER NOT NULL,
  name TEXT NOT NULL,
  extension TEXT,
  pin_ciphertext BLOB,
  moderator_pin_ciphertext BLOB,
  max_members INTEGER NOT NULL,
  wait_for_moderator INTEGER NOT NULL,
  record INTEGER NOT NULL,
  announce INTEGER NOT NULL,
  enabled INTEGER NOT NULL,
  members_now INTEGER NOT NULL,
  customer_id INTEGER NOT NULL,
  partner_id INTEGER,
  version INTEGER DEFAULT '1' NOT NULL,
  CONSTRAINT pk_conferences PRIMARY KEY (id),
  CONSTRAINT ck_conferences_members CHECK (max_members > 0),
  CONSTRAINT fk_conferences_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_conferences_wait_for_moderator_flag CHECK (wait_for_moderator IN (0, 1)),
  CONSTRAINT ck_conferences_record_flag CHECK (record IN (0, 1)),
  CONSTRAINT ck_conferences_announce_flag CHECK (announce IN (0, 1)),
  CONSTRAINT ck_conferences_enabled_flag CHECK (enabled IN (0, 1))
)
 STRICT;

CREATE INDEX ix_conferences_customer_id ON conferences (customer_id);

CREATE INDEX ix_conferences_partner_id ON conferences (partner_id);

CREATE TABLE credit_cards (
  id INTEGER NOT NULL,
  holder TEXT NOT NULL,
  brand TEXT NOT NULL,
  last_four TEXT NOT NULL,
  expiry_year INTEGER NOT NULL,
  expiry_month INTEGER NOT NULL,
  number_ciphertext BLOB,
  number_hmac BLOB,
  gateway TEXT,
  gateway_token_ciphertext BLOB,
  status TEXT NOT NULL,
  is_default INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  customer_id INTEGER NOT NULL,
  partner_id INTEGER,
  version INTEGER DEFAULT '1' NOT NULL,
  CONSTRAINT pk_credit_cards PRIMARY KEY (id),
  CONSTRAINT ck_credit_cards_last_four CHECK (length(last_four) = 4),
  CONSTRAINT ck_credit_cards_month CHECK (expiry_month BETWEEN 1 AND 12),
  CONSTRAINT fk_credit_cards_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_credit_cards_status_words CHECK (status IN ('active', 'declined', 'deleted')),
  CONSTRAINT ck_credit_cards_is_default_flag CHECK (is_default IN (0, 1))
)
 STRICT;

CREATE INDEX ix_credit_cards_customer_id ON credit_cards (customer_id);

CREATE INDEX ix_credit_cards_number_hmac ON credit_cards (number_hmac);

CREATE INDEX ix_credit_cards_partner_id ON credit_cards (partner_id);

CREATE TABLE customer_price_lists (
  id INTEGER NOT NULL,
  slot TEXT NOT NULL,
  price_list_id INTEGER NOT NULL,
  customer_id INTEGER NOT NULL,
  partner_id INTEGER,
  version INTEGER DEFAULT '1' NOT NULL,
  CONSTRAINT pk_customer_price_lists PRIMARY KEY (id),
  CONSTRAINT uq_customer_price_lists_customer_id_slot UNIQUE (customer_id, slot),
  CONSTRAINT fk_customer_price_lists_price_list_id FOREIGN KEY(price_list_id) REFERENCES price_lists (id),
  CONSTRAINT fk_customer_price_lists_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_customer_price_lists_slot_words CHECK (slot IN ('outbound calls', 'inbound calls', 'forwarded calls', 'ddis', 'products', 'sms'))
)
 STRICT;

CREATE INDEX ix_customer_price_lists_customer_id ON customer_price_lists (customer_id);

CREATE INDEX ix_customer_price_lists_partner_id ON customer_price_lists (partner_id);

CREATE INDEX ix_customer_price_lists_price_list_id ON customer_price_lists (price_list_id);

CREATE TABLE drafts (
  id INTEGER NOT NULL,
  operator_id INTEGER NOT NULL,
  object_table TEXT NOT NULL,
  object_id INTEGER NOT NULL,
  form TEXT NOT NULL,
  text_ciphertext BLOB NOT NULL,
  saved_at INTEGER NOT NULL,
  customer_id INTEGER,
  partner_id INTEGER,
  CONSTRAINT pk_drafts PRIMARY KEY (id),
  CONSTRAINT uq_drafts_operator_id_object_table_object_id_form UNIQUE (operator_id, object_table, object_id, form),
  CONSTRAINT fk_drafts_operator_id FOREIGN KEY(operator_id) REFERENCES operators (id)
)
 STRICT;

CREATE TABLE locations (
  id INTEGER NOT NULL,
  name TEXT NOT NULL,
  street TEXT,
  postcode TEXT,
  city TEXT,
  state TEXT,
  country TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  tone_zone TEXT NOT NULL,
  emergency_address TEXT NOT NULL,
  customer_id INTEGER NOT NULL,
  partner_id INTEGER,
  version INTEGER DEFAULT '1' NOT NULL,
  CONSTRAINT pk_locations PRIMARY KEY (id),
  CONSTRAINT fk_locations_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_locations_emergency_address_words CHECK (emergency_address IN ('missing', 'pending', 'verified', 'rejected'))
)
 STRICT;

CREATE INDEX ix_locations_customer_id ON locations (customer_id);

CREATE INDEX ix_locations_partner_id ON locations (partner_id);

CREATE TABLE notes (
  id INTEGER NOT NULL,
  object_table TEXT NOT NULL,
  object_id INTEGER NOT NULL,
  body TEXT NOT NULL,
  author_id INTEGER NOT NULL,
  author_name TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  edited_at INTEGER,
  customer_id INTEGER,
  partner_id INTEGER,
  version INTEGER DEFAULT '1' NOT NULL,
  CONSTRAINT pk_notes PRIMARY KEY (id),
  CONSTRAINT fk_notes_author_id FOREIGN KEY(author_id) REFERENCES operators (id)
)
 STRICT;

CREATE INDEX ix_notes_customer_id ON notes (customer_id);

CREATE INDEX ix_notes_object ON notes (object_table, object_id, id);

CREATE INDEX ix_notes_partner_id ON notes (partner_id);

CREATE TABLE pending_ddis (
  id INTEGER NOT NULL,
  order_number TEXT NOT NULL,
  kind TEXT NOT NULL,
  country TEXT NOT NULL,
  first_number TEXT,
  numbers TEXT NOT NULL,
  quantity INTEGER NOT NULL,
  losing_carrier TEXT,
  requested_at INTEGER,
  agreed_at INTEGER,
  documents_missing TEXT,
  state TEXT NOT NULL,
  required_action TEXT,
  rejected_reason TEXT,
  created_at INTEGER NOT NULL,
  customer_id INTEGER NOT NULL,
  partner_id INTEGER,
  version INTEGER DEFAULT '1' NOT NULL,
  CONSTRAINT pk_pending_ddis PRIMARY KEY (id),
  CONSTRAINT ck_pending_ddis_quantity CHECK (quantity > 0),
  CONSTRAINT uq_pending_ddis_order_number UNIQUE (order_number),
  CONSTRAINT fk_pending_ddis_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_pending_ddis_kind_words CHECK (kind IN ('new', 'port-in')),
  CONSTRAINT ck_pending_ddis_state_words CHECK (state IN ('draft', 'submitted', 'in process', 'exception', 'date confirmed', 'activated', 'cancelled'))
)
 STRICT;

CREATE INDEX ix_pending_ddis_customer_id ON pending_ddis (customer_id);

CREATE INDEX ix_pending_ddis_first_number ON pending_ddis (first_number);

CREATE INDEX ix_pending_ddis_partner_id ON pending_ddis (partner_id);

CREATE TABLE pickup_groups (
  id INTEGER NOT NULL,
  name TEXT NOT NULL,
  customer_id INTEGER NOT NULL,
  partner_id INTEGER,
  version INTEGER DEFAULT '1' NOT NULL,
  CONSTRAINT pk_pickup_groups PRIMARY KEY (id),
  CONSTRAINT fk_pickup_groups_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id)
)
 STRICT;

CREATE INDEX ix_pickup_groups_customer_id ON pickup_groups (customer_id);

CREATE INDEX ix_pickup_groups_partner_id ON pickup_groups (partner_id);

CREATE TABLE recordings (
  id INTEGER NOT NULL,
  user_id INTEGER,
  cdr_id INTEGER,
  caller TEXT,
  called TEXT,
  at INTEGER NOT NULL,
  duration INTEGER NOT NULL,
  size INTEGER NOT NULL,
  kind TEXT NOT NULL,
  customer_id INTEGER NOT NULL,
  partner_id INTEGER,
  CONSTRAINT pk_recordings PRIMARY KEY (id),
  CONSTRAINT fk_recordings_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_recordings_kind_words CHECK (kind IN ('on demand', 'always', 'queue', 'conference'))
)
 STRICT;

CREATE INDEX ix_recordings_at ON recordings (at);

CREATE INDEX ix_recordings_customer_id ON recordings (customer_id);

CREATE INDEX ix_recordings_partner_id ON recordings (partner_id);

CREATE INDEX ix_recordings_user_id ON recordings (user_id);

CREATE TABLE registrations (
  id INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  product TEXT NOT NULL,
  name TEXT NOT NULL,
  company TEXT,
  email TEXT NOT NULL,
  phone TEXT,
  country TEXT,
  ip TEXT,
  user_agent TEXT,
  referrer TEXT,
  campaign TEXT,
  converted_at INTEGER,
  customer_id INTEGER,
  partner_id INTEGER,
  version INTEGER DEFAULT '1' NOT NULL,
  CONSTRAINT pk_registrations PRIMARY KEY (id),
  CONSTRAINT fk_registrations_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id)
)
 STRICT;

CREATE INDEX ix_registrations_created_at ON registrations (created_at);

CREATE INDEX ix_registrations_customer_id ON registrations (customer_id);

CREATE INDEX ix_registrations_email ON registrations (email);

CREATE INDEX ix_registrations_ip ON registrations (ip);

CREATE INDEX ix_registrations_partner_id ON registrations (partner_id);

CREATE TABLE ring_groups (
  id INTEGER NOT NULL,
  name TEXT NOT NULL,
  extension TEXT,
  strategy TEXT NOT NULL,
  ring_time INTEGER NOT NULL,
  enabled INTEGER NOT NULL,
  customer_id INTEGER NOT NULL,
  partner_id INTEGER,
  version INTEGER DEFAULT '1' NOT NULL,
  target_type TEXT NOT NULL,
  target_id INTEGER,
  target TEXT,
  CONSTRAINT pk_ring_groups PRIMARY KEY (id),
  CONSTRAINT fk_ring_groups_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_ring_groups_strategy_words CHECK (strategy IN ('ring all', 'linear', 'round robin', 'random')),
  CONSTRAINT ck_ring_groups_enabled_flag CHECK (enabled IN (0, 1)),
  CONSTRAINT ck_ring_groups_target_type_words CHECK (target_type IN ('user', 'ring group', 'ivr', 'queue', 'conference', 'voicemail', 'external number', 'sip trunk', 'sound', 'hang up', 'none'))
)
 STRICT;

CREATE INDEX ix_ring_groups_customer_id ON ring_groups (customer_id);

CREATE INDEX ix_ring_groups_partner_id ON ring_groups (partner_id);

CREATE TABLE routing_rules (
  id INTEGER NOT NULL,
  name TEXT NOT NULL,
  direction TEXT NOT NULL,
  priority INTEGER NOT NULL,
  time_condition TEXT,
  time_zone TEXT NOT NULL,
  caller_pattern TEXT,
  number_pattern TEXT,
  enabled INTEGER NOT NULL,
  customer_id INTEGER NOT NULL,
  partner_id INTEGER,
  version INTEGER DEFAULT '1' NOT NULL,
  target_type TEXT NOT NULL,
  target_id INTEGER,
  target TEXT,
  CONSTRAINT pk_routing_rules PRIMARY KEY (id),
  CONSTRAINT fk_routing_rules_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_routing_rules_direction_words CHECK (direction IN ('inbound', 'outbound')),
  CONSTRAINT ck_routing_rules_enabled_flag CHECK (enabled IN (0, 1)),
  CONSTRAINT ck_routing_rules_target_type_words CHECK (target_type IN ('user', 'ring group', 'ivr', 'queue', 'conference', 'voicemail', 'external number', 'sip trunk', 'sound', 'hang up', 'none'))
)
 STRICT;

CREATE INDEX ix_routing_rules_customer_id ON routing_rules (customer_id);

CREATE INDEX ix_routing_rules_partner_id ON routing_rules (partner_id);

CREATE TABLE saved_views (
  id INTEGER NOT NULL,
  operator_id INTEGER,
  screen TEXT NOT NULL,
  name TEXT NOT NULL,
  "query" TEXT NOT NULL,
  sort TEXT,
  columns TEXT,
  version INTEGER DEFAULT '1' NOT NULL,
  CONSTRAINT pk_saved_views PRIMARY KEY (id),
  CONSTRAINT uq_saved_views_operator_id_screen_name UNIQUE (operator_id, screen, name),
  CONSTRAINT fk_saved_views_operator_id FOREIGN KEY(operator_id) REFERENCES operators (id)
)
 STRICT;

CREATE TABLE sounds (
  id INTEGER NOT NULL,
  name TEXT NOT NULL,
  use TEXT NOT NULL,
  duration_ms INTEGER NOT NULL,
  size INTEGER NOT NULL,
  level INTEGER,
  adjusted INTEGER NOT NULL,
  content BLOB,
  waveform BLOB,
  created_at INTEGER NOT NULL,
  customer_id INTEGER NOT NULL,
  partner_id INTEGER,
  version INTEGER DEFAULT '1' NOT NULL,
  CONSTRAINT pk_sounds PRIMARY KEY (id),
  CONSTRAINT fk_sounds_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_sounds_use_words CHECK (use IN ('ivr', 'music on hold', 'queue')),
  CONSTRAINT ck_sounds_adjusted_flag CHECK (adjusted IN (0, 1))
)
 STRICT;

CREATE INDEX ix_sounds_customer_id ON sounds (customer_id);

CREATE INDEX ix_sounds_partner_id ON sounds (partner_id);

CREATE TABLE subscribers (
  id INTEGER NOT NULL,
  email TEXT NOT NULL,
  name TEXT,
  site TEXT NOT NULL,
  language TEXT NOT NULL,
  since INTEGER NOT NULL,
  unsubscribed_at INTEGER,
  customer_id INTEGER,
  partner_id INTEGER,
  version INTEGER DEFAULT '1' NOT NULL,
  CONSTRAINT pk_subscribers PRIMARY KEY (id),
  CONSTRAINT uq_subscribers_email_site UNIQUE (email, site),
  CONSTRAINT fk_subscribers_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id)
)
 STRICT;

CREATE INDEX ix_subscribers_customer_id ON subscribers (customer_id);

CREATE INDEX ix_subscribers_partner_id ON subscribers (partner_id);

CREATE INDEX ix_subscribers_since ON subscribers (since);

CREATE TABLE transactions (
  id INTEGER NOT NULL,
  at INTEGER NOT NULL,
  transaction_type TEXT NOT NULL,
  amount INTEGER NOT NULL,
  tax INTEGER NOT NULL,
  refunded INTEGER NOT NULL,
  currency TEXT NOT NULL,
  state TEXT NOT NULL,
  gateway TEXT,
  gateway_reference TEXT,
  gateway_answer_ciphertext BLOB,
  result TEXT,
  failure_code TEXT,
  refund_of_id INTEGER,
  invoice_number TEXT,
  billing_company TEXT,
  billing_contact TEXT,
  billing_street TEXT,
  billing_postcode TEXT,
  billing_city TEXT,
  billing_state TEXT,
  billing_country TEXT,
  billing_vat_number TEXT,
  idempotency_key TEXT,
  customer_id INTEGER NOT NULL,
  partner_id INTEGER,
  version INTEGER DEFAULT '1' NOT NULL,
  CONSTRAINT pk_transactions PRIMARY KEY (id),
  CONSTRAINT ck_transactions_refunded CHECK (refunded >= 0 AND refunded <= amount OR amount < 0),
  CONSTRAINT fk_transactions_refund_of_id FOREIGN KEY(refund_of_id) REFERENCES transactions (id),
  CONSTRAINT uq_transactions_invoice_number UNIQUE (invoice_number),
  CONSTRAINT uq_transactions_idempotency_key UNIQUE (idempotency_key),
  CONSTRAINT fk_transactions_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_transactions_transaction_type_words CHECK (transaction_type IN ('purchase', 'renewal', 'top-up', 'auto top-up', 'refund', 'adjustment')),
  CONSTRAINT ck_transactions_state_words CHECK (state IN ('pending', 'completed', 'failed', 'part refunded', 'refunded'))
)
 STRICT;

CREATE INDEX ix_transactions_at ON transactions (at);

CREATE INDEX ix_transactions_customer_id ON transactions (customer_id);

CREATE INDEX ix_transactions_partner_id ON transactions (partner_id);

CREATE INDEX ix_transactions_refund_of_id ON transactions (refund_of_id);

CREATE TABLE voicemails (
  id INTEGER NOT NULL,
  user_id INTEGER,
  mailbox TEXT NOT NULL,
  caller TEXT,
  caller_name TEXT,
  called TEXT,
  at INTEGER NOT NULL,
  duration INTEGER NOT NULL,
  folder TEXT NOT NULL,
  is_new INTEGER NOT NULL,
  customer_id INTEGER NOT NULL,
  partner_id INTEGER,
  CONSTRAINT pk_voicemails PRIMARY KEY (id),
  CONSTRAINT fk_voicemails_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_voicemails_folder_words CHECK (folder IN ('inbox', 'old', 'urgent', 'trash')),
  CONSTRAINT ck_voicemails_is_new_flag CHECK (is_new IN (0, 1))
)
 STRICT;

CREATE INDEX ix_voicemails_at ON voicemails (at);

CREATE INDEX ix_voicemails_customer_id ON voicemails (customer_id);

CREATE INDEX ix_voicemails_partner_id ON voicemails (partner_id);

CREATE INDEX ix_voicemails_user_id ON voicemails (user_id);

CREATE TABLE ivrs (
  id INTEGER NOT NULL,
  name TEXT NOT NULL,
  extension TEXT,
  welcome_sound_id INTEGER,
  timeout INTEGER NOT NULL,
  retries INTEGER NOT NULL,
  enabled INTEGER NOT NULL,
  customer_id INTEGER NOT NULL,
  partner_id INTEGER,
  version INTEGER DEFAULT '1' NOT NULL,
  CONSTRAINT pk_ivrs PRIMARY KEY (id),
  CONSTRAINT fk_ivrs_welcome_sound_id FOREIGN KEY(welcome_sound_id) REFERENCES sounds (id),
  CONSTRAINT fk_ivrs_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_ivrs_enabled_flag CHECK (enabled IN (0, 1))
)
 STRICT;

CREATE INDEX ix_ivrs_customer_id ON ivrs (customer_id);

CREATE INDEX ix_ivrs_partner_id ON ivrs (partner_id);

CREATE TABLE payments (
  id INTEGER NOT NULL,
  at INTEGER NOT NULL,
  payment_type TEXT NOT NULL,
  unique_payment_id TEXT NOT NULL,
  amount INTEGER NOT NULL,
  tax INTEGER NOT NULL,
  fee INTEGER NOT NULL,
  currency TEXT NOT NULL,
  card_id INTEGER,
  transaction_id INTEGER,
  gateway TEXT,
  gateway_reference TEXT,
  gateway_answer_ciphertext BLOB,
  state TEXT NOT NULL,
  refunded INTEGER NOT NULL,
  failure_code TEXT,
  idempotency_key TEXT,
  customer_id INTEGER NOT NULL,
  partner_id INTEGER,
  version INTEGER DEFAULT '1' NOT NULL,
  CONSTRAINT pk_payments PRIMARY KEY (id),
  CONSTRAINT ck_payments_refunded CHECK (refunded >= 0 AND refunded <= amount),
  CONSTRAINT uq_payments_unique_payment_id UNIQUE (unique_payment_id),
  CONSTRAINT fk_payments_card_id FOREIGN KEY(card_id) REFERENCES credit_cards (id),
  CONSTRAINT fk_payments_transaction_id FOREIGN KEY(transaction_id) REFERENCES transactions (id),
  CONSTRAINT uq_payments_idempotency_key UNIQUE (idempotency_key),
  CONSTRAINT fk_payments_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_payments_payment_type_words CHECK (payment_type IN ('card', 'bank transfer', 'paypal', 'manual')),
  CONSTRAINT ck_payments_state_words CHECK (state IN ('pending', 'completed', 'failed', 'part refunded', 'refunded'))
)
 STRICT;

CREATE INDEX ix_payments_at ON payments (at);

CREATE INDEX ix_payments_customer_id ON payments (customer_id);

CREATE INDEX ix_payments_gateway_reference ON payments (gateway_reference);

CREATE INDEX ix_payments_partner_id ON payments (partner_id);

CREATE INDEX ix_payments_transaction_id ON payments (transaction_id);

CREATE TABLE statement_entries (
  id INTEGER NOT NULL,
  at INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  kind TEXT NOT NULL,
  description TEXT NOT NULL,
  debit INTEGER NOT NULL,
  credit INTEGER NOT NULL,
  balance_before INTEGER NOT NULL,
  balance_after INTEGER NOT NULL,
  currency TEXT NOT NULL,
  cdr_id INTEGER,
  transaction_id INTEGER,
  customer_id INTEGER NOT NULL,
  partner_id INTEGER,
  CONSTRAINT pk_statement_entries PRIMARY KEY (id),
  CONSTRAINT ck_statement_entries_signs CHECK (debit >= 0 AND credit >= 0),
  CONSTRAINT ck_statement_entries_balance CHECK (balance_after = balance_before + credit - debit),
  CONSTRAINT uq_statement_entries_customer_id_sequence UNIQUE (customer_id, sequence),
  CONSTRAINT fk_statement_entries_transaction_id FOREIGN KEY(transaction_id) REFERENCES transactions (id),
  CONSTRAINT fk_statement_entries_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_statement_entries_kind_words CHECK (kind IN ('call', 'top-up', 'refund', 'ddi fee', 'adjustment'))
)
 STRICT;

CREATE INDEX ix_statement_entries_at ON statement_entries (at);

CREATE INDEX ix_statement_entries_customer_id ON statement_entries (customer_id);

CREATE INDEX ix_statement_entries_partner_id ON statement_entries (partner_id);

CREATE TABLE transaction_items (
  id INTEGER NOT NULL,
  transaction_id INTEGER NOT NULL,
  category TEXT NOT NULL,
  item_type TEXT NOT NULL,
  product_id INTEGER,
  description TEXT NOT NULL,
  quantity INTEGER NOT NULL,
  unit_price INTEGER NOT NULL,
  tax INTEGER NOT NULL,
  total INTEGER NOT NULL,
  refunded INTEGER NOT NULL,
  currency TEXT NOT NULL,
  period_from INTEGER,
  period_to INTEGER,
  customer_id INTEGER NOT NULL,
  partner_id INTEGER,
  version INTEGER DEFAULT '1' NOT NULL,
  CONSTRAINT pk_transaction_items PRIMARY KEY (id),
  CONSTRAINT ck_transaction_items_quantity CHECK (quantity > 0),
  CONSTRAINT ck_transaction_items_refunded CHECK (refunded >= 0 AND refunded <= total OR total < 0),
  CONSTRAINT fk_transaction_items_transaction_id FOREIGN KEY(transaction_id) REFERENCES transactions (id),
  CONSTRAINT fk_transaction_items_product_id FOREIGN KEY(product_id) REFERENCES products (id),
  CONSTRAINT fk_transaction_items_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_transaction_items_item_type_words CHECK (item_type IN ('subscription', 'ddi set-up', 'ddi monthly', 'credit', 'hardware', 'service'))
)
 STRICT;

CREATE INDEX ix_transaction_items_customer_id ON transaction_items (customer_id);

CREATE INDEX ix_transaction_items_partner_id ON transaction_items (partner_id);

CREATE INDEX ix_transaction_items_transaction_id ON transaction_items (transaction_id);

CREATE TABLE users (
  id INTEGER NOT NULL,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  extension TEXT,
  product_id INTEGER,
  role TEXT NOT NULL,
  state TEXT NOT NULL,
  sip_username TEXT NOT NULL,
  sip_domain TEXT NOT NULL,
  sip_password_ciphertext BLOB,
  password_hash TEXT,
  caller_id_number TEXT,
  mobile TEXT,
  department TEXT,
  job_title TEXT,
  language TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  voicemail_enabled INTEGER NOT NULL,
  call_recording INTEGER NOT NULL,
  international_calls INTEGER NOT NULL,
  call_waiting INTEGER NOT NULL,
  ring_time INTEGER NOT NULL,
  two_factor INTEGER NOT NULL,
  location_id INTEGER,
  last_login_at INTEGER,
  created_at INTEGER NOT NULL,
  customer_id INTEGER NOT NULL,
  partner_id INTEGER,
  version INTEGER DEFAULT '1' NOT NULL,
  CONSTRAINT pk_users PRIMARY KEY (id),
  CONSTRAINT uq_users_email UNIQUE (email),
  CONSTRAINT uq_users_sip_username_sip_domain UNIQUE (sip_username, sip_domain),
  CONSTRAINT uq_users_customer_id_extension UNIQUE (customer_id, extension),
  CONSTRAINT fk_users_product_id FOREIGN KEY(product_id) REFERENCES products (id),
  CONSTRAINT fk_users_location_id FOREIGN KEY(location_id) REFERENCES locations (id),
  CONSTRAINT fk_users_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_users_role_words CHECK (role IN ('user', 'manager', 'administrator')),
  CONSTRAINT ck_users_state_words CHECK (state IN ('invited', 'active', 'disabled', 'locked')),
  CONSTRAINT ck_users_voicemail_enabled_flag CHECK (voicemail_enabled IN (0, 1)),
  CONSTRAINT ck_users_call_recording_flag CHECK (call_recording IN (0, 1)),
  CONSTRAINT ck_users_international_calls_flag CHECK (international_calls IN (0, 1)),
  CONSTRAINT ck_users_call_waiting_flag CHECK (call_waiting IN (0, 1)),
  CONSTRAINT ck_users_two_factor_flag CHECK (two_factor IN (0, 1))
)
 STRICT;

CREATE INDEX ix_users_customer_id ON users (customer_id);

CREATE INDEX ix_users_folded_name ON users (lower(name));

CREATE INDEX ix_users_name ON users (name);

CREATE INDEX ix_users_partner_id ON users (partner_id);

CREATE INDEX ix_users_product_id ON users (product_id);

CREATE TABLE basket_items (
  id INTEGER NOT NULL,
  product_id INTEGER,
  item_type TEXT NOT NULL,
  unique_item_id TEXT NOT NULL,
  description TEXT NOT NULL,
  price INTEGER NOT NULL,
  currency TEXT NOT NULL,
  due_at INTEGER,
  hidden_until INTEGER,
  state TEXT NOT NULL,
  payment_id INTEGER,
  created_at INTEGER NOT NULL,
  customer_id INTEGER NOT NULL,
  partner_id INTEGER,
  version INTEGER DEFAULT '1' NOT NULL,
  CONSTRAINT pk_basket_items PRIMARY KEY (id),
  CONSTRAINT fk_basket_items_product_id FOREIGN KEY(product_id) REFERENCES products (id),
  CONSTRAINT uq_basket_items_unique_item_id UNIQUE (unique_item_id),
  CONSTRAINT fk_basket_items_payment_id FOREIGN KEY(payment_id) REFERENCES payments (id),
  CONSTRAINT fk_basket_items_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_basket_items_item_type_words CHECK (item_type IN ('subscription', 'ddi set-up', 'ddi monthly', 'credit', 'hardware', 'service')),
  CONSTRAINT ck_basket_items_state_words CHECK (state IN ('hidden', 'due', 'attached', 'paid'))
)
 STRICT;

CREATE INDEX ix_basket_items_customer_id ON basket_items (customer_id);

CREATE INDEX ix_basket_items_due_at ON basket_items (due_at);

CREATE INDEX ix_basket_items_partner_id ON basket_items (partner_id);

CREATE INDEX ix_basket_items_payment_id ON basket_items (payment_id);

CREATE TABLE chats (
  id INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  web_site TEXT,
  operator_name TEXT,
  user_id INTEGER,
  visitor_name TEXT,
  email TEXT,
  ip TEXT,
  country TEXT,
  city TEXT,
  user_agent TEXT,
  referrer TEXT,
  duration INTEGER NOT NULL,
  messages INTEGER NOT NULL,
  state TEXT NOT NULL,
  text_ciphertext BLOB,
  customer_id INTEGER NOT NULL,
  partner_id INTEGER,
  CONSTRAINT pk_chats PRIMARY KEY (id),
  CONSTRAINT fk_chats_user_id FOREIGN KEY(user_id) REFERENCES users (id),
  CONSTRAINT fk_chats_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_chats_state_words CHECK (state IN ('waiting', 'open', 'closed', 'missed'))
)
 STRICT;

CREATE INDEX ix_chats_customer_id ON chats (customer_id);

CREATE INDEX ix_chats_ip ON chats (ip);

CREATE INDEX ix_chats_partner_id ON chats (partner_id);

CREATE INDEX ix_chats_started_at ON chats (started_at);

CREATE TABLE customer_phones (
  id INTEGER NOT NULL,
  user_id INTEGER,
  phone_model_id INTEGER NOT NULL,
  mac TEXT NOT NULL,
  vendor TEXT,
  firmware TEXT,
  last_provisioned_at INTEGER,
  last_provisioned_ip TEXT,
  last_provisioned_agent TEXT,
  created_at INTEGER NOT NULL,
  customer_id INTEGER NOT NULL,
  partner_id INTEGER,
  version INTEGER DEFAULT '1' NOT NULL,
  CONSTRAINT pk_customer_phones PRIMARY KEY (id),
  CONSTRAINT ck_customer_phones_mac CHECK (length(mac) = 12 AND mac = lower(mac)),
  CONSTRAINT fk_customer_phones_user_id FOREIGN KEY(user_id) REFERENCES users (id),
  CONSTRAINT fk_customer_phones_phone_model_id FOREIGN KEY(phone_model_id) REFERENCES phone_models (id),
  CONSTRAINT uq_customer_phones_mac UNIQUE (mac),
  CONSTRAINT fk_customer_phones_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id)
)
 STRICT;

CREATE INDEX ix_customer_phones_customer_id ON customer_phones (customer_id);

CREATE INDEX ix_customer_phones_partner_id ON customer_phones (partner_id);

CREATE INDEX ix_customer_phones_phone_model_id ON customer_phones (phone_model_id);

CREATE INDEX ix_customer_phones_user_id ON customer_phones (user_id);

CREATE TABLE ddis (
  id INTEGER NOT NULL,
  number TEXT NOT NULL,
  country TEXT NOT NULL,
  area TEXT,
  route_type TEXT NOT NULL,
  target_id INTEGER,
  target TEXT,
  user_id INTEGER,
  price_list_entry_id INTEGER,
  setup_fee INTEGER NOT NULL,
  monthly_fee INTEGER NOT NULL,
  currency TEXT,
  in_unlimited_plan INTEGER NOT NULL,
  special_case INTEGER NOT NULL,
  billing_starts_at INTEGER,
  state TEXT NOT NULL,
  quarantined_until INTEGER,
  created_at INTEGER NOT NULL,
  customer_id INTEGER,
  partner_id INTEGER,
  version INTEGER DEFAULT '1' NOT NULL,
  CONSTRAINT pk_ddis PRIMARY KEY (id),
  CONSTRAINT ck_ddis_active CHECK (state <> 'active' OR customer_id IS NOT NULL),
  CONSTRAINT uq_ddis_number UNIQUE (number),
  CONSTRAINT fk_ddis_user_id FOREIGN KEY(user_id) REFERENCES users (id),
  CONSTRAINT fk_ddis_price_list_entry_id FOREIGN KEY(price_list_entry_id) REFERENCES price_list_entries (id),
  CONSTRAINT fk_ddis_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_ddis_route_type_words CHECK (route_type IN ('user', 'ring group', 'ivr', 'queue', 'conference', 'voicemail', 'external number', 'sip trunk', 'sound', 'hang up', 'none')),
  CONSTRAINT ck_ddis_in_unlimited_plan_flag CHECK (in_unlimited_plan IN (0, 1)),
  CONSTRAINT ck_ddis_special_case_flag CHECK (special_case IN (0, 1)),
  CONSTRAINT ck_ddis_state_words CHECK (state IN ('free', 'reserved', 'active', 'quarantined'))
)
 STRICT;

CREATE INDEX ix_ddis_country ON ddis (country);

CREATE INDEX ix_ddis_customer_id ON ddis (customer_id);

CREATE INDEX ix_ddis_partner_id ON ddis (partner_id);

CREATE INDEX ix_ddis_user_id ON ddis (user_id);

CREATE TABLE ivr_entries (
  id INTEGER NOT NULL,
  ivr_id INTEGER NOT NULL,
  digit TEXT NOT NULL,
  customer_id INTEGER NOT NULL,
  partner_id INTEGER,
  version INTEGER DEFAULT '1' NOT NULL,
  target_type TEXT NOT NULL,
  target_id INTEGER,
  target TEXT,
  CONSTRAINT pk_ivr_entries PRIMARY KEY (id),
  CONSTRAINT uq_ivr_entries_ivr_id_digit UNIQUE (ivr_id, digit),
  CONSTRAINT fk_ivr_entries_ivr_id FOREIGN KEY(ivr_id) REFERENCES ivrs (id),
  CONSTRAINT fk_ivr_entries_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_ivr_entries_target_type_words CHECK (target_type IN ('user', 'ring group', 'ivr', 'queue', 'conference', 'voicemail', 'external number', 'sip trunk', 'sound', 'hang up', 'none'))
)
 STRICT;

CREATE INDEX ix_ivr_entries_customer_id ON ivr_entries (customer_id);

CREATE INDEX ix_ivr_entries_partner_id ON ivr_entries (partner_id);

CREATE TABLE login_links (
  id INTEGER NOT NULL,
  user_id INTEGER NOT NULL,
  operator_id INTEGER NOT NULL,
  token_hash BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER,
  customer_id INTEGER NOT NULL,
  partner_id INTEGER,
  CONSTRAINT pk_login_links PRIMARY KEY (id),
  CONSTRAINT fk_login_links_user_id FOREIGN KEY(user_id) REFERENCES users (id),
  CONSTRAINT fk_login_links_operator_id FOREIGN KEY(operator_id) REFERENCES operators (id),
  CONSTRAINT uq_login_links_token_hash UNIQUE (token_hash),
  CONSTRAINT fk_login_links_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id)
)
 STRICT;

CREATE INDEX ix_login_links_customer_id ON login_links (customer_id);

CREATE INDEX ix_login_links_partner_id ON login_links (partner_id);

CREATE TABLE pickup_group_members (
  id INTEGER NOT NULL,
  pickup_group_id INTEGER NOT NULL,
  user_id INTEGER NOT NULL,
  customer_id INTEGER NOT NULL,
  partner_id INTEGER,
  CONSTRAINT pk_pickup_group_members PRIMARY KEY (id),
  CONSTRAINT uq_pickup_group_members_pickup_group_id_user_id UNIQUE (pickup_group_id, user_id),
  CONSTRAINT fk_pickup_group_members_pickup_group_id FOREIGN KEY(pickup_group_id) REFERENCES pickup_groups (id),
  CONSTRAINT fk_pickup_group_members_user_id FOREIGN KEY(user_id) REFERENCES users (id),
  CONSTRAINT fk_pickup_group_members_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id)
)
 STRICT;

CREATE INDEX ix_pickup_group_members_customer_id ON pickup_group_members (customer_id);

CREATE INDEX ix_pickup_group_members_partner_id ON pickup_group_members (partner_id);

CREATE INDEX ix_pickup_group_members_user_id ON pickup_group_members (user_id);

CREATE TABLE ring_group_members (
  id INTEGER NOT NULL,
  ring_group_id INTEGER NOT NULL,
  user_id INTEGER NOT NULL,
  position INTEGER NOT NULL,
  customer_id INTEGER NOT NULL,
  partner_id INTEGER,
  CONSTRAINT pk_ring_group_members PRIMARY KEY (id),
  CONSTRAINT uq_ring_group_members_ring_group_id_user_id UNIQUE (ring_group_id, user_id),
  CONSTRAINT fk_ring_group_members_ring_group_id FOREIGN KEY(ring_group_id) REFERENCES ring_groups (id),
  CONSTRAINT fk_ring_group_members_user_id FOREIGN KEY(user_id) REFERENCES users (id),
  CONSTRAINT fk_ring_group_members_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id)
)
 STRICT;

CREATE INDEX ix_ring_group_members_customer_id ON ring_group_members (customer_id);

CREATE INDEX ix_ring_group_members_partner_id ON ring_group_members (partner_id);

CREATE INDEX ix_ring_group_members_user_id ON ring_group_members (user_id);

CREATE TABLE tickets (
  id INTEGER NOT NULL,
  number TEXT NOT NULL,
  subject TEXT NOT NULL,
  requester_name TEXT,
  requester_email TEXT,
  user_id INTEGER,
  agent_id INTEGER,
  priority TEXT NOT NULL,
  priority_rank INTEGER NOT NULL,
  state TEXT NOT NULL,
  channel TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  snoozed_until INTEGER,
  first_answer_due_at INTEGER,
  first_answered_at INTEGER,
  solution_due_at INTEGER,
  sla_due_at INTEGER,
  sla_paused_since INTEGER,
  sla_paused_seconds INTEGER NOT NULL,
  solved_at INTEGER,
  closed_at INTEGER,
  last_update_at INTEGER NOT NULL,
  last_update_by TEXT,
  merged_into_id INTEGER,
  split_from_id INTEGER,
  cdr_id INTEGER,
  aor TEXT,
  payment_id INTEGER,
  customer_id INTEGER,
  partner_id INTEGER,
  version INTEGER DEFAULT '1' NOT NULL,
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
)
 STRICT;

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
  id INTEGER NOT NULL,
  user_id INTEGER NOT NULL,
  at INTEGER NOT NULL,
  presence TEXT NOT NULL,
  detail TEXT,
  ip TEXT,
  customer_id INTEGER,
  partner_id INTEGER,
  CONSTRAINT pk_user_statuses PRIMARY KEY (id),
  CONSTRAINT fk_user_statuses_user_id FOREIGN KEY(user_id) REFERENCES users (id),
  CONSTRAINT fk_user_statuses_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_user_statuses_presence_words CHECK (presence IN ('available', 'busy', 'away', 'do not disturb', 'offline'))
)
 STRICT;

CREATE INDEX ix_user_statuses_customer_id ON user_statuses (customer_id);

CREATE INDEX ix_user_statuses_partner_id ON user_statuses (partner_id);

CREATE INDEX ix_user_statuses_user_id_at ON user_statuses (user_id, at);

CREATE TABLE web_sessions (
  id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  user_id INTEGER,
  user_name TEXT NOT NULL,
  token_hash BLOB,
  ip TEXT,
  country TEXT,
  page TEXT,
  user_agent TEXT,
  started_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  customer_id INTEGER,
  partner_id INTEGER,
  CONSTRAINT pk_web_sessions PRIMARY KEY (id),
  CONSTRAINT fk_web_sessions_user_id FOREIGN KEY(user_id) REFERENCES users (id),
  CONSTRAINT fk_web_sessions_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_web_sessions_kind_words CHECK (kind IN ('frontend', 'partners'))
)
 STRICT;

CREATE INDEX ix_web_sessions_customer_id ON web_sessions (customer_id);

CREATE INDEX ix_web_sessions_ip ON web_sessions (ip);

CREATE INDEX ix_web_sessions_last_seen_at ON web_sessions (last_seen_at);

CREATE INDEX ix_web_sessions_partner_id ON web_sessions (partner_id);

CREATE INDEX ix_web_sessions_started_at ON web_sessions (started_at);

CREATE INDEX ix_web_sessions_user_id ON web_sessions (user_id);

CREATE TABLE ticket_messages (
  id INTEGER NOT NULL,
  ticket_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  author_id INTEGER,
  author TEXT NOT NULL,
  body TEXT NOT NULL,
  at INTEGER NOT NULL,
  facts TEXT,
  customer_id INTEGER,
  partner_id INTEGER,
  CONSTRAINT pk_ticket_messages PRIMARY KEY (id),
  CONSTRAINT fk_ticket_messages_ticket_id FOREIGN KEY(ticket_id) REFERENCES tickets (id),
  CONSTRAINT fk_ticket_messages_author_id FOREIGN KEY(author_id) REFERENCES operators (id),
  CONSTRAINT fk_ticket_messages_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_ticket_messages_kind_words CHECK (kind IN ('customer', 'reply', 'note', 'event'))
)
 STRICT;

CREATE INDEX ix_ticket_messages_customer_id ON ticket_messages (customer_id);

CREATE INDEX ix_ticket_messages_partner_id ON ticket_messages (partner_id);

CREATE INDEX ix_ticket_messages_ticket_id_at ON ticket_messages (ticket_id, at);

CREATE TABLE ticket_tags (
  id INTEGER NOT NULL,
  ticket_id INTEGER NOT NULL,
  tag TEXT NOT NULL,
  customer_id INTEGER,
  partner_id INTEGER,
  CONSTRAINT pk_ticket_tags PRIMARY KEY (id),
  CONSTRAINT uq_ticket_tags_ticket_id_tag UNIQUE (ticket_id, tag),
  CONSTRAINT fk_ticket_tags_ticket_id FOREIGN KEY(ticket_id) REFERENCES tickets (id),
  CONSTRAINT fk_ticket_tags_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id)
)
 STRICT;

CREATE INDEX ix_ticket_tags_customer_id ON ticket_tags (customer_id);

CREATE INDEX ix_ticket_tags_partner_id ON ticket_tags (partner_id);

CREATE INDEX ix_ticket_tags_tag ON ticket_tags (tag);

CREATE TABLE ticket_viewers (
  id INTEGER NOT NULL,
  ticket_id INTEGER NOT NULL,
  operator_id INTEGER NOT NULL,
  typing INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  CONSTRAINT pk_ticket_viewers PRIMARY KEY (id),
  CONSTRAINT uq_ticket_viewers_ticket_id_operator_id UNIQUE (ticket_id, operator_id),
  CONSTRAINT fk_ticket_viewers_ticket_id FOREIGN KEY(ticket_id) REFERENCES tickets (id),
  CONSTRAINT fk_ticket_viewers_operator_id FOREIGN KEY(operator_id) REFERENCES operators (id),
  CONSTRAINT ck_ticket_viewers_typing_flag CHECK (typing IN (0, 1))
)
 STRICT;

CREATE TABLE ticket_attachments (
  id INTEGER NOT NULL,
  message_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  content BLOB NOT NULL,
  customer_id INTEGER,
  partner_id INTEGER,
  CONSTRAINT pk_ticket_attachments PRIMARY KEY (id),
  CONSTRAINT fk_ticket_attachments_message_id FOREIGN KEY(message_id) REFERENCES ticket_messages (id),
  CONSTRAINT fk_ticket_attachments_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id)
)
 STRICT;

CREATE INDEX ix_ticket_attachments_customer_id ON ticket_attachments (customer_id);

CREATE INDEX ix_ticket_attachments_message_id ON ticket_attachments (message_id);

CREATE INDEX ix_ticket_attachments_partner_id ON ticket_attachments (partner_id);

CREATE VIRTUAL TABLE cdr_trigrams USING fts5(numbers, tokenize='trigram', content='', detail=none, columnsize=0);

CREATE TRIGGER cdr_trigrams_insert AFTER INSERT ON cdrs BEGIN INSERT INTO cdr_trigrams(rowid, numbers) VALUES (new.id, coalesce(new.source_number, '') || '|' || coalesce(new.destination_number, '')); END;

CREATE TRIGGER cdr_trigrams_delete AFTER DELETE ON cdrs BEGIN INSERT INTO cdr_trigrams(cdr_trigrams, rowid, numbers) VALUES ('delete', old.id, coalesce(old.source_number, '') || '|' || coalesce(old.destination_number, '')); END;

CREATE TRIGGER cdr_trigrams_update AFTER UPDATE OF source_number, destination_number ON cdrs BEGIN INSERT INTO cdr_trigrams(cdr_trigrams, rowid, numbers) VALUES ('delete', old.id, coalesce(old.source_number, '') || '|' || coalesce(old.destination_number, '')); INSERT INTO cdr_trigrams(rowid, numbers) VALUES (new.id, coalesce(new.source_number, '') || '|' || coalesce(new.destination_number, '')); END;


CREATE TABLE pending_ddi_numbers (
  id BIGSERIAL NOT NULL,
  order_id BIGINT NOT NULL,
  number TEXT COLLATE "C" NOT NULL,
  state VARCHAR COLLATE "C" NOT NULL,
  documents_missing TEXT COLLATE "C",
  acting_party VARCHAR COLLATE "C",
  required_action TEXT COLLATE "C",
  agreed_at TIMESTAMP WITH TIME ZONE,
  reason TEXT COLLATE "C",
  route_type VARCHAR COLLATE "C" NOT NULL,
  target_id BIGINT,
  target TEXT COLLATE "C",
  price_list_entry_id BIGINT,
  ddi_id BIGINT,
  activated_at TIMESTAMP WITH TIME ZONE,
  changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
  customer_id BIGINT NOT NULL,
  partner_id BIGINT,
  version BIGINT DEFAULT '1' NOT NULL,
  CONSTRAINT pk_pending_ddi_numbers PRIMARY KEY (id),
  CONSTRAINT uq_pending_ddi_numbers_order_id_number UNIQUE (order_id, number),
  CONSTRAINT fk_pending_ddi_numbers_order_id FOREIGN KEY(order_id) REFERENCES pending_ddis (id),
  CONSTRAINT fk_pending_ddi_numbers_price_list_entry_id FOREIGN KEY(price_list_entry_id) REFERENCES price_list_entries (id),
  CONSTRAINT fk_pending_ddi_numbers_ddi_id FOREIGN KEY(ddi_id) REFERENCES ddis (id),
  CONSTRAINT fk_pending_ddi_numbers_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_pending_ddi_numbers_state_words CHECK (state IN ('draft', 'submitted', 'in process', 'exception', 'date confirmed', 'activated', 'cancelled')),
  CONSTRAINT ck_pending_ddi_numbers_acting_party_words CHECK (acting_party IN ('us', 'customer', 'losing carrier', 'number supplier')),
  CONSTRAINT ck_pending_ddi_numbers_route_type_words CHECK (route_type IN ('user', 'ring group', 'ivr', 'queue', 'conference', 'voicemail', 'external number', 'sip trunk', 'sound', 'hang up', 'none'))
);

CREATE INDEX ix_pending_ddi_numbers_customer_id ON pending_ddi_numbers (customer_id);

CREATE INDEX ix_pending_ddi_numbers_number ON pending_ddi_numbers (number);

CREATE INDEX ix_pending_ddi_numbers_partner_id ON pending_ddi_numbers (partner_id);

ALTER TABLE ddis ADD COLUMN pattern_reason TEXT COLLATE "C";

INSERT INTO pending_ddi_numbers
  (order_id, number, state, documents_missing, required_action, agreed_at, reason, route_type, changed_at, customer_id, partner_id)
SELECT DISTINCT o.id, n.number, o.state, o.documents_missing, o.required_action, o.agreed_at, o.rejected_reason, 'none',
  o.created_at, o.customer_id, o.partner_id
FROM pending_ddis o, json_array_elements_text(
  CASE WHEN o.numbers ~ '^\[("[^"\\]*"(, *"[^"\\]*")*)?\]$' THEN o.numbers ELSE '[]' END::json) n(number);

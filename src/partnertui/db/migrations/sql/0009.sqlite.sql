CREATE TABLE pending_ddi_numbers (
  id INTEGER NOT NULL,
  order_id INTEGER NOT NULL,
  number TEXT NOT NULL,
  state TEXT NOT NULL,
  documents_missing TEXT,
  acting_party TEXT,
  required_action TEXT,
  agreed_at INTEGER,
  reason TEXT,
  route_type TEXT NOT NULL,
  target_id INTEGER,
  target TEXT,
  price_list_entry_id INTEGER,
  ddi_id INTEGER,
  activated_at INTEGER,
  changed_at INTEGER NOT NULL,
  customer_id INTEGER NOT NULL,
  partner_id INTEGER,
  version INTEGER DEFAULT '1' NOT NULL,
  CONSTRAINT pk_pending_ddi_numbers PRIMARY KEY (id),
  CONSTRAINT uq_pending_ddi_numbers_order_id_number UNIQUE (order_id, number),
  CONSTRAINT fk_pending_ddi_numbers_order_id FOREIGN KEY(order_id) REFERENCES pending_ddis (id),
  CONSTRAINT fk_pending_ddi_numbers_price_list_entry_id FOREIGN KEY(price_list_entry_id) REFERENCES price_list_entries (id),
  CONSTRAINT fk_pending_ddi_numbers_ddi_id FOREIGN KEY(ddi_id) REFERENCES ddis (id),
  CONSTRAINT fk_pending_ddi_numbers_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_pending_ddi_numbers_state_words CHECK (state IN ('draft', 'submitted', 'in process', 'exception', 'date confirmed', 'activated', 'cancelled')),
  CONSTRAINT ck_pending_ddi_numbers_acting_party_words CHECK (acting_party IN ('us', 'customer', 'losing carrier', 'number supplier')),
  CONSTRAINT ck_pending_ddi_numbers_route_type_words CHECK (route_type IN ('user', 'ring group', 'ivr', 'queue', 'conference', 'voicemail', 'external number', 'sip trunk', 'sound', 'hang up', 'none'))
)
 STRICT;

CREATE INDEX ix_pending_ddi_numbers_customer_id ON pending_ddi_numbers (customer_id);

CREATE INDEX ix_pending_ddi_numbers_number ON pending_ddi_numbers (number);

CREATE INDEX ix_pending_ddi_numbers_partner_id ON pending_ddi_numbers (partner_id);

ALTER TABLE ddis ADD COLUMN pattern_reason TEXT;

INSERT INTO pending_ddi_numbers
  (order_id, number, state, documents_missing, required_action, agreed_at, reason, route_type, changed_at, customer_id, partner_id)
SELECT DISTINCT o.id, n.value, o.state, o.documents_missing, o.required_action, o.agreed_at, o.rejected_reason, 'none',
  o.created_at, o.customer_id, o.partner_id
FROM pending_ddis o, json_each(CASE WHEN json_valid(o.numbers) THEN o.numbers ELSE '[]' END) n
WHERE n.type = 'text';

CREATE TABLE invoice_counters (
  id INTEGER NOT NULL,
  seller_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  year INTEGER NOT NULL,
  last INTEGER NOT NULL,
  CONSTRAINT pk_invoice_counters PRIMARY KEY (id),
  CONSTRAINT uq_invoice_counters_seller_id_kind_year UNIQUE (seller_id, kind, year),
  CONSTRAINT ck_invoice_counters_last CHECK (last >= 0),
  CONSTRAINT ck_invoice_counters_kind_words CHECK (kind IN ('invoice', 'credit note'))
)
 STRICT;

CREATE TABLE invoice_logos (
  id INTEGER NOT NULL,
  digest TEXT NOT NULL,
  content BLOB NOT NULL,
  CONSTRAINT pk_invoice_logos PRIMARY KEY (id),
  CONSTRAINT uq_invoice_logos_digest UNIQUE (digest)
)
 STRICT;

CREATE TABLE invoices (
  id INTEGER NOT NULL,
  transaction_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  seller_id INTEGER NOT NULL,
  year INTEGER NOT NULL,
  sequence INTEGER,
  number TEXT NOT NULL,
  issued_at INTEGER NOT NULL,
  credits_id INTEGER,
  logo_id INTEGER,
  snapshot TEXT NOT NULL,
  customer_id INTEGER NOT NULL,
  partner_id INTEGER,
  CONSTRAINT pk_invoices PRIMARY KEY (id),
  CONSTRAINT uq_invoices_seller_id_number UNIQUE (seller_id, number),
  CONSTRAINT uq_invoices_seller_id_kind_year_sequence UNIQUE (seller_id, kind, year, sequence),
  CONSTRAINT ck_invoices_sequence CHECK (sequence > 0),
  CONSTRAINT uq_invoices_transaction_id UNIQUE (transaction_id),
  CONSTRAINT fk_invoices_transaction_id FOREIGN KEY(transaction_id) REFERENCES transactions (id),
  CONSTRAINT fk_invoices_credits_id FOREIGN KEY(credits_id) REFERENCES invoices (id),
  CONSTRAINT fk_invoices_logo_id FOREIGN KEY(logo_id) REFERENCES invoice_logos (id),
  CONSTRAINT fk_invoices_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_invoices_kind_words CHECK (kind IN ('invoice', 'credit note'))
)
 STRICT;

CREATE INDEX ix_invoices_credits_id ON invoices (credits_id);

CREATE INDEX ix_invoices_customer_id ON invoices (customer_id);

CREATE INDEX ix_invoices_partner_id ON invoices (partner_id);

ALTER TABLE partners ADD COLUMN street TEXT;

ALTER TABLE partners ADD COLUMN postcode TEXT;

ALTER TABLE partners ADD COLUMN city TEXT;

ALTER TABLE partners ADD COLUMN vat_number TEXT;

ALTER TABLE partners ADD COLUMN registration TEXT;

ALTER TABLE partners ADD COLUMN bank_name TEXT;

ALTER TABLE partners ADD COLUMN iban TEXT;

ALTER TABLE partners ADD COLUMN bic TEXT;

ALTER TABLE partners ADD COLUMN invoice_prefix TEXT;

ALTER TABLE partners ADD COLUMN logo_id INTEGER
  CONSTRAINT fk_partners_logo_id REFERENCES invoice_logos (id);

CREATE UNIQUE INDEX ix_partners_invoice_prefix ON partners (invoice_prefix);

ALTER TABLE transaction_items ADD COLUMN unit TEXT;

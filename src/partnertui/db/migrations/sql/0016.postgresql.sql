CREATE TABLE invoice_counters (
  id BIGSERIAL NOT NULL,
  seller_id BIGINT NOT NULL,
  kind VARCHAR COLLATE "C" NOT NULL,
  year BIGINT NOT NULL,
  last BIGINT NOT NULL,
  CONSTRAINT pk_invoice_counters PRIMARY KEY (id),
  CONSTRAINT uq_invoice_counters_seller_id_kind_year UNIQUE (seller_id, kind, year),
  CONSTRAINT ck_invoice_counters_last CHECK (last >= 0),
  CONSTRAINT ck_invoice_counters_kind_words CHECK (kind IN ('invoice', 'credit note'))
);

CREATE TABLE invoice_logos (
  id BIGSERIAL NOT NULL,
  digest TEXT COLLATE "C" NOT NULL,
  content BYTEA NOT NULL,
  CONSTRAINT pk_invoice_logos PRIMARY KEY (id),
  CONSTRAINT uq_invoice_logos_digest UNIQUE (digest)
);

CREATE TABLE invoices (
  id BIGSERIAL NOT NULL,
  transaction_id BIGINT NOT NULL,
  kind VARCHAR COLLATE "C" NOT NULL,
  seller_id BIGINT NOT NULL,
  year BIGINT NOT NULL,
  sequence BIGINT,
  number TEXT COLLATE "C" NOT NULL,
  issued_at TIMESTAMP WITH TIME ZONE NOT NULL,
  credits_id BIGINT,
  logo_id BIGINT,
  snapshot TEXT NOT NULL,
  customer_id BIGINT NOT NULL,
  partner_id BIGINT,
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
);

CREATE INDEX ix_invoices_credits_id ON invoices (credits_id);

CREATE INDEX ix_invoices_customer_id ON invoices (customer_id);

CREATE INDEX ix_invoices_partner_id ON invoices (partner_id);

ALTER TABLE partners ADD COLUMN street TEXT COLLATE "C";

ALTER TABLE partners ADD COLUMN postcode TEXT COLLATE "C";

ALTER TABLE partners ADD COLUMN city TEXT COLLATE "C";

ALTER TABLE partners ADD COLUMN vat_number TEXT COLLATE "C";

ALTER TABLE partners ADD COLUMN registration TEXT COLLATE "C";

ALTER TABLE partners ADD COLUMN bank_name TEXT COLLATE "C";

ALTER TABLE partners ADD COLUMN iban TEXT COLLATE "C";

ALTER TABLE partners ADD COLUMN bic TEXT COLLATE "C";

ALTER TABLE partners ADD COLUMN invoice_prefix TEXT COLLATE "C";

ALTER TABLE partners ADD COLUMN logo_id BIGINT
  CONSTRAINT fk_partners_logo_id REFERENCES invoice_logos (id);

CREATE UNIQUE INDEX ix_partners_invoice_prefix ON partners (invoice_prefix);

ALTER TABLE transaction_items ADD COLUMN unit TEXT COLLATE "C";

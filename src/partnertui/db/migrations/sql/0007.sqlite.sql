ALTER TABLE customers ADD COLUMN vat_state TEXT DEFAULT 'unknown' NOT NULL CONSTRAINT ck_customers_vat_state_words CHECK (vat_state IN ('valid', 'invalid', 'unknown'));

ALTER TABLE customers ADD COLUMN vat_answered_at INTEGER;

ALTER TABLE customers ADD COLUMN vat_asked_at INTEGER;

ALTER TABLE customers ADD COLUMN vat_answer TEXT;

CREATE INDEX ix_payments_customer_id_at ON payments (customer_id, at);

CREATE INDEX ix_statement_entries_customer_id_at ON statement_entries (customer_id, at);

ALTER TABLE customers ADD COLUMN vat_state VARCHAR COLLATE "C" DEFAULT 'unknown' NOT NULL;

ALTER TABLE customers ADD CONSTRAINT ck_customers_vat_state_words CHECK (vat_state IN ('valid', 'invalid', 'unknown'));

ALTER TABLE customers ADD COLUMN vat_answered_at TIMESTAMP WITH TIME ZONE;

ALTER TABLE customers ADD COLUMN vat_asked_at TIMESTAMP WITH TIME ZONE;

ALTER TABLE customers ADD COLUMN vat_answer TEXT COLLATE "C";

CREATE INDEX ix_payments_customer_id_at ON payments (customer_id, at);

CREATE INDEX ix_statement_entries_customer_id_at ON statement_entries (customer_id, at);

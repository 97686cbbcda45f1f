CREATE TABLE answer_readings (
  id INTEGER NOT NULL,
  object_table TEXT NOT NULL,
  object_id INTEGER NOT NULL,
  operator_id INTEGER NOT NULL,
  reason TEXT NOT NULL,
  requested_in TEXT NOT NULL,
  requested_at INTEGER NOT NULL,
  read_at INTEGER,
  customer_id INTEGER NOT NULL,
  partner_id INTEGER,
  CONSTRAINT pk_answer_readings PRIMARY KEY (id),
  CONSTRAINT fk_answer_readings_operator_id FOREIGN KEY(operator_id) REFERENCES operators (id),
  CONSTRAINT fk_answer_readings_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id)
) STRICT;

CREATE INDEX ix_answer_readings_customer_id ON answer_readings (customer_id);

CREATE INDEX ix_answer_readings_object ON answer_readings (object_table, object_id);

CREATE INDEX ix_answer_readings_partner_id ON answer_readings (partner_id);

CREATE TABLE refunds (
  id INTEGER NOT NULL,
  transaction_id INTEGER NOT NULL,
  payment_id INTEGER,
  amount INTEGER NOT NULL,
  currency TEXT NOT NULL,
  gateway TEXT NOT NULL,
  state TEXT NOT NULL,
  gateway_reference TEXT,
  gateway_answer_ciphertext BLOB,
  failure_code TEXT,
  result TEXT,
  idempotency_key TEXT NOT NULL,
  reason TEXT NOT NULL,
  requested_by_id INTEGER NOT NULL,
  requested_at INTEGER NOT NULL,
  approved_by_id INTEGER,
  approved_at INTEGER,
  sent_at INTEGER,
  finished_at INTEGER,
  customer_id INTEGER NOT NULL,
  partner_id INTEGER,
  version INTEGER DEFAULT '1' NOT NULL,
  CONSTRAINT pk_refunds PRIMARY KEY (id),
  CONSTRAINT ck_refunds_amount CHECK (amount > 0),
  CONSTRAINT ck_refunds_second_person CHECK (approved_by_id <> requested_by_id),
  CONSTRAINT fk_refunds_transaction_id FOREIGN KEY(transaction_id) REFERENCES transactions (id),
  CONSTRAINT fk_refunds_payment_id FOREIGN KEY(payment_id) REFERENCES payments (id),
  CONSTRAINT uq_refunds_idempotency_key UNIQUE (idempotency_key),
  CONSTRAINT fk_refunds_requested_by_id FOREIGN KEY(requested_by_id) REFERENCES operators (id),
  CONSTRAINT fk_refunds_approved_by_id FOREIGN KEY(approved_by_id) REFERENCES operators (id),
  CONSTRAINT fk_refunds_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT ck_refunds_state_words CHECK (state IN ('waiting for approval', 'pending', 'by hand', 'unknown', 'completed', 'failed', 'rejected'))
) STRICT;

CREATE INDEX ix_refunds_customer_id ON refunds (customer_id);

CREATE INDEX ix_refunds_partner_id ON refunds (partner_id);

CREATE INDEX ix_refunds_payment_id ON refunds (payment_id);

CREATE INDEX ix_refunds_requested_at ON refunds (requested_at);

CREATE INDEX ix_refunds_state ON refunds (state);

CREATE INDEX ix_refunds_transaction_id ON refunds (transaction_id);

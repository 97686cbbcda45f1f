CREATE TABLE answer_readings (
  id BIGSERIAL NOT NULL,
  object_table TEXT COLLATE "C" NOT NULL,
  object_id BIGINT NOT NULL,
  operator_id BIGINT NOT NULL,
  reason TEXT COLLATE "C" NOT NULL,
  requested_in TEXT COLLATE "C" NOT NULL,
  requested_at TIMESTAMP WITH TIME ZONE NOT NULL,
  read_at TIMESTAMP WITH TIME ZONE,
  customer_id BIGINT NOT NULL,
  partner_id BIGINT,
  CONSTRAINT pk_answer_readings PRIMARY KEY (id),
  CONSTRAINT fk_answer_readings_operator_id FOREIGN KEY(operator_id) REFERENCES operators (id),
  CONSTRAINT fk_answer_readings_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id)
);

CREATE INDEX ix_answer_readings_customer_id ON answer_readings (customer_id);

CREATE INDEX ix_answer_readings_object ON answer_readings (object_table, object_id);

CREATE INDEX ix_answer_readings_partner_id ON answer_readings (partner_id);

CREATE TABLE refunds (
  id BIGSERIAL NOT NULL,
  transaction_id BIGINT NOT NULL,
  payment_id BIGINT,
  amount BIGINT NOT NULL,
  currency TEXT COLLATE "C" NOT NULL,
  gateway TEXT COLLATE "C" NOT NULL,
  state VARCHAR COLLATE "C" NOT NULL,
  gateway_reference TEXT COLLATE "C",
  gateway_answer_ciphertext BYTEA,
  failure_code TEXT COLLATE "C",
  result TEXT COLLATE "C",
  idempotency_key TEXT COLLATE "C" NOT NULL,
  reason TEXT COLLATE "C" NOT NULL,
  requested_by_id BIGINT NOT NULL,
  requested_at TIMESTAMP WITH TIME ZONE NOT NULL,
  approved_by_id BIGINT,
  approved_at TIMESTAMP WITH TIME ZONE,
  sent_at TIMESTAMP WITH TIME ZONE,
  finished_at TIMESTAMP WITH TIME ZONE,
  customer_id BIGINT NOT NULL,
  partner_id BIGINT,
  version BIGINT DEFAULT '1' NOT NULL,
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
);

CREATE INDEX ix_refunds_customer_id ON refunds (customer_id);

CREATE INDEX ix_refunds_partner_id ON refunds (partner_id);

CREATE INDEX ix_refunds_payment_id ON refunds (payment_id);

CREATE INDEX ix_refunds_requested_at ON refunds (requested_at);

CREATE INDEX ix_refunds_state ON refunds (state);

CREATE INDEX ix_refunds_transaction_id ON refunds (transaction_id);

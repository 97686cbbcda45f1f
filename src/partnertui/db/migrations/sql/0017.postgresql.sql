CREATE TABLE payment_corrections (
  id BIGSERIAL NOT NULL,
  payment_id BIGINT NOT NULL,
  amount_before BIGINT NOT NULL,
  amount_after BIGINT NOT NULL,
  currency TEXT COLLATE "C" NOT NULL,
  reason TEXT COLLATE "C" NOT NULL,
  operator_id BIGINT NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  customer_id BIGINT NOT NULL,
  partner_id BIGINT,
  CONSTRAINT pk_payment_corrections PRIMARY KEY (id),
  CONSTRAINT fk_payment_corrections_payment_id FOREIGN KEY(payment_id) REFERENCES payments (id),
  CONSTRAINT fk_payment_corrections_operator_id FOREIGN KEY(operator_id) REFERENCES operators (id),
  CONSTRAINT fk_payment_corrections_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id)
);

CREATE INDEX ix_payment_corrections_customer_id ON payment_corrections (customer_id);

CREATE INDEX ix_payment_corrections_partner_id ON payment_corrections (partner_id);

CREATE INDEX ix_payment_corrections_payment_id ON payment_corrections (payment_id);

ALTER TABLE basket_items ADD COLUMN recurrence VARCHAR COLLATE "C" DEFAULT 'once' NOT NULL
  CONSTRAINT ck_basket_items_recurrence_words CHECK (recurrence IN ('once', 'monthly', 'yearly'));

ALTER TABLE basket_items ADD COLUMN first_day VARCHAR COLLATE "C";

ALTER TABLE basket_items ADD COLUMN period_number BIGINT DEFAULT '0' NOT NULL;

ALTER TABLE basket_items ADD COLUMN follows_id BIGINT
  CONSTRAINT fk_basket_items_follows_id REFERENCES basket_items (id);

CREATE UNIQUE INDEX uq_basket_items_follows_id ON basket_items (follows_id);


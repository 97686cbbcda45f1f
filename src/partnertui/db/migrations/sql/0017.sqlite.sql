CREATE TABLE payment_corrections (
  id INTEGER NOT NULL,
  payment_id INTEGER NOT NULL,
  amount_before INTEGER NOT NULL,
  amount_after INTEGER NOT NULL,
  currency TEXT NOT NULL,
  reason TEXT NOT NULL,
  operator_id INTEGER NOT NULL,
  at INTEGER NOT NULL,
  customer_id INTEGER NOT NULL,
  partner_id INTEGER,
  CONSTRAINT pk_payment_corrections PRIMARY KEY (id),
  CONSTRAINT fk_payment_corrections_payment_id FOREIGN KEY(payment_id) REFERENCES payments (id),
  CONSTRAINT fk_payment_corrections_operator_id FOREIGN KEY(operator_id) REFERENCES operators (id),
  CONSTRAINT fk_payment_corrections_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id)
)
 STRICT;

CREATE INDEX ix_payment_corrections_customer_id ON payment_corrections (customer_id);

CREATE INDEX ix_payment_corrections_partner_id ON payment_corrections (partner_id);

CREATE INDEX ix_payment_corrections_payment_id ON payment_corrections (payment_id);

ALTER TABLE basket_items ADD COLUMN recurrence TEXT DEFAULT 'once' NOT NULL
  CONSTRAINT ck_basket_items_recurrence_words CHECK (recurrence IN ('once', 'monthly', 'yearly'));

ALTER TABLE basket_items ADD COLUMN first_day TEXT;

ALTER TABLE basket_items ADD COLUMN period_number INTEGER DEFAULT '0' NOT NULL;

ALTER TABLE basket_items ADD COLUMN follows_id INTEGER
  CONSTRAINT fk_basket_items_follows_id REFERENCES basket_items (id);

CREATE UNIQUE INDEX uq_basket_items_follows_id ON basket_items (follows_id);


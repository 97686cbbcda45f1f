ALTER TABLE transaction_items ADD COLUMN tax_rate INTEGER;

ALTER TABLE transaction_items ADD COLUMN tax_category TEXT
  CONSTRAINT ck_transaction_items_tax_category_words CHECK (tax_category IN ('S', 'Z', 'E', 'AE', 'G'));

ALTER TABLE transaction_items ADD COLUMN refunded_tax INTEGER DEFAULT '0' NOT NULL
  CONSTRAINT ck_transaction_items_refunded_tax CHECK (refunded_tax >= 0 AND refunded_tax <= tax OR tax < 0);

ALTER TABLE transaction_items ADD COLUMN refund_of_item_id INTEGER
  CONSTRAINT fk_transaction_items_refund_of_item_id REFERENCES transaction_items (id);

CREATE INDEX ix_transaction_items_refund_of_item_id ON transaction_items (refund_of_item_id);

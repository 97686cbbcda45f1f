CREATE TABLE chat_readings (
  id INTEGER NOT NULL,
  chat_id INTEGER NOT NULL,
  operator_id INTEGER NOT NULL,
  reason TEXT NOT NULL,
  requested_in TEXT NOT NULL,
  requested_at INTEGER NOT NULL,
  read_at INTEGER,
  customer_id INTEGER NOT NULL,
  partner_id INTEGER,
  CONSTRAINT pk_chat_readings PRIMARY KEY (id),
  CONSTRAINT fk_chat_readings_chat_id FOREIGN KEY(chat_id) REFERENCES chats (id),
  CONSTRAINT fk_chat_readings_operator_id FOREIGN KEY(operator_id) REFERENCES operators (id),
  CONSTRAINT fk_chat_readings_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id)
) STRICT;

CREATE INDEX ix_chat_readings_chat_id ON chat_readings (chat_id);

CREATE INDEX ix_chat_readings_customer_id ON chat_readings (customer_id);

CREATE INDEX ix_chat_readings_partner_id ON chat_readings (partner_id);

ALTER TABLE chats ADD COLUMN text_destroyed_at INTEGER;

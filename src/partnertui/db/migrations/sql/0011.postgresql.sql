CREATE TABLE chat_readings (
  id BIGSERIAL NOT NULL,
  chat_id BIGINT NOT NULL,
  operator_id BIGINT NOT NULL,
  reason TEXT COLLATE "C" NOT NULL,
  requested_in TEXT COLLATE "C" NOT NULL,
  requested_at TIMESTAMP WITH TIME ZONE NOT NULL,
  read_at TIMESTAMP WITH TIME ZONE,
  customer_id BIGINT NOT NULL,
  partner_id BIGINT,
  CONSTRAINT pk_chat_readings PRIMARY KEY (id),
  CONSTRAINT fk_chat_readings_chat_id FOREIGN KEY(chat_id) REFERENCES chats (id),
  CONSTRAINT fk_chat_readings_operator_id FOREIGN KEY(operator_id) REFERENCES operators (id),
  CONSTRAINT fk_chat_readings_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id)
);

CREATE INDEX ix_chat_readings_chat_id ON chat_readings (chat_id);

CREATE INDEX ix_chat_readings_customer_id ON chat_readings (customer_id);

CREATE INDEX ix_chat_readings_partner_id ON chat_readings (partner_id);

ALTER TABLE chats ADD COLUMN text_destroyed_at TIMESTAMP WITH TIME ZONE;

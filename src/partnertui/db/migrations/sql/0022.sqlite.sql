ALTER TABLE chats ADD COLUMN has_text INTEGER GENERATED ALWAYS AS (text_ciphertext IS NOT NULL) VIRTUAL NOT NULL
  CONSTRAINT ck_chats_has_text_flag CHECK (has_text IN (0, 1));

ALTER TABLE conferences ADD COLUMN has_pin INTEGER GENERATED ALWAYS AS (pin_ciphertext IS NOT NULL) VIRTUAL NOT NULL
  CONSTRAINT ck_conferences_has_pin_flag CHECK (has_pin IN (0, 1));

ALTER TABLE conferences ADD COLUMN has_moderator_pin INTEGER GENERATED ALWAYS AS (moderator_pin_ciphertext IS NOT NULL) VIRTUAL NOT NULL
  CONSTRAINT ck_conferences_has_moderator_pin_flag CHECK (has_moderator_pin IN (0, 1));

ALTER TABLE credit_cards ADD COLUMN has_token INTEGER GENERATED ALWAYS AS (gateway_token_ciphertext IS NOT NULL) VIRTUAL NOT NULL
  CONSTRAINT ck_credit_cards_has_token_flag CHECK (has_token IN (0, 1));

ALTER TABLE mailboxes ADD COLUMN has_secret INTEGER GENERATED ALWAYS AS (password_ciphertext IS NOT NULL) VIRTUAL NOT NULL
  CONSTRAINT ck_mailboxes_has_secret_flag CHECK (has_secret IN (0, 1));

ALTER TABLE payments ADD COLUMN has_answer INTEGER GENERATED ALWAYS AS (gateway_answer_ciphertext IS NOT NULL) VIRTUAL NOT NULL
  CONSTRAINT ck_payments_has_answer_flag CHECK (has_answer IN (0, 1));

ALTER TABLE refunds ADD COLUMN has_answer INTEGER GENERATED ALWAYS AS (gateway_answer_ciphertext IS NOT NULL) VIRTUAL NOT NULL
  CONSTRAINT ck_refunds_has_answer_flag CHECK (has_answer IN (0, 1));

ALTER TABLE transactions ADD COLUMN has_answer INTEGER GENERATED ALWAYS AS (gateway_answer_ciphertext IS NOT NULL) VIRTUAL NOT NULL
  CONSTRAINT ck_transactions_has_answer_flag CHECK (has_answer IN (0, 1));

ALTER TABLE users ADD COLUMN has_sip_password INTEGER GENERATED ALWAYS AS (sip_password_ciphertext IS NOT NULL) VIRTUAL NOT NULL
  CONSTRAINT ck_users_has_sip_password_flag CHECK (has_sip_password IN (0, 1));


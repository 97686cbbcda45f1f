CREATE TABLE sound_copies (
  id BIGSERIAL NOT NULL,
  sound_id BIGINT NOT NULL,
  operator_id BIGINT NOT NULL,
  token_hash BYTEA NOT NULL,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  customer_id BIGINT NOT NULL,
  partner_id BIGINT,
  CONSTRAINT pk_sound_copies PRIMARY KEY (id),
  CONSTRAINT fk_sound_copies_sound_id FOREIGN KEY(sound_id) REFERENCES sounds (id),
  CONSTRAINT uq_sound_copies_token_hash UNIQUE (token_hash),
  CONSTRAINT fk_sound_copies_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id)
);

CREATE INDEX ix_sound_copies_customer_id ON sound_copies (customer_id);

CREATE INDEX ix_sound_copies_partner_id ON sound_copies (partner_id);

ALTER TABLE sounds ADD COLUMN true_peak BIGINT;

ALTER TABLE sounds ADD COLUMN original_level BIGINT;

ALTER TABLE sounds ADD COLUMN original_content BYTEA;

CREATE TABLE sound_copies (
  id INTEGER NOT NULL,
  sound_id INTEGER NOT NULL,
  operator_id INTEGER NOT NULL,
  token_hash BLOB NOT NULL,
  expires_at INTEGER NOT NULL,
  customer_id INTEGER NOT NULL,
  partner_id INTEGER,
  CONSTRAINT pk_sound_copies PRIMARY KEY (id),
  CONSTRAINT fk_sound_copies_sound_id FOREIGN KEY(sound_id) REFERENCES sounds (id),
  CONSTRAINT uq_sound_copies_token_hash UNIQUE (token_hash),
  CONSTRAINT fk_sound_copies_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id)
)
 STRICT;

CREATE INDEX ix_sound_copies_customer_id ON sound_copies (customer_id);

CREATE INDEX ix_sound_copies_partner_id ON sound_copies (partner_id);

ALTER TABLE sounds ADD COLUMN true_peak INTEGER;

ALTER TABLE sounds ADD COLUMN original_level INTEGER;

ALTER TABLE sounds ADD COLUMN original_content BLOB;

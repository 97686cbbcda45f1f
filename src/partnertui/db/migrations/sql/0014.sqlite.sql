CREATE TABLE rated_terms (
  id INTEGER NOT NULL,
  fingerprint TEXT NOT NULL,
  price_id INTEGER NOT NULL,
  price_list_id INTEGER NOT NULL,
  price_list TEXT NOT NULL,
  name TEXT NOT NULL,
  prefix TEXT NOT NULL,
  currency TEXT NOT NULL,
  per_minute INTEGER NOT NULL,
  per_call INTEGER NOT NULL,
  minimum INTEGER NOT NULL,
  first_seconds INTEGER NOT NULL,
  step_seconds INTEGER NOT NULL,
  unlimited INTEGER NOT NULL,
  CONSTRAINT pk_rated_terms PRIMARY KEY (id),
  CONSTRAINT uq_rated_terms_fingerprint UNIQUE (fingerprint),
  CONSTRAINT ck_rated_terms_unlimited_flag CHECK (unlimited IN (0, 1))
)
 STRICT;

CREATE INDEX ix_rated_terms_price_id ON rated_terms (price_id);

ALTER TABLE cdrs ADD COLUMN rating TEXT;

ALTER TABLE cdrs ADD COLUMN terms_id INTEGER;

ALTER TABLE cdrs ADD COLUMN covered_seconds INTEGER DEFAULT '0' NOT NULL;

CREATE INDEX ix_cdrs_slot_rating ON cdrs (slot, rating);

CREATE INDEX ix_cdrs_to_mend ON cdrs (customer_id, id) WHERE rating IN ('no price', 'other currency');

ALTER TABLE customers ADD COLUMN minute_seconds_used INTEGER DEFAULT '0' NOT NULL
  CONSTRAINT ck_customers_seconds_used CHECK (minute_seconds_used BETWEEN 0 AND 59);

ALTER TABLE price_list_entries ADD COLUMN minimum_charge INTEGER;

ALTER TABLE price_list_entries ADD COLUMN valid_from TEXT;

ALTER TABLE price_list_entries ADD COLUMN valid_to TEXT;

ALTER TABLE statement_entries ADD COLUMN rating_round INTEGER;

CREATE UNIQUE INDEX uq_statement_entries_charged ON statement_entries (cdr_id, rating_round)
  WHERE debit > 0 AND rating_round IS NOT NULL;

CREATE UNIQUE INDEX uq_statement_entries_paid_back ON statement_entries (cdr_id, rating_round)
  WHERE credit > 0 AND rating_round IS NOT NULL;

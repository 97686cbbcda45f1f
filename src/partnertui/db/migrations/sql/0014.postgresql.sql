CREATE TABLE rated_terms (
  id BIGSERIAL NOT NULL,
  fingerprint TEXT COLLATE "C" NOT NULL,
  price_id BIGINT NOT NULL,
  price_list_id BIGINT NOT NULL,
  price_list TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  prefix TEXT COLLATE "C" NOT NULL,
  currency TEXT COLLATE "C" NOT NULL,
  per_minute BIGINT NOT NULL,
  per_call BIGINT NOT NULL,
  minimum BIGINT NOT NULL,
  first_seconds BIGINT NOT NULL,
  step_seconds BIGINT NOT NULL,
  unlimited BOOLEAN NOT NULL,
  CONSTRAINT pk_rated_terms PRIMARY KEY (id),
  CONSTRAINT uq_rated_terms_fingerprint UNIQUE (fingerprint)
);

CREATE INDEX ix_rated_terms_price_id ON rated_terms (price_id);

ALTER TABLE cdrs ADD COLUMN rating VARCHAR COLLATE "C";

ALTER TABLE cdrs ADD COLUMN terms_id BIGINT;

ALTER TABLE cdrs ADD COLUMN covered_seconds INTEGER DEFAULT '0' NOT NULL;

CREATE INDEX ix_cdrs_slot_rating ON cdrs (slot, rating, id);

CREATE INDEX ix_cdrs_to_mend ON cdrs (customer_id, id) WHERE rating IN ('no price', 'other currency');

ALTER TABLE customers ADD COLUMN minute_seconds_used BIGINT DEFAULT '0' NOT NULL
  CONSTRAINT ck_customers_seconds_used CHECK (minute_seconds_used BETWEEN 0 AND 59);

ALTER TABLE price_list_entries ADD COLUMN minimum_charge BIGINT;

ALTER TABLE price_list_entries ADD COLUMN valid_from VARCHAR COLLATE "C";

ALTER TABLE price_list_entries ADD COLUMN valid_to VARCHAR COLLATE "C";

ALTER TABLE statement_entries ADD COLUMN rating_round BIGINT;

CREATE UNIQUE INDEX uq_statement_entries_charged ON statement_entries (cdr_id, rating_round)
  WHERE debit > 0 AND rating_round IS NOT NULL;

CREATE UNIQUE INDEX uq_statement_entries_paid_back ON statement_entries (cdr_id, rating_round)
  WHERE credit > 0 AND rating_round IS NOT NULL;

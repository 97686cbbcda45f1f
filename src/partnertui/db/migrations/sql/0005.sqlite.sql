ALTER TABLE probe_runs ADD COLUMN phone TEXT;

ALTER TABLE probe_runs ADD COLUMN customer_id INTEGER;

ALTER TABLE probe_runs ADD COLUMN partner_id INTEGER;

ALTER TABLE probe_runs ADD COLUMN report TEXT;

ALTER TABLE probe_runs ADD COLUMN figures TEXT;

CREATE INDEX ix_probe_runs_phone_id ON probe_runs (phone, id);

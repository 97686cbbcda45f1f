ALTER TABLE history ADD COLUMN batch INTEGER;

ALTER TABLE history ADD COLUMN salt BLOB;

ALTER TABLE history ADD COLUMN changes_hash BLOB;

DROP INDEX ix_history_customer_id;

CREATE INDEX ix_history_customer_id ON history (customer_id, batch, id);

CREATE INDEX ix_history_unchained ON history (id) WHERE batch IS NULL;

CREATE TABLE audit_links (
  id INTEGER NOT NULL,
  owner_id INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  batch INTEGER NOT NULL,
  entries INTEGER NOT NULL,
  digest BLOB NOT NULL,
  chain BLOB NOT NULL,
  CONSTRAINT pk_audit_links PRIMARY KEY (id),
  CONSTRAINT uq_audit_links_owner_id_sequence UNIQUE (owner_id, sequence),
  CONSTRAINT uq_audit_links_batch_owner_id UNIQUE (batch, owner_id)
) STRICT;

CREATE TABLE audit_heads (
  id INTEGER NOT NULL,
  owner_id INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  entries INTEGER NOT NULL,
  chain BLOB NOT NULL,
  CONSTRAINT pk_audit_heads PRIMARY KEY (id),
  CONSTRAINT uq_audit_heads_owner_id UNIQUE (owner_id)
) STRICT;

CREATE TRIGGER history_never_changes BEFORE UPDATE ON history
WHEN NOT (OLD.batch IS NULL AND NEW.changes = OLD.changes)
  AND NOT (OLD.changes_hash IS NULL AND length(NEW.changes_hash) = 32 AND NEW.changes = '{}' AND NEW.salt IS NULL
    AND NEW.batch IS OLD.batch AND NEW.at = OLD.at AND NEW.operator_id IS OLD.operator_id
    AND NEW.operator_name = OLD.operator_name AND NEW.object_table = OLD.object_table
    AND NEW.object_id = OLD.object_id AND NEW.action = OLD.action AND NEW.customer_id IS OLD.customer_id)
BEGIN
  SELECT raise(ABORT, 'history is append-only');
END;

CREATE TRIGGER history_never_goes BEFORE DELETE ON history
BEGIN
  SELECT raise(ABORT, 'history is append-only');
END;

CREATE TRIGGER audit_links_never_change BEFORE UPDATE ON audit_links
BEGIN
  SELECT raise(ABORT, 'the audit chain is append-only');
END;

CREATE TRIGGER audit_links_never_go BEFORE DELETE ON audit_links
BEGIN
  SELECT raise(ABORT, 'the audit chain is append-only');
END;


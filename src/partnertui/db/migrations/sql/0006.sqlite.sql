CREATE TABLE rejected_rows (
  id INTEGER NOT NULL,
  source TEXT NOT NULL,
  row_key TEXT NOT NULL,
  reason TEXT NOT NULL,
  content TEXT NOT NULL,
  rejected_at INTEGER NOT NULL,
  CONSTRAINT pk_rejected_rows PRIMARY KEY (id),
  CONSTRAINT uq_rejected_rows_source_row_key UNIQUE (source, row_key)
)
 STRICT;

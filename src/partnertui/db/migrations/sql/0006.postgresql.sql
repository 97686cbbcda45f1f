CREATE TABLE rejected_rows (
  id BIGSERIAL NOT NULL,
  source TEXT COLLATE "C" NOT NULL,
  row_key TEXT COLLATE "C" NOT NULL,
  reason TEXT COLLATE "C" NOT NULL,
  content TEXT COLLATE "C" NOT NULL,
  rejected_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_rejected_rows PRIMARY KEY (id),
  CONSTRAINT uq_rejected_rows_source_row_key UNIQUE (source, row_key)
);

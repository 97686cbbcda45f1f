CREATE TABLE sent_views (
  id INTEGER NOT NULL,
  code TEXT NOT NULL,
  operator_id INTEGER NOT NULL,
  screen TEXT NOT NULL,
  location TEXT NOT NULL,
  sent_at INTEGER NOT NULL,
  CONSTRAINT pk_sent_views PRIMARY KEY (id),
  CONSTRAINT uq_sent_views_code UNIQUE (code),
  CONSTRAINT fk_sent_views_operator_id FOREIGN KEY(operator_id) REFERENCES operators (id)
)
 STRICT;


ALTER TABLE operators ADD COLUMN locked_until TIMESTAMP WITH TIME ZONE;

CREATE TABLE failed_log_ins (
  id BIGSERIAL NOT NULL,
  operator_id BIGINT NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  origin TEXT COLLATE "C" NOT NULL,
  CONSTRAINT pk_failed_log_ins PRIMARY KEY (id),
  CONSTRAINT fk_failed_log_ins_operator_id FOREIGN KEY(operator_id) REFERENCES operators (id)
);

CREATE INDEX ix_failed_log_ins_operator_id_at ON failed_log_ins (operator_id, at);

CREATE TABLE operator_sessions (
  id BIGSERIAL NOT NULL,
  operator_id BIGINT NOT NULL,
  started_at TIMESTAMP WITH TIME ZONE NOT NULL,
  seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
  last_key_at TIMESTAMP WITH TIME ZONE NOT NULL,
  origin TEXT COLLATE "C" NOT NULL,
  program_version TEXT COLLATE "C" NOT NULL,
  ended_at TIMESTAMP WITH TIME ZONE,
  signed_out_by TEXT COLLATE "C",
  CONSTRAINT pk_operator_sessions PRIMARY KEY (id),
  CONSTRAINT fk_operator_sessions_operator_id FOREIGN KEY(operator_id) REFERENCES operators (id)
);

CREATE INDEX ix_operator_sessions_ended_at ON operator_sessions (ended_at);

CREATE INDEX ix_operator_sessions_operator_id_started_at ON operator_sessions (operator_id, started_at);

GRANT SELECT (locked_until) ON public.operators TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT UPDATE (locked_until) ON public.operators TO partnertui_admin;

ALTER TABLE public.failed_log_ins ENABLE ROW LEVEL SECURITY;

CREATE POLICY support ON public.failed_log_ins TO partnertui_support USING (true);

CREATE POLICY development ON public.failed_log_ins TO partnertui_development USING (true);

CREATE POLICY admin ON public.failed_log_ins TO partnertui_admin USING (true);

CREATE POLICY service ON public.failed_log_ins TO partnertui_service USING (true);

GRANT SELECT ON public.failed_log_ins TO partnertui_support, partnertui_development;

GRANT SELECT, INSERT, UPDATE (operator_id, at, origin), DELETE ON public.failed_log_ins TO partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.failed_log_ins TO partnertui_service;

GRANT USAGE ON SEQUENCE public.failed_log_ins_id_seq TO partnertui_admin, partnertui_service;

ALTER TABLE public.operator_sessions ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.operator_sessions TO partnertui_partner USING (operator_id = (SELECT priv.my_operator()));

CREATE POLICY support ON public.operator_sessions TO partnertui_support USING (true) WITH CHECK (operator_id = (SELECT priv.my_operator()));

CREATE POLICY development ON public.operator_sessions TO partnertui_development USING (true) WITH CHECK (operator_id = (SELECT priv.my_operator()));

CREATE POLICY admin ON public.operator_sessions TO partnertui_admin USING (true);

CREATE POLICY service ON public.operator_sessions TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (operator_id, started_at, seen_at, last_key_at, origin, program_version, ended_at, signed_out_by) ON public.operator_sessions TO partnertui_partner, partnertui_support, partnertui_development;

GRANT SELECT, INSERT, UPDATE (operator_id, started_at, seen_at, last_key_at, origin, program_version, ended_at, signed_out_by), DELETE ON public.operator_sessions TO partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.operator_sessions TO partnertui_service;

GRANT USAGE ON SEQUENCE public.operator_sessions_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;


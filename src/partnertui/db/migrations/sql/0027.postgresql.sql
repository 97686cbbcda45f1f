CREATE FUNCTION priv.calls_moved_until() RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  -- the end of the newest month that is on other servers, partner by partner; NULL where all calls are here
  SELECT max(m.ends) FROM priv.cdr_months() m
  JOIN pg_catalog.pg_class c ON c.relname = m.part AND c.relnamespace = 'public'::regnamespace WHERE c.relkind = 'p'
$$;

CREATE OR REPLACE FUNCTION priv.make_cdr_month(of_day date) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = '' SET timezone = 'UTC' SET lock_timeout = '10s' AS $$
DECLARE
  first timestamptz := date_trunc('month', of_day::timestamp)::timestamptz;
  past timestamptz := (date_trunc('month', of_day::timestamp) + interval '1 month')::timestamptz;
  name text := 'cdrs_' || to_char(of_day, 'YYYY_MM');
  columns text;
  moved bigint;
BEGIN
  IF NOT priv.calls_are_by_month() THEN
    RETURN NULL;
  END IF;
  FOR attempt IN 1..2 LOOP
    IF EXISTS (
      SELECT 1 FROM priv.cdr_months() m WHERE m.ends > first AND (m.begins IS NULL OR m.begins < past)
    ) THEN
      RETURN NULL;
    END IF;
    -- who holds it makes the month; nobody else looks whether it is there, or adds to it what it should get
    LOCK TABLE public.cdrs_default IN ACCESS EXCLUSIVE MODE;
  END LOOP;
  SELECT string_agg(quote_ident(a.attname), ', ') INTO columns FROM pg_catalog.pg_attribute a
  WHERE a.attrelid = 'public.cdrs'::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '';
  EXECUTE format(
    'CREATE TABLE public.%I (LIKE public.cdrs INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING CONSTRAINTS)', name
  );
  EXECUTE format(
    'WITH moved AS (DELETE FROM public.cdrs_default WHERE started_at >= %L AND started_at < %L RETURNING *)'
    || ' INSERT INTO public.%I (%s) SELECT %s FROM moved', first, past, name, columns, columns
  );
  GET DIAGNOSTICS moved = ROW_COUNT;
  -- where months are on other servers, which can't share a unique index, each month has its own
  IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_index i WHERE i.indrelid = 'public.cdrs'::regclass AND i.indisunique) THEN
    EXECUTE format('ALTER TABLE public.%I ADD PRIMARY KEY (id, started_at)', name);
    EXECUTE format('CREATE UNIQUE INDEX ON public.%I (origin, started_at) WHERE origin IS NOT NULL', name);
  END IF;
  -- without policies and grants: it is read and written through its parent alone
  EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', name);
  EXECUTE format('ALTER TABLE public.cdrs ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)', name, first, past);
  RETURN moved;
END
$$;

CREATE OR REPLACE FUNCTION priv.drop_cdr_month(before timestamptz) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = '' SET lock_timeout = '10s' AS $$
DECLARE
  oldest name := (SELECT m.part FROM priv.cdr_months() m WHERE m.ends <= before ORDER BY m.ends LIMIT 1);
  calls bigint;
  remote name;
BEGIN
  -- its calls, or NULL where no month is over for so long; they are counted before anybody has to wait
  IF oldest IS NULL THEN
    RETURN NULL;
  END IF;
  EXECUTE format('SELECT count(*) FROM public.%I', oldest) INTO calls;
  FOR remote IN
    SELECT c.relname FROM pg_catalog.pg_partition_tree(('public.' || quote_ident(oldest))::regclass) t
    JOIN pg_catalog.pg_class c ON c.oid = t.relid WHERE c.relkind = 'f'
  LOOP
    EXECUTE format('TRUNCATE public.%I', remote);
  END LOOP;
  EXECUTE format('DROP TABLE public.%I', oldest);
  RETURN calls;
END
$$;

REVOKE EXECUTE ON FUNCTION priv.calls_moved_until() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION priv.calls_moved_until()
TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

CREATE FUNCTION priv.calls_are_by_month() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_partitioned_table p WHERE p.partrelid = 'public.cdrs'::regclass)
$$;

CREATE FUNCTION priv.cdr_months() RETURNS TABLE (part name, begins timestamptz, ends timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' SET timezone = 'UTC' AS $$
  -- all partitions but the default one, the oldest first; none where calls are in one table
  SELECT b.relname, substring(b.bounds FROM 'FROM \(''([^'']+)')::timestamptz, substring(b.bounds FROM 'TO \(''([^'']+)')::timestamptz
  FROM (
    SELECT c.relname, pg_catalog.pg_get_expr(c.relpartbound, c.oid) AS bounds
    FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'public.cdrs'::regclass
  ) b
  WHERE b.bounds <> 'DEFAULT' ORDER BY 3
$$;

CREATE FUNCTION priv.waiting_cdr_months(until timestamptz) RETURNS SETOF date
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' SET timezone = 'UTC' AS $$
BEGIN
  -- what a switch without a clock dated before 2000, or far ahead, gets no month of its own
  IF priv.calls_are_by_month() THEN
    RETURN QUERY SELECT DISTINCT date_trunc('month', d.started_at)::date FROM public.cdrs_default d
    WHERE d.started_at >= '2000-01-01' AND d.started_at < until;
  END IF;
END
$$;

CREATE FUNCTION priv.make_cdr_month(of_day date) RETURNS bigint
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
  -- without policies and grants: it is read and written through its parent alone
  EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', name);
  EXECUTE format('ALTER TABLE public.cdrs ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)', name, first, past);
  RETURN moved;
END
$$;

CREATE FUNCTION priv.drop_cdr_month(before timestamptz) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = '' SET lock_timeout = '10s' AS $$
DECLARE
  oldest name := (SELECT m.part FROM priv.cdr_months() m WHERE m.ends <= before ORDER BY m.ends LIMIT 1);
  calls bigint;
BEGIN
  -- its calls, or NULL where no month is over for so long; they are counted before anybody has to wait
  IF oldest IS NULL THEN
    RETURN NULL;
  END IF;
  EXECUTE format('SELECT count(*) FROM public.%I', oldest) INTO calls;
  EXECUTE format('DROP TABLE public.%I', oldest);
  RETURN calls;
END
$$;

CREATE FUNCTION priv.lock_call_imports() RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  -- by months, an origin is unique only together with its start, which two tables of a switch may tell differently
  IF priv.calls_are_by_month() THEN
    PERFORM pg_catalog.pg_advisory_xact_lock(7301301);
  END IF;
END
$$;

REVOKE EXECUTE ON FUNCTION priv.calls_are_by_month(), priv.cdr_months(), priv.waiting_cdr_months(timestamptz), priv.make_cdr_month(date),
  priv.drop_cdr_month(timestamptz), priv.lock_call_imports() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION priv.calls_are_by_month(), priv.cdr_months()
TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

GRANT EXECUTE ON FUNCTION priv.waiting_cdr_months(timestamptz), priv.make_cdr_month(date), priv.drop_cdr_month(timestamptz),
  priv.lock_call_imports() TO partnertui_service;


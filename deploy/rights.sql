-- What PostgreSQL gives to everybody and migration 0022 takes away; to be run again as a superuser, in the database of
-- partnertui, where "partnertui doctor" says that it is back (a copy of the database, a migration by a weaker role):
--   psql -f deploy/rights.sql partnertui

DO $$
BEGIN
  EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', pg_catalog.current_database());
END
$$;

DO $$
DECLARE
  hidden text := '^(pg_(try_)?advisory_|lo_|loread$|lowrite$|pg_stat_get_|pg_lock_status$'
    || '|pg_(relation|table|indexes|total_relation|database|tablespace)_size$)';
  found regprocedure;
BEGIN
  -- a role that isn't a superuser gets a warning for each: docs/operating.md says who runs this
  FOR found IN
    SELECT p.oid::regprocedure FROM pg_catalog.pg_proc p
    WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.proname ~ hidden
  LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', found);
  END LOOP;
  EXECUTE 'REVOKE SELECT ON pg_catalog.pg_class FROM PUBLIC';
  EXECUTE (
    SELECT format('GRANT SELECT (%s) ON pg_catalog.pg_class TO PUBLIC', string_agg(quote_ident(a.attname), ', '))
    FROM pg_catalog.pg_attribute a
    WHERE a.attrelid = 'pg_catalog.pg_class'::regclass AND a.attnum > 0
      AND a.attname NOT IN ('reltuples', 'relpages', 'relallvisible')
  );
  EXECUTE 'GRANT SELECT ON pg_catalog.pg_class'
    || ' TO partnertui_support, partnertui_development, partnertui_admin, partnertui_service';
END
$$;

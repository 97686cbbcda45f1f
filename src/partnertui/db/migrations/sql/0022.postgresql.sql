ALTER TABLE public.chats ADD COLUMN has_text BOOLEAN GENERATED ALWAYS AS (text_ciphertext IS NOT NULL) STORED NOT NULL;

ALTER TABLE public.conferences ADD COLUMN has_pin BOOLEAN GENERATED ALWAYS AS (pin_ciphertext IS NOT NULL) STORED NOT NULL;

ALTER TABLE public.conferences ADD COLUMN has_moderator_pin BOOLEAN GENERATED ALWAYS AS (moderator_pin_ciphertext IS NOT NULL) STORED NOT NULL;

ALTER TABLE public.credit_cards ADD COLUMN has_token BOOLEAN GENERATED ALWAYS AS (gateway_token_ciphertext IS NOT NULL) STORED NOT NULL;

ALTER TABLE public.mailboxes ADD COLUMN has_secret BOOLEAN GENERATED ALWAYS AS (password_ciphertext IS NOT NULL) STORED NOT NULL;

ALTER TABLE public.payments ADD COLUMN has_answer BOOLEAN GENERATED ALWAYS AS (gateway_answer_ciphertext IS NOT NULL) STORED NOT NULL;

ALTER TABLE public.refunds ADD COLUMN has_answer BOOLEAN GENERATED ALWAYS AS (gateway_answer_ciphertext IS NOT NULL) STORED NOT NULL;

ALTER TABLE public.transactions ADD COLUMN has_answer BOOLEAN GENERATED ALWAYS AS (gateway_answer_ciphertext IS NOT NULL) STORED NOT NULL;

ALTER TABLE public.users ADD COLUMN has_sip_password BOOLEAN GENERATED ALWAYS AS (sip_password_ciphertext IS NOT NULL) STORED NOT NULL;

DO $$
DECLARE
  role_name text;
BEGIN
  -- roles belong to the whole cluster: another database of it may have made them, or is making them right now
  FOREACH role_name IN ARRAY ARRAY['partnertui_support', 'partnertui_development', 'partnertui_partner', 'partnertui_admin', 'partnertui_service'] LOOP
    IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = role_name) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL;
      END;
    END IF;
  END LOOP;
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

CREATE SCHEMA priv;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;

GRANT USAGE ON SCHEMA public, priv
TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

CREATE FUNCTION priv.my_partner() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = '' AS $$
  SELECT o.partner_id FROM public.operators o WHERE o.login = session_user::text AND o.role = 'partner' AND o.enabled
$$;

CREATE FUNCTION priv.my_operator() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = '' AS $$
  SELECT o.id FROM public.operators o WHERE o.login = session_user::text
$$;

CREATE FUNCTION priv.is_owner() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = '' AS $$
  SELECT pg_catalog.pg_has_role(session_user, c.relowner, 'MEMBER')
  FROM pg_catalog.pg_class c WHERE c.oid = 'public.tickets'::regclass
$$;

CREATE FUNCTION priv.is_staff() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = '' AS $$
  SELECT priv.is_owner() OR (
    priv.my_partner() IS NULL AND (
      pg_catalog.pg_has_role(session_user, 'partnertui_support', 'MEMBER')
      OR pg_catalog.pg_has_role(session_user, 'partnertui_development', 'MEMBER')
      OR pg_catalog.pg_has_role(session_user, 'partnertui_admin', 'MEMBER')
      OR pg_catalog.pg_has_role(session_user, 'partnertui_service', 'MEMBER')
    )
  )
$$;

CREATE FUNCTION priv.owns(object_table text, object_id bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  found boolean;
BEGIN
  -- whether a row is the partner's own; the answer is the same for another partner's and for none
  IF NOT EXISTS (
    SELECT 1 FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relname = object_table AND c.relkind IN ('r', 'p')
      AND a.attname = 'partner_id'
  ) THEN
    RETURN false;
  END IF;
  EXECUTE format('SELECT EXISTS (SELECT 1 FROM public.%I WHERE id = $1 AND partner_id = $2)', object_table)
    INTO found USING object_id, priv.my_partner();
  RETURN found;
END
$$;

CREATE FUNCTION priv.is_committed(written_by xid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  mine numeric := pg_catalog.pg_current_xact_id()::text::numeric;
  away numeric := written_by::text::numeric - mod(mine, 4294967296);
BEGIN
  -- the nearest transaction of that number; one of a savepoint of this transaction is later, and "in progress"
  IF away > 2147483648 THEN
    away := away - 4294967296;
  ELSIF away < -2147483648 THEN
    away := away + 4294967296;
  END IF;
  -- NULL: so old that its status isn't kept any more
  RETURN mine + away < 3 OR coalesce(pg_catalog.pg_xact_status((mine + away)::text::xid8) = 'committed', true);
END
$$;

CREATE FUNCTION priv.is_recorded(of_table text, of_id bigint, words text) RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = '' AS $$
  SELECT EXISTS (
    SELECT 1 FROM public.history h
    WHERE h.object_table = of_table AND h.object_id = of_id AND (h.operator_id = priv.my_operator() OR priv.is_owner())
      AND h.at BETWEEN pg_catalog.clock_timestamp() - interval '10 minutes' AND pg_catalog.clock_timestamp() + interval '1 minute'
      AND pg_catalog.strpos(h.changes, words) > 0 AND priv.is_committed(h.xmin)
  )
$$;

CREATE FUNCTION priv.refuse_unrecorded() RETURNS void LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  RAISE EXCEPTION 'no request of yours was recorded and committed for this' USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE FUNCTION priv.sip_password(of_user bigint) RETURNS bytea
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  IF NOT (priv.is_staff() OR priv.owns('users', of_user))
    OR NOT priv.is_recorded('users', of_user, '"sip_password": ["hidden", "shown"]') THEN
    PERFORM priv.refuse_unrecorded();
  END IF;
  RETURN (SELECT u.sip_password_ciphertext FROM public.users u WHERE u.id = of_user);
END
$$;

CREATE FUNCTION priv.chat_text(request bigint) RETURNS bytea
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  chat bigint;
BEGIN
  UPDATE public.chat_readings r SET read_at = pg_catalog.clock_timestamp()
  WHERE r.id = request AND (r.operator_id = priv.my_operator() OR priv.is_owner()) AND r.read_at IS NULL AND priv.is_staff()
    AND r.requested_at BETWEEN pg_catalog.clock_timestamp() - interval '10 minutes' AND pg_catalog.clock_timestamp() + interval '1 minute'
    AND priv.is_committed(r.xmin) AND priv.is_recorded('chats', r.chat_id, 'request to read')
  RETURNING r.chat_id INTO chat;
  IF chat IS NULL THEN
    PERFORM priv.refuse_unrecorded();
  END IF;
  RETURN (SELECT c.text_ciphertext FROM public.chats c WHERE c.id = chat);
END
$$;

CREATE FUNCTION priv.gateway_answer(request bigint) RETURNS bytea
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  of_table text;
  of_id bigint;
  answer bytea;
BEGIN
  UPDATE public.answer_readings r SET read_at = pg_catalog.clock_timestamp()
  WHERE r.id = request AND (r.operator_id = priv.my_operator() OR priv.is_owner()) AND r.read_at IS NULL AND priv.is_staff()
    AND r.object_table IN ('payments', 'refunds', 'transactions')
    AND r.requested_at BETWEEN pg_catalog.clock_timestamp() - interval '10 minutes' AND pg_catalog.clock_timestamp() + interval '1 minute'
    AND priv.is_committed(r.xmin) AND priv.is_recorded(r.object_table, r.object_id, 'request to read')
  RETURNING r.object_table, r.object_id INTO of_table, of_id;
  IF of_id IS NULL THEN
    PERFORM priv.refuse_unrecorded();
  END IF;
  EXECUTE format('SELECT gateway_answer_ciphertext FROM public.%I WHERE id = $1', of_table) INTO answer USING of_id;
  RETURN answer;
END
$$;

CREATE FUNCTION priv.drafts_of_ticket(ticket bigint)
RETURNS TABLE (id bigint, operator_id bigint, form text, text_ciphertext bytea, saved_at timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  IF NOT (priv.is_staff() OR priv.owns('tickets', ticket))
    OR NOT priv.is_recorded('tickets', ticket, '"drafts": ["hidden", "taken"]') THEN
    PERFORM priv.refuse_unrecorded();
  END IF;
  RETURN QUERY
    SELECT d.id, d.operator_id, d.form::text, d.text_ciphertext, d.saved_at
    FROM public.drafts d JOIN public.operators o ON o.id = d.operator_id
    WHERE d.object_table = 'tickets' AND d.object_id = ticket
      AND (priv.my_partner() IS NULL OR o.partner_id = priv.my_partner());
END
$$;

CREATE FUNCTION priv.has_drafts(ticket bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT (priv.is_staff() OR priv.owns('tickets', ticket)) AND EXISTS (
    SELECT 1 FROM public.drafts d JOIN public.operators o ON o.id = d.operator_id
    WHERE d.object_table = 'tickets' AND d.object_id = ticket
      AND (priv.my_partner() IS NULL OR o.partner_id = priv.my_partner())
  )
$$;

CREATE FUNCTION priv.move_draft(draft bigint, to_ticket bigint, sealed bytea) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  from_ticket bigint := (SELECT d.object_id FROM public.drafts d WHERE d.id = draft AND d.object_table = 'tickets');
  theirs bigint := (SELECT o.partner_id FROM public.drafts d JOIN public.operators o ON o.id = d.operator_id WHERE d.id = draft);
BEGIN
  -- to no ticket: it is deleted, as its text was taken over
  IF from_ticket IS NULL OR NOT priv.is_recorded('tickets', from_ticket, '"drafts": ["hidden", "taken"]')
    OR NOT (priv.is_staff() OR theirs = priv.my_partner())
    OR NOT (priv.is_staff() OR to_ticket IS NULL OR priv.owns('tickets', to_ticket)) THEN
    PERFORM priv.refuse_unrecorded();
  END IF;
  IF to_ticket IS NULL THEN
    DELETE FROM public.drafts d WHERE d.id = draft;
    RETURN;
  END IF;
  DELETE FROM public.drafts d USING public.drafts m
  WHERE m.id = draft AND d.operator_id = m.operator_id AND d.object_table = 'tickets' AND d.object_id = to_ticket AND d.form = m.form;
  UPDATE public.drafts d SET object_id = to_ticket, text_ciphertext = sealed WHERE d.id = draft;
END
$$;

CREATE FUNCTION priv.next_ticket_number(first_number bigint) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  candidate bigint;
BEGIN
  PERFORM pg_catalog.pg_advisory_xact_lock(7301300);  -- who holds it takes the next number
  candidate := first_number + 1 + coalesce((SELECT max(t.id) FROM public.tickets t), 0);
  WHILE EXISTS (SELECT 1 FROM public.tickets t WHERE t.number = 'T-' || candidate) LOOP
    candidate := candidate + 1;
  END LOOP;
  RETURN 'T-' || candidate;
END
$$;

CREATE FUNCTION priv.calls_of_others(call_ids text[], partner bigint) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT c.call_id_a FROM public.cdrs c
  WHERE c.call_id_a = ANY (call_ids) AND c.partner_id IS DISTINCT FROM (SELECT CASE WHEN priv.is_owner() THEN partner ELSE priv.my_partner() END)
  UNION
  SELECT c.call_id_b FROM public.cdrs c
  WHERE c.call_id_b = ANY (call_ids) AND c.partner_id IS DISTINCT FROM (SELECT CASE WHEN priv.is_owner() THEN partner ELSE priv.my_partner() END)
$$;

CREATE FUNCTION priv.last_probe(targets text[], since timestamptz, until timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT max(r.at) FROM public.probe_runs r
  WHERE r.target = ANY (targets) AND r.at > greatest(since, pg_catalog.now() - interval '1 minute') AND r.at <= until
$$;

CREATE FUNCTION priv.forget_writes(operator bigint, before timestamptz) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = '' AS $$
  DELETE FROM public.committed_writes w
  WHERE w.operator_id = operator AND (operator = priv.my_operator() OR priv.is_owner()) AND w.committed_at < before
$$;

CREATE FUNCTION priv.make_hep_partition(day date) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  name text := 'hep_messages_' || to_char(day, 'YYYYMMDD');
  first bigint := extract(epoch FROM day::timestamp)::bigint * 1000000;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_class c WHERE c.relname = name AND c.relnamespace = 'public'::regnamespace) THEN
    EXECUTE format(
      'CREATE TABLE IF NOT EXISTS public.%I PARTITION OF public.hep_messages FOR VALUES FROM (%s) TO (%s)',
      name, first, first + 86400000000
    );
    -- without policies and grants: it is read and written through its parent alone
    EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', name);
  END IF;
END
$$;

CREATE FUNCTION priv.drop_hep_partitions(before date) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  name text;
  dropped bigint := 0;
BEGIN
  FOR name IN
    SELECT c.relname FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'public.hep_messages'::regclass AND c.relname ~ '^hep_messages_\d{8}$'
      AND right(c.relname, 8) < to_char(before, 'YYYYMMDD')
  LOOP
    EXECUTE format('DROP TABLE public.%I', name);
    dropped := dropped + 1;
  END LOOP;
  RETURN dropped;
END
$$;

CREATE TABLE priv.channels (
  partner_id bigint,
  name text NOT NULL DEFAULT 'partnertui_' || replace(gen_random_uuid()::text, '-', ''),
  CONSTRAINT uq_channels_partner_id UNIQUE NULLS NOT DISTINCT (partner_id)
);

ALTER TABLE priv.channels ENABLE ROW LEVEL SECURITY;

INSERT INTO priv.channels (partner_id) VALUES (NULL);

CREATE FUNCTION priv.my_channel() RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  mine bigint := priv.my_partner();
BEGIN
  -- anybody may LISTEN on any channel: nobody can guess another one's name
  IF mine IS NULL AND NOT priv.is_staff() THEN
    RETURN NULL;
  END IF;
  INSERT INTO priv.channels (partner_id) VALUES (mine) ON CONFLICT DO NOTHING;
  RETURN (SELECT c.name FROM priv.channels c WHERE c.partner_id IS NOT DISTINCT FROM mine);
END
$$;

CREATE FUNCTION priv.notify_tickets(ids bigint[], partners bigint[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  -- more than a list shows: one notice says that anything may have changed
  IF pg_catalog.array_length(ids, 1) > 100 THEN
    PERFORM pg_catalog.pg_notify(c.name, '') FROM priv.channels c
    WHERE c.partner_id IS NULL OR c.partner_id = ANY (partners);
  ELSE
    PERFORM pg_catalog.pg_notify(c.name, r.id::text)
    FROM (SELECT DISTINCT u.id, u.partner_id FROM unnest(ids, partners) AS u (id, partner_id)) r
    JOIN priv.channels c ON c.partner_id IS NULL OR c.partner_id = r.partner_id;
  END IF;
END
$$;

CREATE OR REPLACE FUNCTION public.notify_ticket_changes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  PERFORM priv.notify_tickets(array_agg(c.id), array_agg(c.partner_id)) FROM changed c HAVING count(*) > 0;
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION public.notify_part_of_ticket_changes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  PERFORM priv.notify_tickets(array_agg(t.id), array_agg(t.partner_id))
  FROM public.tickets t WHERE t.id IN (SELECT c.ticket_id FROM changed c) HAVING count(*) > 0;
  RETURN NULL;
END
$$;

REVOKE EXECUTE ON FUNCTION public.notify_ticket_changes(), public.notify_part_of_ticket_changes() FROM PUBLIC;

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA priv FROM PUBLIC;

GRANT EXECUTE ON FUNCTION
  priv.my_partner(), priv.my_operator(), priv.is_owner(), priv.is_staff(), priv.owns(text, bigint), priv.sip_password(bigint),
  priv.has_drafts(bigint), priv.drafts_of_ticket(bigint), priv.move_draft(bigint, bigint, bytea), priv.next_ticket_number(bigint),
  priv.calls_of_others(text[], bigint), priv.last_probe(text[], timestamptz, timestamptz), priv.forget_writes(bigint, timestamptz),
  priv.my_channel()
TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

GRANT EXECUTE ON FUNCTION priv.chat_text(bigint), priv.gateway_answer(bigint)
TO partnertui_support, partnertui_development, partnertui_admin;

GRANT EXECUTE ON FUNCTION priv.make_hep_partition(date), priv.drop_hep_partitions(date) TO partnertui_service;

DO $$
DECLARE
  part regclass;
BEGIN
  FOR part IN SELECT i.inhrelid::regclass FROM pg_catalog.pg_inherits i WHERE i.inhparent = 'public.hep_messages'::regclass LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', part);
  END LOOP;
END
$$;

ALTER TABLE public.alembic_version ENABLE ROW LEVEL SECURITY;

CREATE POLICY everybody ON public.alembic_version
TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service USING (true);

GRANT SELECT ON public.alembic_version
TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.answer_readings ENABLE ROW LEVEL SECURITY;

CREATE POLICY support ON public.answer_readings TO partnertui_support USING (true) WITH CHECK (operator_id = (SELECT priv.my_operator()));

CREATE POLICY development ON public.answer_readings TO partnertui_development USING (true) WITH CHECK (operator_id = (SELECT priv.my_operator()));

CREATE POLICY admin ON public.answer_readings TO partnertui_admin USING (true) WITH CHECK (operator_id = (SELECT priv.my_operator()));

CREATE POLICY service ON public.answer_readings TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (object_table, object_id, operator_id, reason, requested_in, requested_at, read_at, customer_id, partner_id) ON public.answer_readings TO partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.answer_readings TO partnertui_service;

GRANT USAGE ON SEQUENCE public.answer_readings_id_seq TO partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.basket_items ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.basket_items TO partnertui_partner USING (partner_id = (SELECT priv.my_partner())) WITH CHECK (partner_id = (SELECT priv.my_partner()) AND (payment_id IS NULL OR EXISTS (SELECT 1 FROM public.payments p WHERE p.id = basket_items.payment_id)) AND (follows_id IS NULL OR priv.owns('basket_items', follows_id)) AND EXISTS (SELECT 1 FROM public.customers p WHERE p.id = basket_items.customer_id));

CREATE POLICY support ON public.basket_items TO partnertui_support USING (true);

CREATE POLICY development ON public.basket_items TO partnertui_development USING (true);

CREATE POLICY admin ON public.basket_items TO partnertui_admin USING (true);

CREATE POLICY service ON public.basket_items TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (product_id, item_type, unique_item_id, description, price, currency, due_at, hidden_until, state, payment_id, created_at, recurrence, first_day, period_number, follows_id, customer_id, partner_id, version), DELETE ON public.basket_items TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.basket_items TO partnertui_service;

GRANT USAGE ON SEQUENCE public.basket_items_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.blocked_ips ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.blocked_ips TO partnertui_partner USING (true);

CREATE POLICY support ON public.blocked_ips TO partnertui_support USING (true);

CREATE POLICY development ON public.blocked_ips TO partnertui_development USING (true);

CREATE POLICY admin ON public.blocked_ips TO partnertui_admin USING (true);

CREATE POLICY service ON public.blocked_ips TO partnertui_service USING (true);

GRANT SELECT ON public.blocked_ips TO partnertui_partner;

GRANT SELECT, INSERT, UPDATE (network, reason, blocked_by_id, blocked_at, until, version), DELETE ON public.blocked_ips TO partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.blocked_ips TO partnertui_service;

GRANT USAGE ON SEQUENCE public.blocked_ips_id_seq TO partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.business_calendars ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.business_calendars TO partnertui_partner USING (true);

CREATE POLICY support ON public.business_calendars TO partnertui_support USING (true);

CREATE POLICY development ON public.business_calendars TO partnertui_development USING (true);

CREATE POLICY admin ON public.business_calendars TO partnertui_admin USING (true);

CREATE POLICY service ON public.business_calendars TO partnertui_service USING (true);

GRANT SELECT ON public.business_calendars TO partnertui_partner;

GRANT SELECT, INSERT, UPDATE (name, time_zone, country, subdivision, monday, tuesday, wednesday, thursday, friday, saturday, sunday, version), DELETE ON public.business_calendars TO partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.business_calendars TO partnertui_service;

GRANT USAGE ON SEQUENCE public.business_calendars_id_seq TO partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.calendar_days ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.calendar_days TO partnertui_partner USING (true);

CREATE POLICY support ON public.calendar_days TO partnertui_support USING (true);

CREATE POLICY development ON public.calendar_days TO partnertui_development USING (true);

CREATE POLICY admin ON public.calendar_days TO partnertui_admin USING (true);

CREATE POLICY service ON public.calendar_days TO partnertui_service USING (true);

GRANT SELECT ON public.calendar_days TO partnertui_partner;

GRANT SELECT, INSERT, UPDATE (calendar_id, day, name, hours, version), DELETE ON public.calendar_days TO partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.calendar_days TO partnertui_service;

GRANT USAGE ON SEQUENCE public.calendar_days_id_seq TO partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.canned_responses ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.canned_responses TO partnertui_partner USING (true);

CREATE POLICY support ON public.canned_responses TO partnertui_support USING (true);

CREATE POLICY development ON public.canned_responses TO partnertui_development USING (true);

CREATE POLICY admin ON public.canned_responses TO partnertui_admin USING (true);

CREATE POLICY service ON public.canned_responses TO partnertui_service USING (true);

GRANT SELECT ON public.canned_responses TO partnertui_partner;

GRANT SELECT, INSERT, UPDATE (name, folder, subject, body, language, enabled, used, last_used_at, version), DELETE ON public.canned_responses TO partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.canned_responses TO partnertui_service;

GRANT USAGE ON SEQUENCE public.canned_responses_id_seq TO partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.capture_folders ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.capture_folders TO partnertui_partner USING (true);

CREATE POLICY support ON public.capture_folders TO partnertui_support USING (true);

CREATE POLICY development ON public.capture_folders TO partnertui_development USING (true);

CREATE POLICY admin ON public.capture_folders TO partnertui_admin USING (true);

CREATE POLICY service ON public.capture_folders TO partnertui_service USING (true);

GRANT SELECT ON public.capture_folders TO partnertui_partner, partnertui_support, partnertui_development;

GRANT SELECT, INSERT, UPDATE (name, path, pattern, enabled, version), DELETE ON public.capture_folders TO partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.capture_folders TO partnertui_service;

GRANT USAGE ON SEQUENCE public.capture_folders_id_seq TO partnertui_admin, partnertui_service;

ALTER TABLE public.cdrs ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.cdrs TO partnertui_partner USING (partner_id = (SELECT priv.my_partner()));

CREATE POLICY support ON public.cdrs TO partnertui_support USING (true);

CREATE POLICY development ON public.cdrs TO partnertui_development USING (true);

CREATE POLICY admin ON public.cdrs TO partnertui_admin USING (true);

CREATE POLICY service ON public.cdrs TO partnertui_service USING (true);

GRANT SELECT ON public.cdrs TO partnertui_partner;

GRANT SELECT, INSERT, UPDATE (started_at, category, direction, customer_id, partner_id, user_id, ddi_id, source_number, source_name, destination_number, destination_name, destination_country, prefix_name, duration, billed_seconds, rate, charge, currency, disposition, sip_code, q850_cause, hung_up_by, pdd_ms, codec, mos, source_user_agent, destination_user_agent, source_ip, destination_ip, call_id_a, call_id_b, server, origin, rating, terms_id, covered_seconds) ON public.cdrs TO partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.cdrs TO partnertui_service;

GRANT USAGE ON SEQUENCE public.cdrs_id_seq TO partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.chat_readings ENABLE ROW LEVEL SECURITY;

CREATE POLICY support ON public.chat_readings TO partnertui_support USING (true) WITH CHECK (operator_id = (SELECT priv.my_operator()));

CREATE POLICY development ON public.chat_readings TO partnertui_development USING (true) WITH CHECK (operator_id = (SELECT priv.my_operator()));

CREATE POLICY admin ON public.chat_readings TO partnertui_admin USING (true) WITH CHECK (operator_id = (SELECT priv.my_operator()));

CREATE POLICY service ON public.chat_readings TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (chat_id, operator_id, reason, requested_in, requested_at, read_at, customer_id, partner_id) ON public.chat_readings TO partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.chat_readings TO partnertui_service;

GRANT USAGE ON SEQUENCE public.chat_readings_id_seq TO partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.chats ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.chats TO partnertui_partner USING (partner_id = (SELECT priv.my_partner()));

CREATE POLICY support ON public.chats TO partnertui_support USING (true);

CREATE POLICY development ON public.chats TO partnertui_development USING (true);

CREATE POLICY admin ON public.chats TO partnertui_admin USING (true);

CREATE POLICY service ON public.chats TO partnertui_service USING (true);

GRANT SELECT (id, started_at, web_site, operator_name, user_id, visitor_name, email, ip, country, city, user_agent, referrer, duration, messages, state, has_text, text_destroyed_at, customer_id, partner_id) ON public.chats TO partnertui_partner;

GRANT SELECT (id, started_at, web_site, operator_name, user_id, visitor_name, email, ip, country, city, user_agent, referrer, duration, messages, state, has_text, text_destroyed_at, customer_id, partner_id), INSERT, UPDATE (started_at, web_site, operator_name, user_id, visitor_name, email, ip, country, city, user_agent, referrer, duration, messages, state, text_ciphertext, text_destroyed_at, customer_id, partner_id) ON public.chats TO partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.chats TO partnertui_service;

GRANT USAGE ON SEQUENCE public.chats_id_seq TO partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.committed_writes ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.committed_writes TO partnertui_partner USING (operator_id = (SELECT priv.my_operator()));

CREATE POLICY support ON public.committed_writes TO partnertui_support USING (true);

CREATE POLICY development ON public.committed_writes TO partnertui_development USING (true);

CREATE POLICY admin ON public.committed_writes TO partnertui_admin USING (true);

CREATE POLICY service ON public.committed_writes TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (idempotency_key, fingerprint, operator_id, committed_at, result) ON public.committed_writes TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.committed_writes TO partnertui_service;

GRANT USAGE ON SEQUENCE public.committed_writes_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.conferences ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.conferences TO partnertui_partner USING (partner_id = (SELECT priv.my_partner())) WITH CHECK (partner_id = (SELECT priv.my_partner()) AND EXISTS (SELECT 1 FROM public.customers p WHERE p.id = conferences.customer_id));

CREATE POLICY support ON public.conferences TO partnertui_support USING (true);

CREATE POLICY development ON public.conferences TO partnertui_development USING (true);

CREATE POLICY admin ON public.conferences TO partnertui_admin USING (true);

CREATE POLICY service ON public.conferences TO partnertui_service USING (true);

GRANT SELECT (id, name, extension, has_pin, has_moderator_pin, max_members, wait_for_moderator, record, announce, enabled, members_now, customer_id, partner_id, version), INSERT, UPDATE (name, extension, pin_ciphertext, moderator_pin_ciphertext, max_members, wait_for_moderator, record, announce, enabled, members_now, customer_id, partner_id, version) ON public.conferences TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.conferences TO partnertui_service;

GRANT USAGE ON SEQUENCE public.conferences_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.credit_cards ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.credit_cards TO partnertui_partner USING (partner_id = (SELECT priv.my_partner())) WITH CHECK (partner_id = (SELECT priv.my_partner()) AND EXISTS (SELECT 1 FROM public.customers p WHERE p.id = credit_cards.customer_id));

CREATE POLICY support ON public.credit_cards TO partnertui_support USING (true);

CREATE POLICY development ON public.credit_cards TO partnertui_development USING (true);

CREATE POLICY admin ON public.credit_cards TO partnertui_admin USING (true);

CREATE POLICY service ON public.credit_cards TO partnertui_service USING (true);

GRANT SELECT (id, holder, brand, last_four, expiry_year, expiry_month, gateway, has_token, status, is_default, created_at, customer_id, partner_id, version), INSERT, UPDATE (holder, brand, last_four, expiry_year, expiry_month, number_ciphertext, number_hmac, gateway, gateway_token_ciphertext, status, is_default, created_at, customer_id, partner_id, version) ON public.credit_cards TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.credit_cards TO partnertui_service;

GRANT USAGE ON SEQUENCE public.credit_cards_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.customer_phones ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.customer_phones TO partnertui_partner USING (partner_id = (SELECT priv.my_partner())) WITH CHECK (partner_id = (SELECT priv.my_partner()) AND (user_id IS NULL OR EXISTS (SELECT 1 FROM public.users p WHERE p.id = customer_phones.user_id)) AND EXISTS (SELECT 1 FROM public.customers p WHERE p.id = customer_phones.customer_id));

CREATE POLICY support ON public.customer_phones TO partnertui_support USING (true);

CREATE POLICY development ON public.customer_phones TO partnertui_development USING (true);

CREATE POLICY admin ON public.customer_phones TO partnertui_admin USING (true);

CREATE POLICY service ON public.customer_phones TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (user_id, phone_model_id, mac, vendor, firmware, last_provisioned_at, last_provisioned_ip, last_provisioned_agent, created_at, customer_id, partner_id, version) ON public.customer_phones TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.customer_phones TO partnertui_service;

GRANT USAGE ON SEQUENCE public.customer_phones_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.customer_price_lists ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.customer_price_lists TO partnertui_partner USING (partner_id = (SELECT priv.my_partner())) WITH CHECK (partner_id = (SELECT priv.my_partner()) AND EXISTS (SELECT 1 FROM public.customers p WHERE p.id = customer_price_lists.customer_id));

CREATE POLICY support ON public.customer_price_lists TO partnertui_support USING (true);

CREATE POLICY development ON public.customer_price_lists TO partnertui_development USING (true);

CREATE POLICY admin ON public.customer_price_lists TO partnertui_admin USING (true);

CREATE POLICY service ON public.customer_price_lists TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (slot, price_list_id, customer_id, partner_id, version), DELETE ON public.customer_price_lists TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.customer_price_lists TO partnertui_service;

GRANT USAGE ON SEQUENCE public.customer_price_lists_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.customers ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.customers TO partnertui_partner USING (partner_id = (SELECT priv.my_partner()));

CREATE POLICY support ON public.customers TO partnertui_support USING (true);

CREATE POLICY development ON public.customers TO partnertui_development USING (true);

CREATE POLICY admin ON public.customers TO partnertui_admin USING (true);

CREATE POLICY service ON public.customers TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (company, contact, email, phone, partner_id, status, created_at, trial_ends_at, country, street, street2, postcode, city, state, currency, vat_number, vat_checked, vat_checked_at, vat_state, vat_answered_at, vat_asked_at, vat_answer, price_plan_id, credit, credit_limit, auto_top_up, top_up_threshold, top_up_amount, unlimited_minutes_left, minute_seconds_used, language, time_zone, sip_domain, max_channels, caller_id_number, international_calls, premium_calls, invoice_email, purchase_order, external_reference, newsletter, xmpp_status, tour_state, blocked_reason, version) ON public.customers TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.customers TO partnertui_service;

GRANT USAGE ON SEQUENCE public.customers_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.ddis ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.ddis TO partnertui_partner USING (partner_id = (SELECT priv.my_partner())) WITH CHECK (partner_id = (SELECT priv.my_partner()) AND (user_id IS NULL OR EXISTS (SELECT 1 FROM public.users p WHERE p.id = ddis.user_id)) AND (customer_id IS NULL OR EXISTS (SELECT 1 FROM public.customers p WHERE p.id = ddis.customer_id)));

CREATE POLICY support ON public.ddis TO partnertui_support USING (true);

CREATE POLICY development ON public.ddis TO partnertui_development USING (true);

CREATE POLICY admin ON public.ddis TO partnertui_admin USING (true);

CREATE POLICY service ON public.ddis TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (number, country, area, route_type, target_id, target, user_id, price_list_entry_id, setup_fee, monthly_fee, currency, in_unlimited_plan, special_case, pattern_reason, billing_starts_at, state, quarantined_until, created_at, customer_id, partner_id, version) ON public.ddis TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.ddis TO partnertui_service;

GRANT USAGE ON SEQUENCE public.ddis_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.drafts ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.drafts TO partnertui_partner USING (operator_id = (SELECT priv.my_operator())) WITH CHECK (operator_id = (SELECT priv.my_operator()) AND (customer_id IS NULL OR EXISTS (SELECT 1 FROM public.customers p WHERE p.id = drafts.customer_id)));

CREATE POLICY support ON public.drafts TO partnertui_support USING (operator_id = (SELECT priv.my_operator()));

CREATE POLICY development ON public.drafts TO partnertui_development USING (operator_id = (SELECT priv.my_operator()));

CREATE POLICY admin ON public.drafts TO partnertui_admin USING (operator_id = (SELECT priv.my_operator()));

CREATE POLICY service ON public.drafts TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (operator_id, object_table, object_id, form, text_ciphertext, saved_at, customer_id, partner_id), DELETE ON public.drafts TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.drafts TO partnertui_service;

GRANT USAGE ON SEQUENCE public.drafts_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.hep_messages ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.hep_messages TO partnertui_partner USING (EXISTS (SELECT 1 FROM public.cdrs c WHERE c.call_id_a = hep_messages.call_id) OR EXISTS (SELECT 1 FROM public.cdrs c WHERE c.call_id_b = hep_messages.call_id));

CREATE POLICY support ON public.hep_messages TO partnertui_support USING (true);

CREATE POLICY development ON public.hep_messages TO partnertui_development USING (true);

CREATE POLICY admin ON public.hep_messages TO partnertui_admin USING (true);

CREATE POLICY service ON public.hep_messages TO partnertui_service USING (true);

GRANT SELECT ON public.hep_messages TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.hep_messages TO partnertui_service;

ALTER TABLE public.history ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.history TO partnertui_partner USING (partner_id = (SELECT priv.my_partner())) WITH CHECK (partner_id = (SELECT priv.my_partner()) AND operator_id = (SELECT priv.my_operator()) AND (action = 'deleted' OR priv.owns(object_table, object_id)));

CREATE POLICY support ON public.history TO partnertui_support USING (true) WITH CHECK (operator_id = (SELECT priv.my_operator()));

CREATE POLICY development ON public.history TO partnertui_development USING (true) WITH CHECK (operator_id = (SELECT priv.my_operator()));

CREATE POLICY admin ON public.history TO partnertui_admin USING (true) WITH CHECK (operator_id = (SELECT priv.my_operator()));

CREATE POLICY service ON public.history TO partnertui_service USING (true);

GRANT SELECT, INSERT ON public.history TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.history TO partnertui_service;

GRANT USAGE ON SEQUENCE public.history_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.incident_failures ENABLE ROW LEVEL SECURITY;

CREATE POLICY support ON public.incident_failures TO partnertui_support USING (true);

CREATE POLICY development ON public.incident_failures TO partnertui_development USING (true);

CREATE POLICY admin ON public.incident_failures TO partnertui_admin USING (true);

CREATE POLICY service ON public.incident_failures TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (incident_id, cdr_id, aor, at, customer_id, partner_id) ON public.incident_failures TO partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.incident_failures TO partnertui_service;

GRANT USAGE ON SEQUENCE public.incident_failures_id_seq TO partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.incidents ENABLE ROW LEVEL SECURITY;

CREATE POLICY support ON public.incidents TO partnertui_support USING (true);

CREATE POLICY development ON public.incidents TO partnertui_development USING (true);

CREATE POLICY admin ON public.incidents TO partnertui_admin USING (true);

CREATE POLICY service ON public.incidents TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (shared_by, value, verdict, also, state, first_at, last_at, noticed_at, ended_at, failures, customers, attempts, answered_at, version) ON public.incidents TO partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.incidents TO partnertui_service;

GRANT USAGE ON SEQUENCE public.incidents_id_seq TO partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.invoice_counters ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.invoice_counters TO partnertui_partner USING (seller_id = (SELECT priv.my_partner()));

CREATE POLICY support ON public.invoice_counters TO partnertui_support USING (true);

CREATE POLICY development ON public.invoice_counters TO partnertui_development USING (true);

CREATE POLICY admin ON public.invoice_counters TO partnertui_admin USING (true);

CREATE POLICY service ON public.invoice_counters TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (seller_id, kind, year, last) ON public.invoice_counters TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.invoice_counters TO partnertui_service;

GRANT USAGE ON SEQUENCE public.invoice_counters_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.invoice_logos ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.invoice_logos TO partnertui_partner USING (EXISTS (SELECT 1 FROM public.partners p WHERE p.logo_id = invoice_logos.id) OR EXISTS (SELECT 1 FROM public.invoices i WHERE i.logo_id = invoice_logos.id));

CREATE POLICY support ON public.invoice_logos TO partnertui_support USING (true);

CREATE POLICY development ON public.invoice_logos TO partnertui_development USING (true);

CREATE POLICY admin ON public.invoice_logos TO partnertui_admin USING (true);

CREATE POLICY service ON public.invoice_logos TO partnertui_service USING (true);

GRANT SELECT ON public.invoice_logos TO partnertui_partner;

GRANT SELECT, INSERT, UPDATE (digest, content) ON public.invoice_logos TO partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.invoice_logos TO partnertui_service;

GRANT USAGE ON SEQUENCE public.invoice_logos_id_seq TO partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.invoices ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.invoices TO partnertui_partner USING (partner_id = (SELECT priv.my_partner())) WITH CHECK (partner_id = (SELECT priv.my_partner()) AND EXISTS (SELECT 1 FROM public.transactions p WHERE p.id = invoices.transaction_id) AND (credits_id IS NULL OR priv.owns('invoices', credits_id)) AND EXISTS (SELECT 1 FROM public.customers p WHERE p.id = invoices.customer_id));

CREATE POLICY support ON public.invoices TO partnertui_support USING (true);

CREATE POLICY development ON public.invoices TO partnertui_development USING (true);

CREATE POLICY admin ON public.invoices TO partnertui_admin USING (true);

CREATE POLICY service ON public.invoices TO partnertui_service USING (true);

GRANT SELECT, INSERT ON public.invoices TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.invoices TO partnertui_service;

GRANT USAGE ON SEQUENCE public.invoices_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.ivr_entries ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.ivr_entries TO partnertui_partner USING (partner_id = (SELECT priv.my_partner())) WITH CHECK (partner_id = (SELECT priv.my_partner()) AND EXISTS (SELECT 1 FROM public.ivrs p WHERE p.id = ivr_entries.ivr_id) AND EXISTS (SELECT 1 FROM public.customers p WHERE p.id = ivr_entries.customer_id));

CREATE POLICY support ON public.ivr_entries TO partnertui_support USING (true);

CREATE POLICY development ON public.ivr_entries TO partnertui_development USING (true);

CREATE POLICY admin ON public.ivr_entries TO partnertui_admin USING (true);

CREATE POLICY service ON public.ivr_entries TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (ivr_id, digit, customer_id, partner_id, version, target_type, target_id, target), DELETE ON public.ivr_entries TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.ivr_entries TO partnertui_service;

GRANT USAGE ON SEQUENCE public.ivr_entries_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.ivrs ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.ivrs TO partnertui_partner USING (partner_id = (SELECT priv.my_partner())) WITH CHECK (partner_id = (SELECT priv.my_partner()) AND (welcome_sound_id IS NULL OR EXISTS (SELECT 1 FROM public.sounds p WHERE p.id = ivrs.welcome_sound_id)) AND EXISTS (SELECT 1 FROM public.customers p WHERE p.id = ivrs.customer_id));

CREATE POLICY support ON public.ivrs TO partnertui_support USING (true);

CREATE POLICY development ON public.ivrs TO partnertui_development USING (true);

CREATE POLICY admin ON public.ivrs TO partnertui_admin USING (true);

CREATE POLICY service ON public.ivrs TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (name, extension, welcome_sound_id, timeout, retries, enabled, customer_id, partner_id, version) ON public.ivrs TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.ivrs TO partnertui_service;

GRANT USAGE ON SEQUENCE public.ivrs_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.locations ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.locations TO partnertui_partner USING (partner_id = (SELECT priv.my_partner())) WITH CHECK (partner_id = (SELECT priv.my_partner()) AND EXISTS (SELECT 1 FROM public.customers p WHERE p.id = locations.customer_id));

CREATE POLICY support ON public.locations TO partnertui_support USING (true);

CREATE POLICY development ON public.locations TO partnertui_development USING (true);

CREATE POLICY admin ON public.locations TO partnertui_admin USING (true);

CREATE POLICY service ON public.locations TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (name, street, postcode, city, state, country, time_zone, tone_zone, emergency_address, customer_id, partner_id, version) ON public.locations TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.locations TO partnertui_service;

GRANT USAGE ON SEQUENCE public.locations_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.login_links ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.login_links TO partnertui_partner USING (partner_id = (SELECT priv.my_partner())) WITH CHECK (partner_id = (SELECT priv.my_partner()) AND operator_id = (SELECT priv.my_operator()) AND EXISTS (SELECT 1 FROM public.users p WHERE p.id = login_links.user_id) AND EXISTS (SELECT 1 FROM public.customers p WHERE p.id = login_links.customer_id));

CREATE POLICY support ON public.login_links TO partnertui_support USING (true) WITH CHECK (operator_id = (SELECT priv.my_operator()));

CREATE POLICY development ON public.login_links TO partnertui_development USING (true) WITH CHECK (operator_id = (SELECT priv.my_operator()));

CREATE POLICY admin ON public.login_links TO partnertui_admin USING (true) WITH CHECK (operator_id = (SELECT priv.my_operator()));

CREATE POLICY service ON public.login_links TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (user_id, operator_id, token_hash, created_at, expires_at, used_at, ended_at, customer_id, partner_id), DELETE ON public.login_links TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.login_links TO partnertui_service;

GRANT USAGE ON SEQUENCE public.login_links_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.mail_references ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.mail_references TO partnertui_partner USING (EXISTS (SELECT 1 FROM public.tickets t WHERE t.id = ticket_id)) WITH CHECK (EXISTS (SELECT 1 FROM public.tickets t WHERE t.id = ticket_id) AND EXISTS (SELECT 1 FROM public.tickets p WHERE p.id = mail_references.ticket_id));

CREATE POLICY support ON public.mail_references TO partnertui_support USING (true);

CREATE POLICY development ON public.mail_references TO partnertui_development USING (true);

CREATE POLICY admin ON public.mail_references TO partnertui_admin USING (true);

CREATE POLICY service ON public.mail_references TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (message_id, ticket_id), DELETE ON public.mail_references TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.mail_references TO partnertui_service;

GRANT USAGE ON SEQUENCE public.mail_references_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.mailbox_states ENABLE ROW LEVEL SECURITY;

CREATE POLICY support ON public.mailbox_states TO partnertui_support USING (true);

CREATE POLICY development ON public.mailbox_states TO partnertui_development USING (true);

CREATE POLICY admin ON public.mailbox_states TO partnertui_admin USING (true);

CREATE POLICY service ON public.mailbox_states TO partnertui_service USING (true);

GRANT SELECT ON public.mailbox_states TO partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.mailbox_states TO partnertui_service;

GRANT USAGE ON SEQUENCE public.mailbox_states_id_seq TO partnertui_service;

ALTER TABLE public.mailboxes ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.mailboxes TO partnertui_partner USING (partner_id = (SELECT priv.my_partner()));

CREATE POLICY support ON public.mailboxes TO partnertui_support USING (true);

CREATE POLICY development ON public.mailboxes TO partnertui_development USING (true);

CREATE POLICY admin ON public.mailboxes TO partnertui_admin USING (true);

CREATE POLICY service ON public.mailboxes TO partnertui_service USING (true);

GRANT SELECT (id, name, address, partner_id, imap_host, imap_port, imap_security, folder, smtp_host, smtp_port, smtp_security, login, sign_in, has_secret, token_url, client_id, copies_to, enabled, version) ON public.mailboxes TO partnertui_partner, partnertui_support, partnertui_development;

GRANT SELECT (id, name, address, partner_id, imap_host, imap_port, imap_security, folder, smtp_host, smtp_port, smtp_security, login, sign_in, has_secret, token_url, client_id, copies_to, enabled, version), INSERT, UPDATE (name, address, partner_id, imap_host, imap_port, imap_security, folder, smtp_host, smtp_port, smtp_security, login, sign_in, password_ciphertext, token_url, client_id, copies_to, enabled, version), DELETE ON public.mailboxes TO partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.mailboxes TO partnertui_service;

GRANT USAGE ON SEQUENCE public.mailboxes_id_seq TO partnertui_admin, partnertui_service;

ALTER TABLE public.mails ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.mails TO partnertui_partner USING (partner_id = (SELECT priv.my_partner())) WITH CHECK (partner_id = (SELECT priv.my_partner()) AND (ticket_id IS NULL OR EXISTS (SELECT 1 FROM public.tickets p WHERE p.id = mails.ticket_id)) AND (customer_id IS NULL OR EXISTS (SELECT 1 FROM public.customers p WHERE p.id = mails.customer_id)));

CREATE POLICY support ON public.mails TO partnertui_support USING (true);

CREATE POLICY development ON public.mails TO partnertui_development USING (true);

CREATE POLICY admin ON public.mails TO partnertui_admin USING (true);

CREATE POLICY service ON public.mails TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (mailbox_id, uid_validity, uid, message_id, content_hash, from_address, subject, sent_at, received_at, size, raw, kind, ticket_id, problem, customer_id, partner_id) ON public.mails TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.mails TO partnertui_service;

GRANT USAGE ON SEQUENCE public.mails_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.notes TO partnertui_partner USING (partner_id = (SELECT priv.my_partner())) WITH CHECK (partner_id = (SELECT priv.my_partner()) AND author_id = (SELECT priv.my_operator()) AND priv.owns(object_table, object_id) AND (customer_id IS NULL OR EXISTS (SELECT 1 FROM public.customers p WHERE p.id = notes.customer_id)));

CREATE POLICY support ON public.notes TO partnertui_support USING (true);

CREATE POLICY development ON public.notes TO partnertui_development USING (true);

CREATE POLICY admin ON public.notes TO partnertui_admin USING (true);

CREATE POLICY service ON public.notes TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (object_table, object_id, body, author_id, author_name, created_at, edited_at, customer_id, partner_id, version) ON public.notes TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.notes TO partnertui_service;

GRANT USAGE ON SEQUENCE public.notes_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.operators ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.operators TO partnertui_partner USING (partner_id = (SELECT priv.my_partner()) OR partner_id IS NULL);

CREATE POLICY support ON public.operators TO partnertui_support USING (true);

CREATE POLICY development ON public.operators TO partnertui_development USING (true);

CREATE POLICY admin ON public.operators TO partnertui_admin USING (true);

CREATE POLICY service ON public.operators TO partnertui_service USING (true);

GRANT SELECT (id, login, name, email, role, partner_id, database_role, enabled, last_login_at, created_at, version) ON public.operators TO partnertui_partner, partnertui_support, partnertui_development;

GRANT SELECT (id, login, name, email, role, partner_id, database_role, enabled, last_login_at, created_at, version), INSERT, UPDATE (login, name, email, role, partner_id, database_role, password_hash, enabled, last_login_at, created_at, version), DELETE ON public.operators TO partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.operators TO partnertui_service;

GRANT USAGE ON SEQUENCE public.operators_id_seq TO partnertui_admin, partnertui_service;

ALTER TABLE public.outbox_mails ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.outbox_mails TO partnertui_partner USING (partner_id = (SELECT priv.my_partner())) WITH CHECK (partner_id = (SELECT priv.my_partner()) AND EXISTS (SELECT 1 FROM public.tickets p WHERE p.id = outbox_mails.ticket_id) AND EXISTS (SELECT 1 FROM public.ticket_messages p WHERE p.id = outbox_mails.ticket_message_id) AND (customer_id IS NULL OR EXISTS (SELECT 1 FROM public.customers p WHERE p.id = outbox_mails.customer_id)));

CREATE POLICY support ON public.outbox_mails TO partnertui_support USING (true);

CREATE POLICY development ON public.outbox_mails TO partnertui_development USING (true);

CREATE POLICY admin ON public.outbox_mails TO partnertui_admin USING (true);

CREATE POLICY service ON public.outbox_mails TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (mailbox_id, ticket_id, ticket_message_id, message_id, recipients, subject, body, state, not_before, attempts, claimed_at, claimed_by, handed_at, sent_at, server_answer, problem, created_at, customer_id, partner_id) ON public.outbox_mails TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.outbox_mails TO partnertui_service;

GRANT USAGE ON SEQUENCE public.outbox_mails_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.partners ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.partners TO partnertui_partner USING (id = (SELECT priv.my_partner()));

CREATE POLICY support ON public.partners TO partnertui_support USING (true);

CREATE POLICY development ON public.partners TO partnertui_development USING (true);

CREATE POLICY admin ON public.partners TO partnertui_admin USING (true);

CREATE POLICY service ON public.partners TO partnertui_service USING (true);

GRANT SELECT ON public.partners TO partnertui_partner, partnertui_support, partnertui_development;

GRANT SELECT, INSERT, UPDATE (name, email, phone, country, enabled, created_at, street, postcode, city, vat_number, registration, bank_name, iban, bic, invoice_prefix, logo_id, version), DELETE ON public.partners TO partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.partners TO partnertui_service;

GRANT USAGE ON SEQUENCE public.partners_id_seq TO partnertui_admin, partnertui_service;

ALTER TABLE public.payment_corrections ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.payment_corrections TO partnertui_partner USING (partner_id = (SELECT priv.my_partner())) WITH CHECK (partner_id = (SELECT priv.my_partner()) AND EXISTS (SELECT 1 FROM public.payments p WHERE p.id = payment_corrections.payment_id) AND EXISTS (SELECT 1 FROM public.customers p WHERE p.id = payment_corrections.customer_id));

CREATE POLICY support ON public.payment_corrections TO partnertui_support USING (true);

CREATE POLICY development ON public.payment_corrections TO partnertui_development USING (true);

CREATE POLICY admin ON public.payment_corrections TO partnertui_admin USING (true);

CREATE POLICY service ON public.payment_corrections TO partnertui_service USING (true);

GRANT SELECT, INSERT ON public.payment_corrections TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.payment_corrections TO partnertui_service;

GRANT USAGE ON SEQUENCE public.payment_corrections_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.payments ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.payments TO partnertui_partner USING (partner_id = (SELECT priv.my_partner())) WITH CHECK (partner_id = (SELECT priv.my_partner()) AND (card_id IS NULL OR EXISTS (SELECT 1 FROM public.credit_cards p WHERE p.id = payments.card_id)) AND (transaction_id IS NULL OR EXISTS (SELECT 1 FROM public.transactions p WHERE p.id = payments.transaction_id)) AND EXISTS (SELECT 1 FROM public.customers p WHERE p.id = payments.customer_id));

CREATE POLICY support ON public.payments TO partnertui_support USING (true);

CREATE POLICY development ON public.payments TO partnertui_development USING (true);

CREATE POLICY admin ON public.payments TO partnertui_admin USING (true);

CREATE POLICY service ON public.payments TO partnertui_service USING (true);

GRANT SELECT (id, at, payment_type, unique_payment_id, amount, tax, fee, currency, card_id, transaction_id, gateway, gateway_reference, has_answer, state, refunded, failure_code, idempotency_key, customer_id, partner_id, version), INSERT, UPDATE (at, payment_type, unique_payment_id, amount, tax, fee, currency, card_id, transaction_id, gateway, gateway_reference, gateway_answer_ciphertext, state, refunded, failure_code, idempotency_key, customer_id, partner_id, version) ON public.payments TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.payments TO partnertui_service;

GRANT USAGE ON SEQUENCE public.payments_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.pending_ddi_numbers ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.pending_ddi_numbers TO partnertui_partner USING (partner_id = (SELECT priv.my_partner())) WITH CHECK (partner_id = (SELECT priv.my_partner()) AND EXISTS (SELECT 1 FROM public.pending_ddis p WHERE p.id = pending_ddi_numbers.order_id) AND (ddi_id IS NULL OR EXISTS (SELECT 1 FROM public.ddis p WHERE p.id = pending_ddi_numbers.ddi_id)) AND EXISTS (SELECT 1 FROM public.customers p WHERE p.id = pending_ddi_numbers.customer_id));

CREATE POLICY support ON public.pending_ddi_numbers TO partnertui_support USING (true);

CREATE POLICY development ON public.pending_ddi_numbers TO partnertui_development USING (true);

CREATE POLICY admin ON public.pending_ddi_numbers TO partnertui_admin USING (true);

CREATE POLICY service ON public.pending_ddi_numbers TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (order_id, number, state, documents_missing, acting_party, required_action, agreed_at, reason, route_type, target_id, target, price_list_entry_id, ddi_id, activated_at, changed_at, customer_id, partner_id, version) ON public.pending_ddi_numbers TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.pending_ddi_numbers TO partnertui_service;

GRANT USAGE ON SEQUENCE public.pending_ddi_numbers_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.pending_ddis ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.pending_ddis TO partnertui_partner USING (partner_id = (SELECT priv.my_partner())) WITH CHECK (partner_id = (SELECT priv.my_partner()) AND EXISTS (SELECT 1 FROM public.customers p WHERE p.id = pending_ddis.customer_id));

CREATE POLICY support ON public.pending_ddis TO partnertui_support USING (true);

CREATE POLICY development ON public.pending_ddis TO partnertui_development USING (true);

CREATE POLICY admin ON public.pending_ddis TO partnertui_admin USING (true);

CREATE POLICY service ON public.pending_ddis TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (order_number, kind, country, first_number, numbers, quantity, losing_carrier, requested_at, agreed_at, documents_missing, state, required_action, rejected_reason, created_at, customer_id, partner_id, version) ON public.pending_ddis TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.pending_ddis TO partnertui_service;

GRANT USAGE ON SEQUENCE public.pending_ddis_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.phone_models ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.phone_models TO partnertui_partner USING (true);

CREATE POLICY support ON public.phone_models TO partnertui_support USING (true);

CREATE POLICY development ON public.phone_models TO partnertui_development USING (true);

CREATE POLICY admin ON public.phone_models TO partnertui_admin USING (true);

CREATE POLICY service ON public.phone_models TO partnertui_service USING (true);

GRANT SELECT ON public.phone_models TO partnertui_partner;

GRANT SELECT, INSERT, UPDATE (make, model, lines, firmware, ouis, enabled, version), DELETE ON public.phone_models TO partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.phone_models TO partnertui_service;

GRANT USAGE ON SEQUENCE public.phone_models_id_seq TO partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.pickup_group_members ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.pickup_group_members TO partnertui_partner USING (partner_id = (SELECT priv.my_partner())) WITH CHECK (partner_id = (SELECT priv.my_partner()) AND EXISTS (SELECT 1 FROM public.pickup_groups p WHERE p.id = pickup_group_members.pickup_group_id) AND EXISTS (SELECT 1 FROM public.users p WHERE p.id = pickup_group_members.user_id) AND EXISTS (SELECT 1 FROM public.customers p WHERE p.id = pickup_group_members.customer_id));

CREATE POLICY support ON public.pickup_group_members TO partnertui_support USING (true);

CREATE POLICY development ON public.pickup_group_members TO partnertui_development USING (true);

CREATE POLICY admin ON public.pickup_group_members TO partnertui_admin USING (true);

CREATE POLICY service ON public.pickup_group_members TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (pickup_group_id, user_id, customer_id, partner_id), DELETE ON public.pickup_group_members TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.pickup_group_members TO partnertui_service;

GRANT USAGE ON SEQUENCE public.pickup_group_members_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.pickup_groups ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.pickup_groups TO partnertui_partner USING (partner_id = (SELECT priv.my_partner())) WITH CHECK (partner_id = (SELECT priv.my_partner()) AND EXISTS (SELECT 1 FROM public.customers p WHERE p.id = pickup_groups.customer_id));

CREATE POLICY support ON public.pickup_groups TO partnertui_support USING (true);

CREATE POLICY development ON public.pickup_groups TO partnertui_development USING (true);

CREATE POLICY admin ON public.pickup_groups TO partnertui_admin USING (true);

CREATE POLICY service ON public.pickup_groups TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (name, customer_id, partner_id, version) ON public.pickup_groups TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.pickup_groups TO partnertui_service;

GRANT USAGE ON SEQUENCE public.pickup_groups_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.price_list_entries ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.price_list_entries TO partnertui_partner USING (true);

CREATE POLICY support ON public.price_list_entries TO partnertui_support USING (true);

CREATE POLICY development ON public.price_list_entries TO partnertui_development USING (true);

CREATE POLICY admin ON public.price_list_entries TO partnertui_admin USING (true);

CREATE POLICY service ON public.price_list_entries TO partnertui_service USING (true);

GRANT SELECT ON public.price_list_entries TO partnertui_partner;

GRANT SELECT, INSERT, UPDATE (price_list_id, name, prefix, country, product_id, per_minute, per_call, setup_fee, monthly_fee, first_seconds, step_seconds, unlimited, minimum_charge, valid_from, valid_to, version), DELETE ON public.price_list_entries TO partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.price_list_entries TO partnertui_service;

GRANT USAGE ON SEQUENCE public.price_list_entries_id_seq TO partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.price_lists ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.price_lists TO partnertui_partner USING (true);

CREATE POLICY support ON public.price_lists TO partnertui_support USING (true);

CREATE POLICY development ON public.price_lists TO partnertui_development USING (true);

CREATE POLICY admin ON public.price_lists TO partnertui_admin USING (true);

CREATE POLICY service ON public.price_lists TO partnertui_service USING (true);

GRANT SELECT ON public.price_lists TO partnertui_partner;

GRANT SELECT, INSERT, UPDATE (name, kind, currency, enabled, version), DELETE ON public.price_lists TO partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.price_lists TO partnertui_service;

GRANT USAGE ON SEQUENCE public.price_lists_id_seq TO partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.price_plans ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.price_plans TO partnertui_partner USING (true);

CREATE POLICY support ON public.price_plans TO partnertui_support USING (true);

CREATE POLICY development ON public.price_plans TO partnertui_development USING (true);

CREATE POLICY admin ON public.price_plans TO partnertui_admin USING (true);

CREATE POLICY service ON public.price_plans TO partnertui_service USING (true);

GRANT SELECT ON public.price_plans TO partnertui_partner;

GRANT SELECT, INSERT, UPDATE (name, currency, period, monthly_fee, per_user_fee, unlimited_minutes, enabled, version), DELETE ON public.price_plans TO partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.price_plans TO partnertui_service;

GRANT USAGE ON SEQUENCE public.price_plans_id_seq TO partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.probe_runs ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.probe_runs TO partnertui_partner USING (partner_id = (SELECT priv.my_partner()) OR operator_id = (SELECT priv.my_operator())) WITH CHECK (operator_id = (SELECT priv.my_operator()) AND (partner_id IS NULL OR partner_id = (SELECT priv.my_partner())) AND (customer_id IS NULL OR EXISTS (SELECT 1 FROM public.customers p WHERE p.id = probe_runs.customer_id)));

CREATE POLICY support ON public.probe_runs TO partnertui_support USING (true);

CREATE POLICY development ON public.probe_runs TO partnertui_development USING (true);

CREATE POLICY admin ON public.probe_runs TO partnertui_admin USING (true);

CREATE POLICY service ON public.probe_runs TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (at, operator_id, kind, target, outcome, phone, customer_id, partner_id, report, figures), DELETE ON public.probe_runs TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.probe_runs TO partnertui_service;

GRANT USAGE ON SEQUENCE public.probe_runs_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.products ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.products TO partnertui_partner USING (true);

CREATE POLICY support ON public.products TO partnertui_support USING (true);

CREATE POLICY development ON public.products TO partnertui_development USING (true);

CREATE POLICY admin ON public.products TO partnertui_admin USING (true);

CREATE POLICY service ON public.products TO partnertui_service USING (true);

GRANT SELECT ON public.products TO partnertui_partner;

GRANT SELECT, INSERT, UPDATE (name, code, item_type, category, description, currency, price, period, is_user_licence, enabled, version), DELETE ON public.products TO partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.products TO partnertui_service;

GRANT USAGE ON SEQUENCE public.products_id_seq TO partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.rated_terms ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.rated_terms TO partnertui_partner USING (true);

CREATE POLICY support ON public.rated_terms TO partnertui_support USING (true);

CREATE POLICY development ON public.rated_terms TO partnertui_development USING (true);

CREATE POLICY admin ON public.rated_terms TO partnertui_admin USING (true);

CREATE POLICY service ON public.rated_terms TO partnertui_service USING (true);

GRANT SELECT ON public.rated_terms TO partnertui_partner;

GRANT SELECT, INSERT, UPDATE (fingerprint, price_id, price_list_id, price_list, name, prefix, currency, per_minute, per_call, minimum, first_seconds, step_seconds, unlimited) ON public.rated_terms TO partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.rated_terms TO partnertui_service;

GRANT USAGE ON SEQUENCE public.rated_terms_id_seq TO partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.recordings ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.recordings TO partnertui_partner USING (partner_id = (SELECT priv.my_partner()));

CREATE POLICY support ON public.recordings TO partnertui_support USING (true);

CREATE POLICY development ON public.recordings TO partnertui_development USING (true);

CREATE POLICY admin ON public.recordings TO partnertui_admin USING (true);

CREATE POLICY service ON public.recordings TO partnertui_service USING (true);

GRANT SELECT ON public.recordings TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.recordings TO partnertui_service;

GRANT USAGE ON SEQUENCE public.recordings_id_seq TO partnertui_service;

ALTER TABLE public.refunds ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.refunds TO partnertui_partner USING (partner_id = (SELECT priv.my_partner()));

CREATE POLICY support ON public.refunds TO partnertui_support USING (true);

CREATE POLICY development ON public.refunds TO partnertui_development USING (true);

CREATE POLICY admin ON public.refunds TO partnertui_admin USING (true);

CREATE POLICY service ON public.refunds TO partnertui_service USING (true);

GRANT SELECT (id, transaction_id, payment_id, amount, currency, gateway, state, gateway_reference, has_answer, failure_code, result, idempotency_key, reason, requested_by_id, requested_at, approved_by_id, approved_at, sent_at, finished_at, customer_id, partner_id, version) ON public.refunds TO partnertui_partner;

GRANT SELECT (id, transaction_id, payment_id, amount, currency, gateway, state, gateway_reference, has_answer, failure_code, result, idempotency_key, reason, requested_by_id, requested_at, approved_by_id, approved_at, sent_at, finished_at, customer_id, partner_id, version), INSERT, UPDATE (transaction_id, payment_id, amount, currency, gateway, state, gateway_reference, gateway_answer_ciphertext, failure_code, result, idempotency_key, reason, requested_by_id, requested_at, approved_by_id, approved_at, sent_at, finished_at, customer_id, partner_id, version) ON public.refunds TO partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.refunds TO partnertui_service;

GRANT USAGE ON SEQUENCE public.refunds_id_seq TO partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.registrations ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.registrations TO partnertui_partner USING (partner_id = (SELECT priv.my_partner())) WITH CHECK (partner_id = (SELECT priv.my_partner()) AND (customer_id IS NULL OR EXISTS (SELECT 1 FROM public.customers p WHERE p.id = registrations.customer_id)));

CREATE POLICY support ON public.registrations TO partnertui_support USING (true);

CREATE POLICY development ON public.registrations TO partnertui_development USING (true);

CREATE POLICY admin ON public.registrations TO partnertui_admin USING (true);

CREATE POLICY service ON public.registrations TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (created_at, product, name, company, email, phone, country, ip, user_agent, referrer, campaign, converted_at, customer_id, partner_id, version) ON public.registrations TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.registrations TO partnertui_service;

GRANT USAGE ON SEQUENCE public.registrations_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.rejected_rows ENABLE ROW LEVEL SECURITY;

CREATE POLICY support ON public.rejected_rows TO partnertui_support USING (true);

CREATE POLICY development ON public.rejected_rows TO partnertui_development USING (true);

CREATE POLICY admin ON public.rejected_rows TO partnertui_admin USING (true);

CREATE POLICY service ON public.rejected_rows TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (source, row_key, reason, content, rejected_at), DELETE ON public.rejected_rows TO partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.rejected_rows TO partnertui_service;

GRANT USAGE ON SEQUENCE public.rejected_rows_id_seq TO partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.ring_group_members ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.ring_group_members TO partnertui_partner USING (partner_id = (SELECT priv.my_partner())) WITH CHECK (partner_id = (SELECT priv.my_partner()) AND EXISTS (SELECT 1 FROM public.ring_groups p WHERE p.id = ring_group_members.ring_group_id) AND EXISTS (SELECT 1 FROM public.users p WHERE p.id = ring_group_members.user_id) AND EXISTS (SELECT 1 FROM public.customers p WHERE p.id = ring_group_members.customer_id));

CREATE POLICY support ON public.ring_group_members TO partnertui_support USING (true);

CREATE POLICY development ON public.ring_group_members TO partnertui_development USING (true);

CREATE POLICY admin ON public.ring_group_members TO partnertui_admin USING (true);

CREATE POLICY service ON public.ring_group_members TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (ring_group_id, user_id, position, customer_id, partner_id), DELETE ON public.ring_group_members TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.ring_group_members TO partnertui_service;

GRANT USAGE ON SEQUENCE public.ring_group_members_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.ring_groups ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.ring_groups TO partnertui_partner USING (partner_id = (SELECT priv.my_partner())) WITH CHECK (partner_id = (SELECT priv.my_partner()) AND EXISTS (SELECT 1 FROM public.customers p WHERE p.id = ring_groups.customer_id));

CREATE POLICY support ON public.ring_groups TO partnertui_support USING (true);

CREATE POLICY development ON public.ring_groups TO partnertui_development USING (true);

CREATE POLICY admin ON public.ring_groups TO partnertui_admin USING (true);

CREATE POLICY service ON public.ring_groups TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (name, extension, strategy, ring_time, enabled, customer_id, partner_id, version, target_type, target_id, target) ON public.ring_groups TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.ring_groups TO partnertui_service;

GRANT USAGE ON SEQUENCE public.ring_groups_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.routing_rules ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.routing_rules TO partnertui_partner USING (partner_id = (SELECT priv.my_partner())) WITH CHECK (partner_id = (SELECT priv.my_partner()) AND EXISTS (SELECT 1 FROM public.customers p WHERE p.id = routing_rules.customer_id));

CREATE POLICY support ON public.routing_rules TO partnertui_support USING (true);

CREATE POLICY development ON public.routing_rules TO partnertui_development USING (true);

CREATE POLICY admin ON public.routing_rules TO partnertui_admin USING (true);

CREATE POLICY service ON public.routing_rules TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (name, direction, priority, time_condition, time_zone, caller_pattern, number_pattern, enabled, customer_id, partner_id, version, target_type, target_id, target), DELETE ON public.routing_rules TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.routing_rules TO partnertui_service;

GRANT USAGE ON SEQUENCE public.routing_rules_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.saved_views ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.saved_views TO partnertui_partner USING (operator_id = (SELECT priv.my_operator()));

CREATE POLICY support ON public.saved_views TO partnertui_support USING (true);

CREATE POLICY development ON public.saved_views TO partnertui_development USING (true);

CREATE POLICY admin ON public.saved_views TO partnertui_admin USING (true);

CREATE POLICY service ON public.saved_views TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (operator_id, screen, name, query, sort, columns, version), DELETE ON public.saved_views TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.saved_views TO partnertui_service;

GRANT USAGE ON SEQUENCE public.saved_views_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.seen_registrations ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.seen_registrations TO partnertui_partner USING (EXISTS (SELECT 1 FROM public.users u WHERE u.sip_username = split_part(aor, '@', 1) AND u.sip_domain = split_part(aor, '@', 2)));

CREATE POLICY support ON public.seen_registrations TO partnertui_support USING (true);

CREATE POLICY development ON public.seen_registrations TO partnertui_development USING (true);

CREATE POLICY admin ON public.seen_registrations TO partnertui_admin USING (true);

CREATE POLICY service ON public.seen_registrations TO partnertui_service USING (true);

GRANT SELECT ON public.seen_registrations TO partnertui_partner;

GRANT SELECT, INSERT, UPDATE (aor, network, transport, user_agent, server, seen_at, lost_at), DELETE ON public.seen_registrations TO partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.seen_registrations TO partnertui_service;

GRANT USAGE ON SEQUENCE public.seen_registrations_id_seq TO partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.sent_views ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.sent_views TO partnertui_partner USING (operator_id IN (SELECT o.id FROM public.operators o WHERE o.partner_id = (SELECT priv.my_partner()))) WITH CHECK (operator_id IN (SELECT o.id FROM public.operators o WHERE o.partner_id = (SELECT priv.my_partner())) AND operator_id = (SELECT priv.my_operator()));

CREATE POLICY support ON public.sent_views TO partnertui_support USING (true);

CREATE POLICY development ON public.sent_views TO partnertui_development USING (true);

CREATE POLICY admin ON public.sent_views TO partnertui_admin USING (true);

CREATE POLICY service ON public.sent_views TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (code, operator_id, screen, location, sent_at), DELETE ON public.sent_views TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.sent_views TO partnertui_service;

GRANT USAGE ON SEQUENCE public.sent_views_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.sla_targets ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.sla_targets TO partnertui_partner USING (true);

CREATE POLICY support ON public.sla_targets TO partnertui_support USING (true);

CREATE POLICY development ON public.sla_targets TO partnertui_development USING (true);

CREATE POLICY admin ON public.sla_targets TO partnertui_admin USING (true);

CREATE POLICY service ON public.sla_targets TO partnertui_service USING (true);

GRANT SELECT ON public.sla_targets TO partnertui_partner;

GRANT SELECT, INSERT, UPDATE (priority, price_plan_id, calendar_id, first_answer_minutes, solution_minutes, warn_minutes, version), DELETE ON public.sla_targets TO partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.sla_targets TO partnertui_service;

GRANT USAGE ON SEQUENCE public.sla_targets_id_seq TO partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.sound_copies ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.sound_copies TO partnertui_partner USING (partner_id = (SELECT priv.my_partner())) WITH CHECK (partner_id = (SELECT priv.my_partner()) AND operator_id = (SELECT priv.my_operator()) AND EXISTS (SELECT 1 FROM public.sounds p WHERE p.id = sound_copies.sound_id) AND EXISTS (SELECT 1 FROM public.customers p WHERE p.id = sound_copies.customer_id));

CREATE POLICY support ON public.sound_copies TO partnertui_support USING (true);

CREATE POLICY development ON public.sound_copies TO partnertui_development USING (true);

CREATE POLICY admin ON public.sound_copies TO partnertui_admin USING (true);

CREATE POLICY service ON public.sound_copies TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (sound_id, operator_id, token_hash, expires_at, customer_id, partner_id), DELETE ON public.sound_copies TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.sound_copies TO partnertui_service;

GRANT USAGE ON SEQUENCE public.sound_copies_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.sounds ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.sounds TO partnertui_partner USING (partner_id = (SELECT priv.my_partner())) WITH CHECK (partner_id = (SELECT priv.my_partner()) AND EXISTS (SELECT 1 FROM public.customers p WHERE p.id = sounds.customer_id));

CREATE POLICY support ON public.sounds TO partnertui_support USING (true);

CREATE POLICY development ON public.sounds TO partnertui_development USING (true);

CREATE POLICY admin ON public.sounds TO partnertui_admin USING (true);

CREATE POLICY service ON public.sounds TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (name, use, duration_ms, size, level, adjusted, content, waveform, created_at, true_peak, original_level, original_content, customer_id, partner_id, version), DELETE ON public.sounds TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.sounds TO partnertui_service;

GRANT USAGE ON SEQUENCE public.sounds_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.statement_entries ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.statement_entries TO partnertui_partner USING (partner_id = (SELECT priv.my_partner())) WITH CHECK (partner_id = (SELECT priv.my_partner()) AND (transaction_id IS NULL OR EXISTS (SELECT 1 FROM public.transactions p WHERE p.id = statement_entries.transaction_id)) AND EXISTS (SELECT 1 FROM public.customers p WHERE p.id = statement_entries.customer_id));

CREATE POLICY support ON public.statement_entries TO partnertui_support USING (true);

CREATE POLICY development ON public.statement_entries TO partnertui_development USING (true);

CREATE POLICY admin ON public.statement_entries TO partnertui_admin USING (true);

CREATE POLICY service ON public.statement_entries TO partnertui_service USING (true);

GRANT SELECT, INSERT ON public.statement_entries TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.statement_entries TO partnertui_service;

GRANT USAGE ON SEQUENCE public.statement_entries_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.subscribers ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.subscribers TO partnertui_partner USING (partner_id = (SELECT priv.my_partner())) WITH CHECK (partner_id = (SELECT priv.my_partner()) AND (customer_id IS NULL OR EXISTS (SELECT 1 FROM public.customers p WHERE p.id = subscribers.customer_id)));

CREATE POLICY support ON public.subscribers TO partnertui_support USING (true);

CREATE POLICY development ON public.subscribers TO partnertui_development USING (true);

CREATE POLICY admin ON public.subscribers TO partnertui_admin USING (true);

CREATE POLICY service ON public.subscribers TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (email, name, site, language, since, unsubscribed_at, customer_id, partner_id, version) ON public.subscribers TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.subscribers TO partnertui_service;

GRANT USAGE ON SEQUENCE public.subscribers_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.switch_users ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.switch_users TO partnertui_partner USING (partner_id = (SELECT priv.my_partner())) WITH CHECK (partner_id = (SELECT priv.my_partner()) AND (customer_id IS NULL OR EXISTS (SELECT 1 FROM public.customers p WHERE p.id = switch_users.customer_id)));

CREATE POLICY support ON public.switch_users TO partnertui_support USING (true);

CREATE POLICY development ON public.switch_users TO partnertui_development USING (true);

CREATE POLICY admin ON public.switch_users TO partnertui_admin USING (true);

CREATE POLICY service ON public.switch_users TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (sip_username, sip_domain, revision, written_revision, changed_at, written_at, checked_at, differs, last_error, tried_at, claim, claimed_until, customer_id, partner_id) ON public.switch_users TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.switch_users TO partnertui_service;

GRANT USAGE ON SEQUENCE public.switch_users_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.sync_states ENABLE ROW LEVEL SECURITY;

CREATE POLICY support ON public.sync_states TO partnertui_support USING (true);

CREATE POLICY development ON public.sync_states TO partnertui_development USING (true);

CREATE POLICY admin ON public.sync_states TO partnertui_admin USING (true);

CREATE POLICY service ON public.sync_states TO partnertui_service USING (true);

GRANT SELECT ON public.sync_states TO partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.sync_states TO partnertui_service;

GRANT USAGE ON SEQUENCE public.sync_states_id_seq TO partnertui_service;

ALTER TABLE public.ticket_attachments ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.ticket_attachments TO partnertui_partner USING (partner_id = (SELECT priv.my_partner())) WITH CHECK (partner_id = (SELECT priv.my_partner()) AND EXISTS (SELECT 1 FROM public.ticket_messages p WHERE p.id = ticket_attachments.message_id) AND (customer_id IS NULL OR EXISTS (SELECT 1 FROM public.customers p WHERE p.id = ticket_attachments.customer_id)));

CREATE POLICY support ON public.ticket_attachments TO partnertui_support USING (true);

CREATE POLICY development ON public.ticket_attachments TO partnertui_development USING (true);

CREATE POLICY admin ON public.ticket_attachments TO partnertui_admin USING (true);

CREATE POLICY service ON public.ticket_attachments TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (message_id, name, media_type, content, size, content_id, evidence_kind, evidence, customer_id, partner_id) ON public.ticket_attachments TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.ticket_attachments TO partnertui_service;

GRANT USAGE ON SEQUENCE public.ticket_attachments_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.ticket_links ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.ticket_links TO partnertui_partner USING (partner_id = (SELECT priv.my_partner())) WITH CHECK (partner_id = (SELECT priv.my_partner()) AND EXISTS (SELECT 1 FROM public.tickets p WHERE p.id = ticket_links.ticket_id) AND (message_id IS NULL OR EXISTS (SELECT 1 FROM public.ticket_messages p WHERE p.id = ticket_links.message_id)) AND (customer_id IS NULL OR EXISTS (SELECT 1 FROM public.customers p WHERE p.id = ticket_links.customer_id)));

CREATE POLICY support ON public.ticket_links TO partnertui_support USING (true);

CREATE POLICY development ON public.ticket_links TO partnertui_development USING (true);

CREATE POLICY admin ON public.ticket_links TO partnertui_admin USING (true);

CREATE POLICY service ON public.ticket_links TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (ticket_id, object_table, object_id, value, message_id, customer_id, partner_id), DELETE ON public.ticket_links TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.ticket_links TO partnertui_service;

GRANT USAGE ON SEQUENCE public.ticket_links_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.ticket_messages ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.ticket_messages TO partnertui_partner USING (partner_id = (SELECT priv.my_partner())) WITH CHECK (partner_id = (SELECT priv.my_partner()) AND EXISTS (SELECT 1 FROM public.tickets p WHERE p.id = ticket_messages.ticket_id) AND (mail_id IS NULL OR EXISTS (SELECT 1 FROM public.mails p WHERE p.id = ticket_messages.mail_id)) AND (customer_id IS NULL OR EXISTS (SELECT 1 FROM public.customers p WHERE p.id = ticket_messages.customer_id)));

CREATE POLICY support ON public.ticket_messages TO partnertui_support USING (true);

CREATE POLICY development ON public.ticket_messages TO partnertui_development USING (true);

CREATE POLICY admin ON public.ticket_messages TO partnertui_admin USING (true);

CREATE POLICY service ON public.ticket_messages TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (ticket_id, kind, author_id, author, body, at, facts, mail_id, recipients, caution, customer_id, partner_id) ON public.ticket_messages TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.ticket_messages TO partnertui_service;

GRANT USAGE ON SEQUENCE public.ticket_messages_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.ticket_participants ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.ticket_participants TO partnertui_partner USING (partner_id = (SELECT priv.my_partner())) WITH CHECK (partner_id = (SELECT priv.my_partner()) AND EXISTS (SELECT 1 FROM public.tickets p WHERE p.id = ticket_participants.ticket_id) AND (customer_id IS NULL OR EXISTS (SELECT 1 FROM public.customers p WHERE p.id = ticket_participants.customer_id)));

CREATE POLICY support ON public.ticket_participants TO partnertui_support USING (true);

CREATE POLICY development ON public.ticket_participants TO partnertui_development USING (true);

CREATE POLICY admin ON public.ticket_participants TO partnertui_admin USING (true);

CREATE POLICY service ON public.ticket_participants TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (ticket_id, address, name, kind, customer_id, partner_id), DELETE ON public.ticket_participants TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.ticket_participants TO partnertui_service;

GRANT USAGE ON SEQUENCE public.ticket_participants_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.ticket_tags ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.ticket_tags TO partnertui_partner USING (partner_id = (SELECT priv.my_partner())) WITH CHECK (partner_id = (SELECT priv.my_partner()) AND EXISTS (SELECT 1 FROM public.tickets p WHERE p.id = ticket_tags.ticket_id) AND (customer_id IS NULL OR EXISTS (SELECT 1 FROM public.customers p WHERE p.id = ticket_tags.customer_id)));

CREATE POLICY support ON public.ticket_tags TO partnertui_support USING (true);

CREATE POLICY development ON public.ticket_tags TO partnertui_development USING (true);

CREATE POLICY admin ON public.ticket_tags TO partnertui_admin USING (true);

CREATE POLICY service ON public.ticket_tags TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (ticket_id, tag, customer_id, partner_id), DELETE ON public.ticket_tags TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.ticket_tags TO partnertui_service;

GRANT USAGE ON SEQUENCE public.ticket_tags_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.ticket_viewers ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.ticket_viewers TO partnertui_partner USING (EXISTS (SELECT 1 FROM public.tickets t WHERE t.id = ticket_id)) WITH CHECK (EXISTS (SELECT 1 FROM public.tickets t WHERE t.id = ticket_id) AND operator_id = (SELECT priv.my_operator()) AND EXISTS (SELECT 1 FROM public.tickets p WHERE p.id = ticket_viewers.ticket_id));

CREATE POLICY support ON public.ticket_viewers TO partnertui_support USING (true);

CREATE POLICY development ON public.ticket_viewers TO partnertui_development USING (true);

CREATE POLICY admin ON public.ticket_viewers TO partnertui_admin USING (true);

CREATE POLICY service ON public.ticket_viewers TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (ticket_id, operator_id, typing, seen_at), DELETE ON public.ticket_viewers TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.ticket_viewers TO partnertui_service;

GRANT USAGE ON SEQUENCE public.ticket_viewers_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.ticket_watches ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.ticket_watches TO partnertui_partner USING (partner_id = (SELECT priv.my_partner())) WITH CHECK (partner_id = (SELECT priv.my_partner()) AND EXISTS (SELECT 1 FROM public.tickets p WHERE p.id = ticket_watches.ticket_id) AND (message_id IS NULL OR EXISTS (SELECT 1 FROM public.ticket_messages p WHERE p.id = ticket_watches.message_id)) AND (customer_id IS NULL OR EXISTS (SELECT 1 FROM public.customers p WHERE p.id = ticket_watches.customer_id)));

CREATE POLICY support ON public.ticket_watches TO partnertui_support USING (true);

CREATE POLICY development ON public.ticket_watches TO partnertui_development USING (true);

CREATE POLICY admin ON public.ticket_watches TO partnertui_admin USING (true);

CREATE POLICY service ON public.ticket_watches TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (ticket_id, kind, value, since, due_at, text, message_id, operator_id, done_at, result, customer_id, partner_id), DELETE ON public.ticket_watches TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.ticket_watches TO partnertui_service;

GRANT USAGE ON SEQUENCE public.ticket_watches_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.tickets ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.tickets TO partnertui_partner USING (partner_id = (SELECT priv.my_partner())) WITH CHECK (partner_id = (SELECT priv.my_partner()) AND (user_id IS NULL OR EXISTS (SELECT 1 FROM public.users p WHERE p.id = tickets.user_id)) AND (merged_into_id IS NULL OR priv.owns('tickets', merged_into_id)) AND (split_from_id IS NULL OR priv.owns('tickets', split_from_id)) AND (payment_id IS NULL OR EXISTS (SELECT 1 FROM public.payments p WHERE p.id = tickets.payment_id)) AND (customer_id IS NULL OR EXISTS (SELECT 1 FROM public.customers p WHERE p.id = tickets.customer_id)));

CREATE POLICY support ON public.tickets TO partnertui_support USING (true);

CREATE POLICY development ON public.tickets TO partnertui_development USING (true);

CREATE POLICY admin ON public.tickets TO partnertui_admin USING (true);

CREATE POLICY service ON public.tickets TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (number, subject, requester_name, requester_email, user_id, agent_id, priority, priority_rank, state, channel, created_at, snoozed_until, first_answer_due_at, first_answered_at, solution_due_at, sla_due_at, sla_paused_since, sla_paused_seconds, sla_warn_at, language, solved_at, closed_at, last_update_at, last_update_by, merged_into_id, split_from_id, cdr_id, aor, payment_id, customer_id, partner_id, version) ON public.tickets TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.tickets TO partnertui_service;

GRANT USAGE ON SEQUENCE public.tickets_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.transaction_items ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.transaction_items TO partnertui_partner USING (partner_id = (SELECT priv.my_partner())) WITH CHECK (partner_id = (SELECT priv.my_partner()) AND EXISTS (SELECT 1 FROM public.transactions p WHERE p.id = transaction_items.transaction_id) AND (refund_of_item_id IS NULL OR priv.owns('transaction_items', refund_of_item_id)) AND EXISTS (SELECT 1 FROM public.customers p WHERE p.id = transaction_items.customer_id));

CREATE POLICY support ON public.transaction_items TO partnertui_support USING (true);

CREATE POLICY development ON public.transaction_items TO partnertui_development USING (true);

CREATE POLICY admin ON public.transaction_items TO partnertui_admin USING (true);

CREATE POLICY service ON public.transaction_items TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (transaction_id, category, item_type, product_id, description, quantity, unit, unit_price, tax, total, tax_rate, tax_category, refunded, refunded_tax, refund_of_item_id, currency, period_from, period_to, customer_id, partner_id, version) ON public.transaction_items TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.transaction_items TO partnertui_service;

GRANT USAGE ON SEQUENCE public.transaction_items_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.transactions ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.transactions TO partnertui_partner USING (partner_id = (SELECT priv.my_partner())) WITH CHECK (partner_id = (SELECT priv.my_partner()) AND (refund_of_id IS NULL OR priv.owns('transactions', refund_of_id)) AND EXISTS (SELECT 1 FROM public.customers p WHERE p.id = transactions.customer_id));

CREATE POLICY support ON public.transactions TO partnertui_support USING (true);

CREATE POLICY development ON public.transactions TO partnertui_development USING (true);

CREATE POLICY admin ON public.transactions TO partnertui_admin USING (true);

CREATE POLICY service ON public.transactions TO partnertui_service USING (true);

GRANT SELECT (id, at, transaction_type, amount, tax, refunded, currency, state, gateway, gateway_reference, has_answer, result, failure_code, refund_of_id, invoice_number, billing_company, billing_contact, billing_street, billing_postcode, billing_city, billing_state, billing_country, billing_vat_number, idempotency_key, customer_id, partner_id, version), INSERT, UPDATE (at, transaction_type, amount, tax, refunded, currency, state, gateway, gateway_reference, gateway_answer_ciphertext, result, failure_code, refund_of_id, invoice_number, billing_company, billing_contact, billing_street, billing_postcode, billing_city, billing_state, billing_country, billing_vat_number, idempotency_key, customer_id, partner_id, version) ON public.transactions TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.transactions TO partnertui_service;

GRANT USAGE ON SEQUENCE public.transactions_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.user_statuses ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.user_statuses TO partnertui_partner USING (partner_id = (SELECT priv.my_partner()));

CREATE POLICY support ON public.user_statuses TO partnertui_support USING (true);

CREATE POLICY development ON public.user_statuses TO partnertui_development USING (true);

CREATE POLICY admin ON public.user_statuses TO partnertui_admin USING (true);

CREATE POLICY service ON public.user_statuses TO partnertui_service USING (true);

GRANT SELECT ON public.user_statuses TO partnertui_partner;

GRANT SELECT, INSERT, UPDATE (user_id, at, presence, detail, ip, customer_id, partner_id) ON public.user_statuses TO partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.user_statuses TO partnertui_service;

GRANT USAGE ON SEQUENCE public.user_statuses_id_seq TO partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.users ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.users TO partnertui_partner USING (partner_id = (SELECT priv.my_partner())) WITH CHECK (partner_id = (SELECT priv.my_partner()) AND (location_id IS NULL OR EXISTS (SELECT 1 FROM public.locations p WHERE p.id = users.location_id)) AND EXISTS (SELECT 1 FROM public.customers p WHERE p.id = users.customer_id));

CREATE POLICY support ON public.users TO partnertui_support USING (true);

CREATE POLICY development ON public.users TO partnertui_development USING (true);

CREATE POLICY admin ON public.users TO partnertui_admin USING (true);

CREATE POLICY service ON public.users TO partnertui_service USING (true);

GRANT SELECT (id, name, email, extension, product_id, role, state, sip_username, sip_domain, has_sip_password, caller_id_number, mobile, department, job_title, language, time_zone, voicemail_enabled, call_recording, international_calls, call_waiting, ring_time, two_factor, location_id, last_login_at, created_at, removed_at, customer_id, partner_id, version), INSERT, UPDATE (name, email, extension, product_id, role, state, sip_username, sip_domain, sip_password_ciphertext, password_hash, caller_id_number, mobile, department, job_title, language, time_zone, voicemail_enabled, call_recording, international_calls, call_waiting, ring_time, two_factor, location_id, last_login_at, created_at, removed_at, customer_id, partner_id, version) ON public.users TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.users TO partnertui_service;

GRANT USAGE ON SEQUENCE public.users_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.vault_keys ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.vault_keys TO partnertui_partner USING (true);

CREATE POLICY support ON public.vault_keys TO partnertui_support USING (true);

CREATE POLICY development ON public.vault_keys TO partnertui_development USING (true);

CREATE POLICY admin ON public.vault_keys TO partnertui_admin USING (true);

CREATE POLICY service ON public.vault_keys TO partnertui_service USING (true);

GRANT SELECT ON public.vault_keys TO partnertui_partner, partnertui_support, partnertui_development;

GRANT SELECT, INSERT, UPDATE (key_id, wrapped, created_at) ON public.vault_keys TO partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.vault_keys TO partnertui_service;

GRANT USAGE ON SEQUENCE public.vault_keys_id_seq TO partnertui_admin, partnertui_service;

ALTER TABLE public.voicemails ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.voicemails TO partnertui_partner USING (partner_id = (SELECT priv.my_partner()));

CREATE POLICY support ON public.voicemails TO partnertui_support USING (true);

CREATE POLICY development ON public.voicemails TO partnertui_development USING (true);

CREATE POLICY admin ON public.voicemails TO partnertui_admin USING (true);

CREATE POLICY service ON public.voicemails TO partnertui_service USING (true);

GRANT SELECT ON public.voicemails TO partnertui_partner;

GRANT SELECT, INSERT, UPDATE (user_id, mailbox, caller, caller_name, called, at, duration, folder, is_new, customer_id, partner_id) ON public.voicemails TO partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.voicemails TO partnertui_service;

GRANT USAGE ON SEQUENCE public.voicemails_id_seq TO partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.web_sessions ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner ON public.web_sessions TO partnertui_partner USING (partner_id = (SELECT priv.my_partner())) WITH CHECK (partner_id = (SELECT priv.my_partner()) AND (user_id IS NULL OR EXISTS (SELECT 1 FROM public.users p WHERE p.id = web_sessions.user_id)) AND (login_link_id IS NULL OR EXISTS (SELECT 1 FROM public.login_links p WHERE p.id = web_sessions.login_link_id)) AND (customer_id IS NULL OR EXISTS (SELECT 1 FROM public.customers p WHERE p.id = web_sessions.customer_id)));

CREATE POLICY support ON public.web_sessions TO partnertui_support USING (true);

CREATE POLICY development ON public.web_sessions TO partnertui_development USING (true);

CREATE POLICY admin ON public.web_sessions TO partnertui_admin USING (true);

CREATE POLICY service ON public.web_sessions TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (kind, user_id, user_name, token_hash, login_link_id, ip, country, page, user_agent, started_at, last_seen_at, customer_id, partner_id), DELETE ON public.web_sessions TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.web_sessions TO partnertui_service;

GRANT USAGE ON SEQUENCE public.web_sessions_id_seq TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.whois_records ENABLE ROW LEVEL SECURITY;

CREATE POLICY support ON public.whois_records TO partnertui_support USING (true);

CREATE POLICY development ON public.whois_records TO partnertui_development USING (true);

CREATE POLICY admin ON public.whois_records TO partnertui_admin USING (true);

CREATE POLICY service ON public.whois_records TO partnertui_service USING (true);

GRANT SELECT, INSERT, UPDATE (query, network, organisation, country, abuse_email, source, text, fetched_at), DELETE ON public.whois_records TO partnertui_support, partnertui_development, partnertui_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON public.whois_records TO partnertui_service;

GRANT USAGE ON SEQUENCE public.whois_records_id_seq TO partnertui_support, partnertui_development, partnertui_admin, partnertui_service;


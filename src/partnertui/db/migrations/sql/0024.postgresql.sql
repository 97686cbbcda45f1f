ALTER TABLE history ADD COLUMN batch BIGINT;

ALTER TABLE history ADD COLUMN salt BYTEA;

ALTER TABLE history ADD COLUMN changes_hash BYTEA;

DROP INDEX ix_history_customer_id;

CREATE INDEX ix_history_customer_id ON history (customer_id, batch, id);

CREATE INDEX ix_history_unchained ON history (id) WHERE batch IS NULL;

CREATE TABLE audit_links (
  id BIGSERIAL NOT NULL,
  owner_id BIGINT NOT NULL,
  sequence BIGINT NOT NULL,
  batch BIGINT NOT NULL,
  entries BIGINT NOT NULL,
  digest BYTEA NOT NULL,
  chain BYTEA NOT NULL,
  CONSTRAINT pk_audit_links PRIMARY KEY (id),
  CONSTRAINT uq_audit_links_owner_id_sequence UNIQUE (owner_id, sequence),
  CONSTRAINT uq_audit_links_batch_owner_id UNIQUE (batch, owner_id)
);

CREATE TABLE audit_heads (
  id BIGSERIAL NOT NULL,
  owner_id BIGINT NOT NULL,
  sequence BIGINT NOT NULL,
  entries BIGINT NOT NULL,
  chain BYTEA NOT NULL,
  CONSTRAINT pk_audit_heads PRIMARY KEY (id),
  CONSTRAINT uq_audit_heads_owner_id UNIQUE (owner_id)
);

CREATE SEQUENCE priv.history_batches;

CREATE FUNCTION priv.entry_digest(entry public.history) RETURNS TEXT
LANGUAGE sql STABLE SET search_path = '' AS $$
  SELECT encode(sha256(convert_to(
    entry.id || '|' || (extract(epoch FROM entry.at) * 1000000)::bigint || '|' || coalesce(entry.operator_id::text, '-')
    || '|' || coalesce(entry.partner_id::text, '-') || '|' || entry.object_id
    || '|' || octet_length(entry.operator_name) || ':' || entry.operator_name
    || '|' || octet_length(entry.object_table) || ':' || entry.object_table
    || '|' || octet_length(entry.action) || ':' || entry.action
    || '|' || encode(sha256(entry.salt || convert_to(entry.changes, 'UTF8')), 'hex'), 'UTF8')), 'hex')
$$;

CREATE FUNCTION priv.add_link(owner BIGINT, of_batch BIGINT, added BIGINT, digests TEXT) RETURNS VOID
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  head public.audit_heads;
  digest BYTEA := sha256(convert_to(digests, 'UTF8'));
BEGIN
  INSERT INTO public.audit_heads AS known (owner_id, sequence, entries, chain)
  VALUES (owner, 0, 0, ''::bytea)
  ON CONFLICT (owner_id) DO UPDATE SET entries = known.entries
  RETURNING known.* INTO head;
  head.sequence := head.sequence + 1;
  head.chain := sha256(head.chain || digest || convert_to(owner || '|' || head.sequence || '|' || added, 'UTF8'));
  INSERT INTO public.audit_links (owner_id, sequence, batch, entries, digest, chain)
  VALUES (owner, head.sequence, of_batch, added, digest, head.chain);
  UPDATE public.audit_heads SET sequence = head.sequence, entries = head.entries + added, chain = head.chain
  WHERE owner_id = owner;
END;
$$;

CREATE FUNCTION priv.open_batch() RETURNS TRIGGER
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  PERFORM set_config('priv.batch', nextval('priv.history_batches')::text, true);
  RETURN NULL;
END;
$$;

CREATE FUNCTION priv.mark_entry() RETURNS TRIGGER
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  NEW.batch := current_setting('priv.batch')::bigint;
  NEW.salt := uuid_send(gen_random_uuid());
  NEW.changes_hash := NULL;
  RETURN NEW;
END;
$$;

CREATE FUNCTION priv.close_batch() RETURNS TRIGGER
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  part RECORD;
BEGIN
  FOR part IN
    SELECT coalesce(customer_id, 0) AS owner, batch, count(*) AS entries,
      string_agg(priv.entry_digest(added::public.history), '' ORDER BY id) AS digests
    FROM added GROUP BY 1, 2 ORDER BY 1
  LOOP
    PERFORM priv.add_link(part.owner, part.batch, part.entries, part.digests);
  END LOOP;
  RETURN NULL;
END;
$$;

CREATE FUNCTION priv.refuse_change() RETURNS TRIGGER
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'history' THEN
    IF OLD.changes_hash IS NULL AND NEW.changes = '{}' AND NEW.salt IS NULL
      AND NEW.changes_hash = sha256(OLD.salt || convert_to(OLD.changes, 'UTF8'))
      AND (NEW.id, NEW.at, NEW.operator_name, NEW.object_table, NEW.object_id, NEW.action, NEW.batch)
        = (OLD.id, OLD.at, OLD.operator_name, OLD.object_table, OLD.object_id, OLD.action, OLD.batch)
      AND (NEW.operator_id, NEW.customer_id, NEW.partner_id)
        IS NOT DISTINCT FROM (OLD.operator_id, OLD.customer_id, OLD.partner_id)
    THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'history is append-only' USING ERRCODE = 'insufficient_privilege';
END;
$$;

REVOKE ALL ON FUNCTION priv.entry_digest(public.history) FROM PUBLIC;

REVOKE ALL ON FUNCTION priv.add_link(BIGINT, BIGINT, BIGINT, TEXT) FROM PUBLIC;

REVOKE ALL ON FUNCTION priv.open_batch() FROM PUBLIC;

REVOKE ALL ON FUNCTION priv.mark_entry() FROM PUBLIC;

REVOKE ALL ON FUNCTION priv.close_batch() FROM PUBLIC;

REVOKE ALL ON FUNCTION priv.refuse_change() FROM PUBLIC;

UPDATE history SET batch = 0, salt = uuid_send(gen_random_uuid());

SELECT priv.add_link(coalesce(customer_id, 0), 0, count(*), string_agg(priv.entry_digest(entry), '' ORDER BY id))
FROM history AS entry GROUP BY coalesce(customer_id, 0);

CREATE TRIGGER history_opens_batch BEFORE INSERT ON history FOR EACH STATEMENT EXECUTE FUNCTION priv.open_batch();

CREATE TRIGGER history_marks_entry BEFORE INSERT ON history FOR EACH ROW EXECUTE FUNCTION priv.mark_entry();

CREATE TRIGGER history_closes_batch AFTER INSERT ON history
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION priv.close_batch();

CREATE TRIGGER history_never_changes BEFORE UPDATE OR DELETE ON history
FOR EACH ROW EXECUTE FUNCTION priv.refuse_change();

CREATE TRIGGER audit_links_never_change BEFORE UPDATE OR DELETE ON audit_links
FOR EACH ROW EXECUTE FUNCTION priv.refuse_change();

CREATE TRIGGER history_never_empties BEFORE TRUNCATE ON history
FOR EACH STATEMENT EXECUTE FUNCTION priv.refuse_change();

CREATE TRIGGER audit_links_never_empty BEFORE TRUNCATE ON audit_links
FOR EACH STATEMENT EXECUTE FUNCTION priv.refuse_change();

ALTER TABLE public.audit_links ENABLE ROW LEVEL SECURITY;

CREATE POLICY support ON public.audit_links TO partnertui_support USING (true);

CREATE POLICY development ON public.audit_links TO partnertui_development USING (true);

CREATE POLICY admin ON public.audit_links TO partnertui_admin USING (true);

CREATE POLICY service ON public.audit_links TO partnertui_service USING (true);

GRANT SELECT ON public.audit_links TO partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

ALTER TABLE public.audit_heads ENABLE ROW LEVEL SECURITY;

CREATE POLICY support ON public.audit_heads TO partnertui_support USING (true);

CREATE POLICY development ON public.audit_heads TO partnertui_development USING (true);

CREATE POLICY admin ON public.audit_heads TO partnertui_admin USING (true);

CREATE POLICY service ON public.audit_heads TO partnertui_service USING (true);

GRANT SELECT ON public.audit_heads TO partnertui_support, partnertui_development, partnertui_admin, partnertui_service;


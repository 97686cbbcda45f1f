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

CREATE FUNCTION priv.add_to_chain(this_batch BIGINT) RETURNS VOID
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  part RECORD;
  head public.audit_heads;
BEGIN
  FOR part IN
    SELECT coalesce(customer_id, 0) AS customer, count(*) AS entries,
      sha256(convert_to(string_agg(encode(sha256(convert_to(
        id || '|' || (extract(epoch FROM at) * 1000000)::bigint || '|' || coalesce(operator_id::text, '-')
        || '|' || coalesce(partner_id::text, '-') || '|' || object_id
        || '|' || octet_length(operator_name) || ':' || operator_name
        || '|' || octet_length(object_table) || ':' || object_table
        || '|' || octet_length(action) || ':' || action
        || '|' || encode(sha256(salt || convert_to(changes, 'UTF8')), 'hex'), 'UTF8')), 'hex'), '' ORDER BY id),
        'UTF8')) AS digest
    FROM public.history WHERE batch = this_batch GROUP BY 1 ORDER BY 1
  LOOP
    INSERT INTO public.audit_heads AS known (owner_id, sequence, entries, chain)
    VALUES (part.customer, 0, 0, ''::bytea)
    ON CONFLICT (owner_id) DO UPDATE SET entries = known.entries
    RETURNING known.* INTO head;
    head.sequence := head.sequence + 1;
    head.entries := head.entries + part.entries;
    head.chain := sha256(head.chain || part.digest
      || convert_to(part.customer || '|' || head.sequence || '|' || part.entries, 'UTF8'));
    INSERT INTO public.audit_links (owner_id, sequence, batch, entries, digest, chain)
    VALUES (part.customer, head.sequence, this_batch, part.entries, part.digest, head.chain);
    UPDATE public.audit_heads SET sequence = head.sequence, entries = head.entries, chain = head.chain
    WHERE owner_id = part.customer;
  END LOOP;
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
BEGIN
  PERFORM priv.add_to_chain(current_setting('priv.batch')::bigint);
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

REVOKE ALL ON FUNCTION priv.add_to_chain(BIGINT) FROM PUBLIC;

REVOKE ALL ON FUNCTION priv.open_batch() FROM PUBLIC;

REVOKE ALL ON FUNCTION priv.mark_entry() FROM PUBLIC;

REVOKE ALL ON FUNCTION priv.close_batch() FROM PUBLIC;

REVOKE ALL ON FUNCTION priv.refuse_change() FROM PUBLIC;

UPDATE history SET batch = 0, salt = uuid_send(gen_random_uuid());

SELECT priv.add_to_chain(0);

CREATE TRIGGER history_opens_batch BEFORE INSERT ON history FOR EACH STATEMENT EXECUTE FUNCTION priv.open_batch();

CREATE TRIGGER history_marks_entry BEFORE INSERT ON history FOR EACH ROW EXECUTE FUNCTION priv.mark_entry();

CREATE TRIGGER history_closes_batch AFTER INSERT ON history FOR EACH STATEMENT EXECUTE FUNCTION priv.close_batch();

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


CREATE FUNCTION priv.count_canned(responses bigint[], is_used boolean) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = '' AS $$
  -- partners use canned responses and don't edit them; counted by the database, so that two replies at once both count
  UPDATE public.canned_responses c SET
    used = CASE WHEN is_used THEN c.used + 1 ELSE greatest(c.used - 1, 0) END,
    last_used_at = CASE WHEN is_used THEN pg_catalog.now() ELSE c.last_used_at END
  WHERE c.id = ANY (responses)
$$;

CREATE FUNCTION priv.reply_mailbox(of_partner bigint) RETURNS TABLE (id bigint, address text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  -- what a partner's customers are written from: the partner's own mailbox, else the provider's, which partners don't see
  SELECT m.id, m.address FROM public.mailboxes m
  WHERE m.enabled AND (
    m.partner_id IS NULL OR m.partner_id = CASE WHEN priv.is_staff() THEN of_partner ELSE priv.my_partner() END
  )
  ORDER BY m.partner_id IS NULL, m.id LIMIT 1
$$;

CREATE FUNCTION priv.card_by_hash(wanted bytea) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  -- the newest card with a number's keyed hash, which no operator may read
  SELECT c.id FROM public.credit_cards c
  WHERE c.number_hmac = wanted AND (priv.is_staff() OR c.partner_id = priv.my_partner()) ORDER BY c.id DESC LIMIT 1
$$;

REVOKE EXECUTE ON FUNCTION priv.count_canned(bigint[], boolean), priv.reply_mailbox(bigint), priv.card_by_hash(bytea)
FROM PUBLIC;

GRANT EXECUTE ON FUNCTION priv.count_canned(bigint[], boolean), priv.reply_mailbox(bigint), priv.card_by_hash(bytea)
TO partnertui_partner, partnertui_support, partnertui_development, partnertui_admin, partnertui_service;

CREATE TABLE sent_views (
  id BIGSERIAL NOT NULL,
  code TEXT COLLATE "C" NOT NULL,
  operator_id BIGINT NOT NULL,
  screen TEXT COLLATE "C" NOT NULL,
  location TEXT NOT NULL,
  sent_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_sent_views PRIMARY KEY (id),
  CONSTRAINT uq_sent_views_code UNIQUE (code),
  CONSTRAINT fk_sent_views_operator_id FOREIGN KEY(operator_id) REFERENCES operators (id)
);

CREATE FUNCTION notify_ticket_changes() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  -- more than a list shows: one notice says that anything may have changed
  IF (SELECT count(*) FROM (SELECT 1 FROM changed LIMIT 101) AS first_rows) > 100 THEN
    PERFORM pg_notify('partnertui_tickets', '');
  ELSE
    PERFORM pg_notify('partnertui_tickets', id::text) FROM (SELECT DISTINCT id FROM changed) AS ids;
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION notify_part_of_ticket_changes() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  -- more than a list shows: one notice says that anything may have changed
  IF (SELECT count(*) FROM (SELECT 1 FROM changed LIMIT 101) AS first_rows) > 100 THEN
    PERFORM pg_notify('partnertui_tickets', '');
  ELSE
    PERFORM pg_notify('partnertui_tickets', ticket_id::text) FROM (SELECT DISTINCT ticket_id FROM changed) AS ids;
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER tickets_notice_insert AFTER INSERT ON tickets
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION notify_ticket_changes();

CREATE TRIGGER tickets_notice_update AFTER UPDATE ON tickets
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION notify_ticket_changes();

CREATE TRIGGER tickets_notice_delete AFTER DELETE ON tickets
REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION notify_ticket_changes();

CREATE TRIGGER ticket_messages_notice_insert AFTER INSERT ON ticket_messages
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION notify_part_of_ticket_changes();

CREATE TRIGGER ticket_messages_notice_update AFTER UPDATE ON ticket_messages
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION notify_part_of_ticket_changes();

CREATE TRIGGER ticket_messages_notice_delete AFTER DELETE ON ticket_messages
REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION notify_part_of_ticket_changes();

CREATE TRIGGER ticket_viewers_notice_insert AFTER INSERT ON ticket_viewers
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION notify_part_of_ticket_changes();

CREATE TRIGGER ticket_viewers_notice_update AFTER UPDATE ON ticket_viewers
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION notify_part_of_ticket_changes();

CREATE TRIGGER ticket_viewers_notice_delete AFTER DELETE ON ticket_viewers
REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION notify_part_of_ticket_changes();

CREATE TRIGGER outbox_mails_notice_insert AFTER INSERT ON outbox_mails
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION notify_part_of_ticket_changes();

CREATE TRIGGER outbox_mails_notice_update AFTER UPDATE ON outbox_mails
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION notify_part_of_ticket_changes();

CREATE TRIGGER outbox_mails_notice_delete AFTER DELETE ON outbox_mails
REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION notify_part_of_ticket_changes();


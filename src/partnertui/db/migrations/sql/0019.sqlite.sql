CREATE VIRTUAL TABLE ticket_message_words USING fts5(body, tokenize='unicode61 remove_diacritics 2', prefix='2 3 4', content='', columnsize=0);

CREATE VIRTUAL TABLE ticket_message_words_terms USING fts5vocab(ticket_message_words, instance);

CREATE TRIGGER ticket_message_words_insert AFTER INSERT ON ticket_messages WHEN new.kind <> 'event' BEGIN INSERT INTO ticket_message_words(rowid, body) VALUES (new.id, substr(new.body, 1, 100000)); END;

CREATE TRIGGER ticket_message_words_delete AFTER DELETE ON ticket_messages WHEN old.kind <> 'event' BEGIN INSERT INTO ticket_message_words(ticket_message_words, rowid, body) VALUES ('delete', old.id, substr(old.body, 1, 100000)); END;

CREATE TRIGGER ticket_message_words_update AFTER UPDATE OF body ON ticket_messages WHEN old.kind <> 'event' BEGIN INSERT INTO ticket_message_words(ticket_message_words, rowid, body) VALUES ('delete', old.id, substr(old.body, 1, 100000)); INSERT INTO ticket_message_words(rowid, body) VALUES (new.id, substr(new.body, 1, 100000)); END;

INSERT INTO ticket_message_words(rowid, body) SELECT id, substr(ticket_messages.body, 1, 100000) FROM ticket_messages WHERE kind <> 'event' ORDER BY id;

CREATE VIRTUAL TABLE ticket_words USING fts5(head, tokenize='unicode61 remove_diacritics 2', prefix='2 3 4', content='', columnsize=0);

CREATE VIRTUAL TABLE ticket_words_terms USING fts5vocab(ticket_words, instance);

CREATE TRIGGER ticket_words_insert AFTER INSERT ON tickets BEGIN INSERT INTO ticket_words(rowid, head) VALUES (new.id, new.number || ' ' || new.subject || ' ' || coalesce(new.requester_name, '') || ' ' || coalesce(new.requester_email, '')); END;

CREATE TRIGGER ticket_words_delete AFTER DELETE ON tickets BEGIN INSERT INTO ticket_words(ticket_words, rowid, head) VALUES ('delete', old.id, old.number || ' ' || old.subject || ' ' || coalesce(old.requester_name, '') || ' ' || coalesce(old.requester_email, '')); END;

CREATE TRIGGER ticket_words_update AFTER UPDATE OF number, subject, requester_name, requester_email ON tickets BEGIN INSERT INTO ticket_words(ticket_words, rowid, head) VALUES ('delete', old.id, old.number || ' ' || old.subject || ' ' || coalesce(old.requester_name, '') || ' ' || coalesce(old.requester_email, '')); INSERT INTO ticket_words(rowid, head) VALUES (new.id, new.number || ' ' || new.subject || ' ' || coalesce(new.requester_name, '') || ' ' || coalesce(new.requester_email, '')); END;

INSERT INTO ticket_words(rowid, head) SELECT id, tickets.number || ' ' || tickets.subject || ' ' || coalesce(tickets.requester_name, '') || ' ' || coalesce(tickets.requester_email, '') FROM tickets ORDER BY id;


-- Run as Pat, a partner's operator: customer 1 is theirs (partner 7), customer 2 another partner's (8), 999 nobody's.
-- A line: what must come of it | statement. "refused" is any error, other words are the text of the error (same words
-- as for what doesn't exist), a number is the number of rows or the value returned.
0 | SELECT count(*) FROM customers WHERE id = 2
1 | SELECT count(*) FROM customers
1 | SELECT count(*) FROM users
1 | SELECT count(*) FROM cdrs
1 | SELECT count(*) FROM tickets
1 | SELECT count(*) FROM notes
1 | SELECT count(*) FROM history
1 | SELECT count(*) FROM basket_items
1 | SELECT count(*) FROM transactions
1 | SELECT count(*) FROM partners
1 | SELECT count(*) FROM drafts
0 | SELECT count(*) FROM cdrs WHERE call_id_a = 'call-2'
0 | SELECT count(*) FROM operators WHERE partner_id = 8
0 | SELECT count(*) FROM customers WHERE partner_id IS NULL
0 | SELECT count(*) FROM users u RIGHT JOIN customers c ON c.id = u.customer_id WHERE c.id = 2
1 | SELECT count(*) FROM customers WHERE 1 / (id - 2) < 5
1 | SELECT count(*) FROM users WHERE 1 / (id - 2) < 5 AND email LIKE 'u%'
0 | SELECT count(*) FROM seen_registrations
0 | SELECT count(*) FROM hep_messages
duplicate key | UPDATE users SET email = 'u2@example.net' WHERE id = 1
0 | WITH x AS (UPDATE customers SET company = 'mine' WHERE id = 2 RETURNING 1) SELECT count(*) FROM x
0 | WITH x AS (DELETE FROM basket_items WHERE id = 2 RETURNING 1) SELECT count(*) FROM x
0 | WITH x AS (UPDATE users SET email = 'x' WHERE id = 2 RETURNING 1) SELECT count(*) FROM x
row-level security | UPDATE customers SET partner_id = 8 WHERE id = 1
row-level security | UPDATE customers SET partner_id = NULL WHERE id = 1
row-level security | UPDATE users SET customer_id = 2 WHERE id = 1
row-level security | UPDATE users SET customer_id = 999 WHERE id = 1
row-level security | INSERT INTO notes (object_table, object_id, body, author_id, author_name, created_at, customer_id, partner_id) VALUES ('customers', 2, 'x', 3, 'Pat', now(), 2, 7)
row-level security | INSERT INTO notes (object_table, object_id, body, author_id, author_name, created_at, customer_id, partner_id) VALUES ('customers', 999, 'x', 3, 'Pat', now(), 999, 7)
row-level security | INSERT INTO notes (object_table, object_id, body, author_id, author_name, created_at, customer_id, partner_id) VALUES ('customers', 1, 'x', 3, 'Pat', now(), 2, 7)
row-level security | INSERT INTO notes (object_table, object_id, body, author_id, author_name, created_at, customer_id, partner_id) VALUES ('customers', 2, 'x', 3, 'Pat', now(), 1, 7)
row-level security | INSERT INTO notes (object_table, object_id, body, author_id, author_name, created_at, customer_id, partner_id) VALUES ('customers', 2, 'x', 3, 'Pat', now(), NULL, 7)
row-level security | INSERT INTO notes (object_table, object_id, body, author_id, author_name, created_at, customer_id, partner_id) VALUES ('customers', 1, 'x', 1, 'Ann', now(), 1, 7)
row-level security | INSERT INTO notes (object_table, object_id, body, author_id, author_name, created_at, customer_id, partner_id) VALUES ('price_lists', 1, 'x', 3, 'Pat', now(), NULL, 7)
1 | WITH x AS (INSERT INTO notes (object_table, object_id, body, author_id, author_name, created_at, customer_id, partner_id) VALUES ('customers', 1, 'x', 3, 'Pat', now(), 1, 7) RETURNING 1) SELECT count(*) FROM x
row-level security | INSERT INTO basket_items (item_type, unique_item_id, description, price, currency, state, created_at, recurrence, period_number, customer_id, partner_id) VALUES ('service', 'N1', 'x', 1, 'GBP', 'due', now(), 'once', 1, 2, 7)
row-level security | INSERT INTO basket_items (item_type, unique_item_id, description, price, currency, state, created_at, recurrence, period_number, customer_id, partner_id) VALUES ('service', 'N1', 'x', 1, 'GBP', 'due', now(), 'once', 1, 999, 7)
row-level security | INSERT INTO basket_items (item_type, unique_item_id, description, price, currency, state, created_at, recurrence, period_number, customer_id, partner_id, follows_id) VALUES ('service', 'N1', 'x', 1, 'GBP', 'due', now(), 'once', 1, 1, 7, 2)
row-level security | UPDATE basket_items SET follows_id = 999 WHERE id = 1
row-level security | INSERT INTO ticket_tags (ticket_id, tag, customer_id, partner_id) VALUES (2, 'x', 1, 7)
row-level security | INSERT INTO ticket_tags (ticket_id, tag, customer_id, partner_id) VALUES (999, 'x', 1, 7)
row-level security | INSERT INTO ticket_tags (ticket_id, tag, customer_id, partner_id) VALUES (1, 'x', 1, 8)
row-level security | INSERT INTO ticket_tags (ticket_id, tag, customer_id, partner_id) VALUES (1, 'x', NULL, NULL)
row-level security | INSERT INTO mail_references (message_id, ticket_id) VALUES ('<x>', 2)
row-level security | INSERT INTO ticket_viewers (ticket_id, operator_id, typing, seen_at) VALUES (1, 1, true, now())
row-level security | INSERT INTO history (at, operator_id, operator_name, object_table, object_id, action, changes, partner_id) VALUES (now(), 1, 'Ann', 'customers', 1, 'changed', '{}', 7)
row-level security | INSERT INTO history (at, operator_id, operator_name, object_table, object_id, action, changes, partner_id) VALUES (now(), 3, 'Pat', 'customers', 2, 'changed', '{}', 7)
permission denied | UPDATE history SET operator_name = 'Ann' WHERE id = 1
permission denied | DELETE FROM history WHERE id = 1
permission denied | TRUNCATE history
permission denied | DELETE FROM customers WHERE id = 1
permission denied | SELECT sip_password_ciphertext FROM users
permission denied | SELECT password_hash FROM users
permission denied | SELECT * FROM users
permission denied | SELECT u FROM users u
permission denied | SELECT number_ciphertext FROM credit_cards
permission denied | SELECT number_hmac FROM credit_cards
permission denied | SELECT count(*) FROM credit_cards WHERE number_hmac = '\x00'
permission denied | SELECT gateway_answer_ciphertext FROM transactions
permission denied | SELECT text_ciphertext FROM chats
permission denied | UPDATE users SET name = name RETURNING sip_password_ciphertext
permission denied | UPDATE users SET sip_password_ciphertext = sip_password_ciphertext
permission denied | COPY credit_cards TO STDOUT
permission denied | SELECT password_hash FROM operators
permission denied | SELECT * FROM operators
permission denied | UPDATE operators SET role = 'admin' WHERE login = session_user
permission denied | INSERT INTO operators (login, name, role, enabled, created_at) VALUES ('evil', 'E', 'admin', true, now())
permission denied | UPDATE partners SET name = 'x'
permission denied | UPDATE price_list_entries SET per_minute = 0
permission denied | INSERT INTO price_lists (name, kind, currency, enabled) VALUES ('x', 'calls', 'GBP', true)
permission denied | DELETE FROM blocked_ips
permission denied | INSERT INTO cdrs (started_at, category, direction, disposition, partner_id, duration, billed_seconds) VALUES (now(), 'dialled', 'outbound', 'answered', 7, 0, 0)
permission denied | UPDATE cdrs SET charge = 0
permission denied | SELECT count(*) FROM whois_records
permission denied | SELECT count(*) FROM sync_states
permission denied | SELECT count(*) FROM incidents
permission denied | SELECT count(*) FROM chat_readings
permission denied | SELECT priv.chat_text(1)
permission denied | SELECT priv.gateway_answer(1)
no request of yours | SELECT priv.sip_password(1)
no request of yours | SELECT priv.sip_password(2)
no request of yours | SELECT priv.sip_password(999)
no request of yours | SELECT * FROM priv.drafts_of_ticket(1)
no request of yours | SELECT priv.move_draft(1, 1, '\x00')
no request of yours | WITH x AS (INSERT INTO history (at, operator_id, operator_name, object_table, object_id, action, changes, customer_id, partner_id) VALUES (now(), 3, 'Pat', 'users', 1, 'changed', '{"sip_password": ["hidden", "shown"]}', 1, 7) RETURNING 1) SELECT priv.sip_password(1) FROM x
no request of yours | INSERT INTO history (at, operator_id, operator_name, object_table, object_id, action, changes, customer_id, partner_id) VALUES (now(), 3, 'Pat', 'users', 1, 'changed', '{"sip_password": ["hidden", "shown"]}', 1, 7) \; SELECT priv.sip_password(1)
no request of yours | SAVEPOINT a \; INSERT INTO history (at, operator_id, operator_name, object_table, object_id, action, changes, customer_id, partner_id) VALUES (now(), 3, 'Pat', 'users', 1, 'changed', '{"sip_password": ["hidden", "shown"]}', 1, 7) \; RELEASE a \; SELECT priv.sip_password(1)
permission denied | SELECT priv.is_recorded('users', 1, 'x')
permission denied | SELECT priv.notify_tickets(ARRAY[1], ARRAY[8])
permission denied | SELECT * FROM priv.channels
permission denied | SELECT priv.drop_hep_partitions('2030-01-01')
permission denied | CREATE TEMP TABLE t (a int)
permission denied | CREATE TABLE public.t (a int)
permission denied | CREATE SCHEMA s
permission denied | CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'
permission denied | SELECT pg_advisory_lock(7301300)
permission denied | SELECT pg_advisory_xact_lock(7301300)
permission denied | SELECT pg_try_advisory_lock_shared(1)
permission denied | SELECT lo_from_bytea(0, 'x')
permission denied | SELECT lo_creat(-1)
permission denied | LOCK TABLE customers IN ACCESS EXCLUSIVE MODE
permission denied | LOCK TABLE users IN ACCESS EXCLUSIVE MODE
permission denied | LOCK TABLE tickets IN SHARE MODE
permission denied | LOCK TABLE cdrs IN ACCESS EXCLUSIVE MODE
permission denied | LOCK TABLE history IN ACCESS EXCLUSIVE MODE
permission denied | LOCK TABLE committed_writes IN ACCESS EXCLUSIVE MODE
permission denied | SELECT reltuples FROM pg_class WHERE relname = 'cdrs'
permission denied | SELECT relpages FROM pg_class WHERE relname = 'cdrs'
permission denied | SELECT * FROM pg_class
permission denied | SELECT n_live_tup FROM pg_stat_user_tables
permission denied | SELECT * FROM pg_stat_activity
permission denied | SELECT pg_relation_size('cdrs')
permission denied | SELECT pg_total_relation_size('cdrs')
permission denied | SELECT pg_database_size(current_database())
permission denied | SELECT pg_stat_get_live_tuples('cdrs'::regclass)
permission denied | SELECT last_value FROM customers_id_seq
0 | SELECT count(*) FROM pg_stats WHERE tablename = 'cdrs'
permission denied | SELECT setval('customers_id_seq', 1)
permission denied | SET ROLE partnertui_support
permission denied | SET ROLE sec_qin
permission denied | SET SESSION AUTHORIZATION sec_qin
query would be affected | SET row_security = off \; SELECT count(*) FROM customers
must be owner | ALTER TABLE customers DISABLE ROW LEVEL SECURITY
must be owner | DROP POLICY partner ON customers
must be owner | CREATE POLICY mine ON customers TO sec_pat USING (true)
must be superuser | ALTER ROLE sec_pat BYPASSRLS
must be superuser | CREATE ROLE evil SUPERUSER
1 | SET search_path = pg_temp, public \; SELECT count(*) FROM public.customers
1 | SET partnertui.partner = '8' \; SELECT count(*) FROM customers
7 | SELECT priv.my_partner()
3 | SELECT priv.my_operator()
f | SELECT priv.is_staff()
f | SELECT priv.owns('customers', 2)
f | SELECT priv.owns('customers', 999)
f | SELECT priv.owns('pg_authid', 10)
f | SELECT priv.owns('customers; DROP TABLE customers', 1)
f | SELECT priv.my_channel() = 'partnertui_tickets'
permission denied | SELECT rolpassword FROM pg_authid
must be superuser | COPY customers TO PROGRAM 'cat'
COPY FROM not supported with row-level security | COPY notes FROM STDIN
permission denied | SELECT pg_read_file('/etc/passwd')
permission denied | CREATE EXTENSION dblink

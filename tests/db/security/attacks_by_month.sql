-- As attacks.sql, where calls are in months: {partition} is each of them in turn. Pat has three calls, in a month each.
3 | SELECT count(*) FROM cdrs
0 | SELECT count(*) FROM cdrs WHERE partner_id = 8
3 | SELECT count(*) FROM cdrs WHERE 1 / (partner_id - 8) < 5
0 | SELECT count(*) FROM cdrs WHERE call_id_a = 'call-2'
0 | SELECT count(*) FROM cdrs WHERE tableoid = '{partition}'::regclass AND partner_id <> 7
0 | SELECT count(*) FROM ONLY cdrs
1 | SELECT count(*) FROM hep_messages
permission denied | SELECT count(*) FROM {partition}
permission denied | SELECT id FROM ONLY {partition}
permission denied | COPY {partition} TO STDOUT
permission denied | COPY cdrs FROM STDIN
permission denied | INSERT INTO {partition} (started_at, category, direction, disposition, partner_id, duration, billed_seconds) VALUES (now(), 'dialled', 'outbound', 'answered', 7, 0, 0)
permission denied | INSERT INTO cdrs (started_at, category, direction, disposition, partner_id, duration, billed_seconds) VALUES (now(), 'dialled', 'outbound', 'answered', 7, 0, 0)
permission denied | UPDATE {partition} SET charge = 0
permission denied | UPDATE cdrs SET charge = 0
permission denied | DELETE FROM {partition}
permission denied | DELETE FROM cdrs
permission denied | TRUNCATE {partition}
permission denied | LOCK TABLE {partition} IN ACCESS SHARE MODE
permission denied | LOCK TABLE cdrs IN ACCESS EXCLUSIVE MODE
must be owner | ALTER TABLE cdrs DETACH PARTITION {partition}
must be owner | ALTER TABLE {partition} DISABLE ROW LEVEL SECURITY
must be owner | DROP TABLE {partition}
permission denied | CREATE TABLE public.mine PARTITION OF cdrs FOR VALUES FROM ('2050-01-01') TO ('2051-01-01')
permission denied | SELECT pg_relation_size('{partition}')
permission denied | SELECT reltuples FROM pg_class WHERE relname = '{partition}'
0 | SELECT count(*) FROM pg_stats WHERE tablename IN ('cdrs', '{partition}')
permission denied | SELECT priv.make_cdr_month('2020-01-01')
permission denied | SELECT priv.drop_cdr_month(now())
permission denied | SELECT priv.waiting_cdr_months(now())
permission denied | SELECT priv.lock_call_imports()

-- The columns that modules.cfg fills besides the stock ones. PostgreSQL; for SQLite, one ADD COLUMN a statement.
ALTER TABLE acc
    ADD COLUMN src_user VARCHAR(128) DEFAULT '', ADD COLUMN src_domain VARCHAR(128) DEFAULT '',
    ADD COLUMN src_ip VARCHAR(128) DEFAULT '', ADD COLUMN dst_ouser VARCHAR(128) DEFAULT '',
    ADD COLUMN dst_user VARCHAR(128) DEFAULT '', ADD COLUMN dst_domain VARCHAR(128) DEFAULT '',
    ADD COLUMN dst_ip VARCHAR(128) DEFAULT '', ADD COLUMN src_agent VARCHAR(128) DEFAULT '',
    ADD COLUMN dst_agent VARCHAR(128) DEFAULT '', ADD COLUMN dst_reply VARCHAR(128) DEFAULT '';
ALTER TABLE missed_calls
    ADD COLUMN src_user VARCHAR(128) DEFAULT '', ADD COLUMN src_domain VARCHAR(128) DEFAULT '',
    ADD COLUMN src_ip VARCHAR(128) DEFAULT '', ADD COLUMN dst_ouser VARCHAR(128) DEFAULT '',
    ADD COLUMN dst_user VARCHAR(128) DEFAULT '', ADD COLUMN dst_domain VARCHAR(128) DEFAULT '',
    ADD COLUMN dst_ip VARCHAR(128) DEFAULT '', ADD COLUMN src_agent VARCHAR(128) DEFAULT '',
    ADD COLUMN dst_agent VARCHAR(128) DEFAULT '', ADD COLUMN dst_reply VARCHAR(128) DEFAULT '';
ALTER TABLE acc_cdrs
    ADD COLUMN callid VARCHAR(255) DEFAULT '', ADD COLUMN src_user VARCHAR(255) DEFAULT '',
    ADD COLUMN dst_user VARCHAR(255) DEFAULT '', ADD COLUMN src_ip VARCHAR(255) DEFAULT '',
    ADD COLUMN dst_ip VARCHAR(255) DEFAULT '', ADD COLUMN src_agent VARCHAR(255) DEFAULT '',
    ADD COLUMN dst_agent VARCHAR(255) DEFAULT '';

-- What partnertui may do there: read.
GRANT SELECT ON version, location, dialog, sip_trace, acc, acc_cdrs, missed_calls TO partnertui;

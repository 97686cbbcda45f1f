CREATE TABLE IF NOT EXISTS files (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, inode INTEGER NOT NULL, size INTEGER NOT NULL,
    changed_ns INTEGER NOT NULL, fingerprint BLOB NOT NULL, place TEXT NOT NULL, frames INTEGER NOT NULL,
    messages INTEGER NOT NULL, first_us INTEGER, last_us INTEGER, tunnel_ports BLOB NOT NULL,
    unread_tunnels INTEGER NOT NULL, websocket BLOB NOT NULL, ports TEXT NOT NULL, joined_to TEXT NOT NULL DEFAULT '',
    odd BLOB NOT NULL, notes TEXT NOT NULL, settled_ns INTEGER NOT NULL DEFAULT 0
);
-- what one pass found of a Call-ID: a file that grows adds another row
CREATE TABLE IF NOT EXISTS parts (
    file INTEGER NOT NULL, call_id TEXT NOT NULL, method TEXT NOT NULL, first_us INTEGER NOT NULL,
    last_us INTEGER NOT NULL, from_user TEXT NOT NULL, to_user TEXT NOT NULL, code INTEGER NOT NULL,
    messages INTEGER NOT NULL, places BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS parts_call_id ON parts (call_id);
CREATE INDEX IF NOT EXISTS parts_first ON parts (first_us);
CREATE INDEX IF NOT EXISTS parts_file ON parts (file);
-- messages that tshark put together: these have no place of their own in the file
CREATE TABLE IF NOT EXISTS assembled (
    file INTEGER NOT NULL, call_id TEXT NOT NULL, frame INTEGER NOT NULL, time_us INTEGER NOT NULL,
    transport TEXT NOT NULL, source TEXT NOT NULL, source_port INTEGER NOT NULL, destination TEXT NOT NULL,
    destination_port INTEGER NOT NULL, data BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS assembled_call_id ON assembled (call_id);
CREATE INDEX IF NOT EXISTS assembled_file ON assembled (file);
-- values of headers that name other legs
CREATE TABLE IF NOT EXISTS links (file INTEGER NOT NULL, call_id TEXT NOT NULL, value TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS links_value ON links (value);
CREATE INDEX IF NOT EXISTS links_call_id ON links (call_id);
CREATE INDEX IF NOT EXISTS links_file ON links (file);

CREATE INDEX ix_blocked_ips_blocked_at ON blocked_ips (blocked_at);

CREATE INDEX ix_conferences_name ON conferences (name);

CREATE INDEX ix_ivrs_name ON ivrs (name);

CREATE INDEX ix_locations_name ON locations (name);

CREATE INDEX ix_pickup_groups_name ON pickup_groups (name);

CREATE INDEX ix_ring_groups_name ON ring_groups (name);

CREATE INDEX ix_routing_rules_priority ON routing_rules (priority);

CREATE INDEX ix_sounds_name ON sounds (name);

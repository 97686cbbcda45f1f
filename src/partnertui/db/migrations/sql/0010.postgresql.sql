ALTER TABLE users ADD COLUMN removed_at TIMESTAMP WITH TIME ZONE;

CREATE INDEX ix_users_folded_email ON users (lower(email));

ALTER TABLE login_links ADD COLUMN ended_at TIMESTAMP WITH TIME ZONE;

CREATE INDEX ix_login_links_user_id_id ON login_links (user_id, id);

ALTER TABLE web_sessions ADD COLUMN login_link_id BIGINT
  CONSTRAINT fk_web_sessions_login_link_id REFERENCES login_links (id);

CREATE INDEX ix_web_sessions_login_link_id ON web_sessions (login_link_id);

CREATE TABLE switch_users (
  id BIGSERIAL NOT NULL,
  sip_username TEXT COLLATE "C" NOT NULL,
  sip_domain TEXT COLLATE "C" NOT NULL,
  revision BIGINT DEFAULT '1' NOT NULL,
  written_revision BIGINT DEFAULT '0' NOT NULL,
  changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
  written_at TIMESTAMP WITH TIME ZONE,
  checked_at TIMESTAMP WITH TIME ZONE,
  differs TEXT COLLATE "C",
  last_error TEXT COLLATE "C",
  tried_at TIMESTAMP WITH TIME ZONE,
  claim TEXT COLLATE "C",
  claimed_until TIMESTAMP WITH TIME ZONE,
  customer_id BIGINT,
  partner_id BIGINT,
  CONSTRAINT pk_switch_users PRIMARY KEY (id),
  CONSTRAINT uq_switch_users_sip_username_sip_domain UNIQUE (sip_username, sip_domain),
  CONSTRAINT fk_switch_users_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id)
);

CREATE INDEX ix_switch_users_customer_id ON switch_users (customer_id);

CREATE INDEX ix_switch_users_partner_id ON switch_users (partner_id);

CREATE INDEX ix_switch_users_waiting ON switch_users (id) WHERE revision > written_revision;

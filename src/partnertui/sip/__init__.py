"""SIP messages (RFC 3261): parsed within limits; no network, no interface."""

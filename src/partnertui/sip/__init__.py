"""SIP messages (RFC 3261): parsed within limits, built without surprises. No network here, no interface."""

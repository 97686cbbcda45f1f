"""Looks outside: SIP OPTIONS to a phone. Streams typed events; no interface, no database."""

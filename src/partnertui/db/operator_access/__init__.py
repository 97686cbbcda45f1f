"""Operators' accounts, logins and sessions, and their PostgreSQL roles."""

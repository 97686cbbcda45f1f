"""Retention of personal data: the laws, the kinds of records, and how long each is kept."""

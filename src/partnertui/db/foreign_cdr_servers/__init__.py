"""Other PostgreSQL servers that keep past months of calls, partner by partner (postgres_fdw)."""

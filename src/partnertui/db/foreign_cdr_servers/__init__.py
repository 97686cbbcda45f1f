"""Other PostgreSQL servers (postgres_fdw) that keep CDRs of past months, partner by partner."""

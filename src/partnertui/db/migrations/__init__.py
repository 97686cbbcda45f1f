"""Alembic migrations; the SQL of each revision is in `sql/`, one file per database."""

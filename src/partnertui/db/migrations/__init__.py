"""Alembic migrations; the SQL of each revision is frozen beside it, for both databases."""

"""What differs between SQLite and PostgreSQL: connecting, stopping a query, errors."""

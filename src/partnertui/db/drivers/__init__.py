"""What differs between SQLite and PostgreSQL: how to connect, to stop a query, and what the driver's errors mean."""

"""What differs between SQLite and PostgreSQL: how to connect, how to stop a query, what the driver's errors mean."""

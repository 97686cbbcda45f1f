"""Mail in the database: received mail becomes messages of tickets, replies are sent once from the outbox."""

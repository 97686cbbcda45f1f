"""How much of what may be very long is read: a record with a million notes must still open."""

BODY_READ = 100_000
"""Characters of a text."""
NOTES_READ = 200
"""Notes of a record, the newest."""
MESSAGES_READ = 200
"""Messages of a ticket, the newest."""
CONVERSATION_READ = 400_000
"""Characters of a ticket's messages together; of those before that, the first SHORTENED are kept."""
SHORTENED = 500

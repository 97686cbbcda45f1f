"""How long a reply that was sent can be recalled."""

RECALL_SECONDS = 10
"""It waits in the outbox for so long."""

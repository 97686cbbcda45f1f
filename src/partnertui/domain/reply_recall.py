"""How long a sent reply can be recalled."""

RECALL_SECONDS = 10
"""It waits in the outbox for so long."""

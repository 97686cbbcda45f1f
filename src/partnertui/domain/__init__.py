"""Business rules as plain Python: money, numbers, states, roles; no SQL, no Textual."""

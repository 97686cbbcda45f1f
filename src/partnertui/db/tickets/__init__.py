"""Changes to tickets, and what is read of them. The caller commits."""

"""The SIP test: OPTIONS requests, what they need to get there, and what the answers mean."""

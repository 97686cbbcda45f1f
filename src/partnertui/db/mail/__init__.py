"""Mails in the database: what came in becomes messages of tickets, what is written goes out once."""

"""The view of one record: grouped fields, lists that belong to it, history and notes."""

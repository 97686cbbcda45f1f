"""Exports and erases all personal data of a customer and its users."""

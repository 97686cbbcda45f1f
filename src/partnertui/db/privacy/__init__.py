"""Exports and erases everything that is held about a customer and its users."""

"""Between the program and the terminal: its size, safe text, the clipboard, bytes that differ."""

LEAST = (60, 15)
"""Columns and rows below which nothing useful fits."""
FOLD_BELOW = 100
"""Columns below which the menu folds away."""

"""The windowed table: keyset pages in, lines out."""

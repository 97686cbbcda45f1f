"""Widgets and dialogs that know nothing of screens: table, lines, picker, texts, boards."""

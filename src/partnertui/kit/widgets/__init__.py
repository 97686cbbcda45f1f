"""Widgets and dialogs that know no screen: table, line view, picker, text dialogs, drag board."""

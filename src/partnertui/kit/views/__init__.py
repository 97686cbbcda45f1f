"""Views that run declared screens: lists, records, forms, export, find."""

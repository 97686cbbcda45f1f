"""Features shared by several screens, each declared once."""

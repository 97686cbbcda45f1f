"""Declarations: what screens, forms, columns and actions are. No Textual, no database session."""

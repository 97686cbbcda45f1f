"""What several screens offer in the same way: each flow is declared once and used by all."""

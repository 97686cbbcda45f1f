"""What several screens share: each feature is declared once and used by all of them."""

"""Writes a document as PDF/A-3, with embedded fonts and Factur-X XML."""

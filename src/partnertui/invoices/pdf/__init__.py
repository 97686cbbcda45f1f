"""A document as PDF/A-3: pages, embedded fonts, and the XML inside."""

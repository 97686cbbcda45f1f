"""Mail without database or interface: parsing, composing, IMAP and SMTP."""

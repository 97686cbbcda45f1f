"""Mail as it arrives and leaves: parsing, composing, IMAP and SMTP. It knows neither database nor interface."""

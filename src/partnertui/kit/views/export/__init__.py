"""Export of a list: all its filtered rows as CSV, XML or JSON Lines, page by page, in constant memory."""

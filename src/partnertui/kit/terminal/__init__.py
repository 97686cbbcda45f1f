"""Between the program and the terminal: safe text, the clipboard, bytes that differ."""

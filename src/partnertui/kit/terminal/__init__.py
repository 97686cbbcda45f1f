"""Between the program and the terminal: safe text, clipboard, output of changed cells only."""

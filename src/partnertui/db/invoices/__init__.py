"""Issues invoices and credit notes, and reads the transactions that they are made of."""

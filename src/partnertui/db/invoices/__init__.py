"""Issues invoices and credit notes, and reads what they are made of."""

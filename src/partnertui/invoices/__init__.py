"""Invoices and credit notes: document, VAT, checks, PDF and Factur-X; without SQL or Textual."""

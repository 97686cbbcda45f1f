"""Invoices and credit notes: the document, its checks, its words, PDF and Factur-X. Knows neither SQL nor Textual."""

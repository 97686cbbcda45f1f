"""What runs a declared screen: lists, records, forms, export, find."""

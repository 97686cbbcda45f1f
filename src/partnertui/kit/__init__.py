"""The reusable interface: declarations, list engine, table, forms. It knows no business word."""

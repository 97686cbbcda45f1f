"""The reusable interface: declarations, list engine, table, forms. It contains no terms of the business."""

"""Rows of lists: selects, criteria, paging, counting, and the sources they come from."""

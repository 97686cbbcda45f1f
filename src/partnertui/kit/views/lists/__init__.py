"""The one list engine: filter, sort, tabs, counts, paging, and what is remembered of them."""

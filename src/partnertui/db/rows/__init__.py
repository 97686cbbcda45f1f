"""Row sources: selects, filters, sorting, paging and counting of lists."""

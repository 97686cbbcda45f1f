"""Paging and counting of CDRs: ten million rows, any sort, any tab, any customer, in milliseconds.

`db/models/cdr_indexes.py` says how the rows are indexed. A page is found in two steps: the IDs, from indexes alone
where that is possible, then the rows of these IDs.
"""

from partnertui.db.rows.cdr.counting import count
from partnertui.db.rows.cdr.paging import fetch

__all__ = ["count", "fetch"]

"""Row source of CDRs: pages and counts for any sort and filter, from ten million rows in milliseconds.

`db/models/cdr_indexes.py` describes the indexes. A page is found in two steps: its IDs, from indexes alone where that
is possible, then the rows with these IDs.

    source.py           CdrSource, the row source
    request.py          a listing in terms of the table: slots and remaining conditions
    partition_pruning.py  where calls are in months: which of them a statement reads
    page.py             chooses how the IDs of a page are found:
    slot_merge.py         in the order of a column, merging the indexes of many slots
    scan_by_time.py       in order of time, checking each row
    selective_condition_first.py by the most selective condition, then sorting
    name_order.py         in order of the customer's or user's name
    index_ranges.py     the order as ranges of one index
    name_conditions.py  conditions on customer and user names, in terms of the CDR table alone
    planner_hints.py    keeps PostgreSQL's planner to the indexes
"""

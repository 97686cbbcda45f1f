"""The path to a host, hop by hop, as mtr shows it.

`follow` (engine.py) sends probes and listens, `Path` (path.py) remembers, `report_of` (report.py) freezes what is
known, `reading` (words.py) says what it means.
"""

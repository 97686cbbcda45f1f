"""The path to a host, hop by hop, as mtr shows it.

`probe_path` (engine.py) sends probes and listens, `Path` (path.py) remembers, `make_report` (report.py) freezes what is
known, `findings_of` (words.py) says what it means.
"""

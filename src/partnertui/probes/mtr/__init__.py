"""The path to a host, hop by hop, as mtr shows it.

`probe_path` (engine.py) sends probes and listens, `Path` (path.py) keeps what's known, `make_report` (report.py)
takes a snapshot of it, `findings_of` (findings/) interprets it.
"""

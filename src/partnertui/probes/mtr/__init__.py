"""The path to a host, hop by hop, as mtr shows it.

`probe_path` (probe_rounds.py) sends probes and listens, `Path` (path.py) keeps what's known, `make_report`
(path_snapshot.py) takes a snapshot of it, `findings_of` (findings/) interprets it.
"""

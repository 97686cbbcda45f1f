"""Kamailio's own tables, as Kamailio has them: registrations, live calls, traces, finished calls.

They are in our database, in a schema or file beside it, or in another server; `source.py` makes that no matter.
"""

from partnertui.db.kamailio.versions import TableVersion, check_versions

__all__ = ["TableVersion", "check_versions"]

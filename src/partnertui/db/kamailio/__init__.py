"""Access to Kamailio's own tables: registrations, live calls, SIP traces, finished calls, subscribers.

They may be in our database, in a schema or SQLite file beside it, or on another server; kamailio_database.py hides the
difference.
"""

from partnertui.db.kamailio.table_versions import TableVersion, check_versions

__all__ = ["TableVersion", "check_versions"]

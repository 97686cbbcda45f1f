"""The database: connections, units of work, row sources with paging and filters, history, models, migrations."""

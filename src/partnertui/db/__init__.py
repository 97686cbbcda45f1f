"""The database: engine, unit of work, paging, filters, history, models, migrations."""

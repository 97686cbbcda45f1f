"""The steps of `partnertui maintain`: retention, partitions, database upkeep, file of audit chain heads."""

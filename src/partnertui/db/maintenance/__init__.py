"""What `partnertui maintain` does: retention, partitions, upkeep of the database, heads of the audit chains."""

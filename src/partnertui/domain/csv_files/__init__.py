"""CSV files as people get them from other programs: their dialect, their lines, their columns, their amounts."""

"""Calls of past months in Parquet files, read by DuckDB, so that the database needn't keep ten years of calls."""

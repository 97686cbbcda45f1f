"""Calls of past months in Parquet files, which DuckDB reads: ten years stay searchable beside a small database."""

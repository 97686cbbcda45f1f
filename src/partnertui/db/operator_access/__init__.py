"""Operators' accounts, log-ins and sessions, and the PostgreSQL roles behind them."""

"""MPEG audio of customers: decoded in a sandbox, measured, adjusted and played."""

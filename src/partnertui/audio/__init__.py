"""MPEG audio of customers: read, measured, adjusted and played; what nobody vouches for is decoded in a sandbox."""

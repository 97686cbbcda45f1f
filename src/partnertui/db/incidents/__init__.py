"""Finds incidents in finished calls and registrations, keeps them, and ends them when attempts get through again."""

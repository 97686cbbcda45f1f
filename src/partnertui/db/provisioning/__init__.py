"""Provisioning: writes users and their DDIs to the switch, and compares both."""

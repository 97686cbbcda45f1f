"""Encryption of secrets and personal data.

AES-256-GCM; each value is bound to its place, and data keys are wrapped by a master key.

It knows neither database nor interface; `db/vault_data_keys.py` stores the wrapped keys.
"""

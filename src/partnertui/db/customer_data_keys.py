"""A data key per customer: deleting it makes everything sealed for that customer unreadable, even in backups."""

from __future__ import annotations

import os
from dataclasses import replace

from sqlalchemy import Connection, func, insert, select

from partnertui.db.models import VaultKey
from partnertui.db.models.base import now, table_of
from partnertui.db.rows.type_aliases import Expression
from partnertui.db.vault_data_keys import key_place
from partnertui.vault.sealed_values import KEY_BYTES, KEY_ID_BYTES, Vault

KEYS = table_of(VaultKey)


def customers_vault(connection: Connection, vault: Vault, customer_id: int | None) -> Vault:
    """The vault that seals with a customer's own key, which this transaction makes if there is none.

    A key that is older than the vault's current one was rotated away. Without a customer, or where no key can be made,
    it is the vault itself: the next rotation then seals the value with the customer's key.
    """
    wrapping = vault.wrapping
    if customer_id is None or wrapping is None:
        return vault
    query = select(KEYS.c.key_id, KEYS.c.wrapped).where(KEYS.c.owner_id == customer_id, KEYS.c.id > _since(vault))
    found = connection.execute(query.order_by(KEYS.c.id.desc()).limit(1)).first()
    if found is not None:
        key_id, key = found.key_id, wrapping.open(key_place(found.key_id), found.wrapped)
    elif not _may_make_keys(connection):
        return vault
    else:
        key_id, key = os.urandom(KEY_ID_BYTES).hex(), os.urandom(KEY_BYTES)
        values = {"key_id": key_id, "wrapped": wrapping.seal(key_place(key_id), key), "created_at": now()}
        connection.execute(insert(KEYS), {**values, "owner_id": customer_id})
    return replace(vault, keys={**vault.keys, key_id: key}, current=key_id)


def _may_make_keys(connection: Connection) -> bool:
    """Whether the login may: on PostgreSQL, roles of agents and partners can't write keys."""
    if connection.dialect.name != "postgresql":
        return True
    return bool(connection.scalar(select(func.has_table_privilege("public.vault_keys", "INSERT"))))


def _since(vault: Vault) -> Expression:
    current = select(func.coalesce(func.max(KEYS.c.id), 0)).where(KEYS.c.key_id == vault.current)
    return current.scalar_subquery()


def with_customers_keys(connection: Connection, vault: Vault) -> Vault:
    """The vault with all customers' keys at hand: for work with many values."""
    if vault.wrapping is None:
        return vault
    rows = connection.execute(select(KEYS.c.key_id, KEYS.c.wrapped).where(KEYS.c.owner_id.is_not(None)))
    own = {row.key_id: vault.wrapping.open(key_place(row.key_id), row.wrapped) for row in rows}
    return replace(vault, keys={**vault.keys, **own})

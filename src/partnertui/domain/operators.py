"""Operator, the person using this program, and its roles."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from partnertui.domain.errors import DomainError
from partnertui.domain.value_types import StoredValues, Values


class Role(StrEnum):
    """support and development see all customers, partner its own, admin operators and settings too."""

    SUPPORT = "support"
    DEVELOPMENT = "development"
    PARTNER = "partner"
    ADMIN = "admin"


STAFF = frozenset({Role.SUPPORT, Role.DEVELOPMENT, Role.ADMIN})
"""The provider's own people: everybody but partners."""


ROLE_WORDS = {
    Role.SUPPORT: "see and help all customers; can't manage admin-only settings",
    Role.DEVELOPMENT: "the same permissions as support",
    Role.PARTNER: "see and change only their own customers",
    Role.ADMIN: "everything, including operators, partners, mailboxes, capture folders and retention",
}
"""What a role allows, in words."""


def role_words(roles: Iterable[str]) -> str:
    """Several roles in words: “admin, development and support”."""
    *most, last = sorted(roles)
    return f"{', '.join(most)} and {last}" if most else str(last)


@dataclass(frozen=True)
class Operator:
    """A user of this program."""

    id: int
    login: str
    name: str
    role: Role
    partner_id: int | None


_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")


def checked_account(values: Values) -> StoredValues:
    """The values of an operator's account to store. Raises DomainError with the field that isn't valid."""
    if not _LOGIN.fullmatch(str(values.get("login") or "")):
        raise DomainError(
            "A login can only contain lower-case letters, digits, dots, dashes and underscores"
            " (63 characters at most), and must begin with a letter or digit.",
            "Enter a login such as ann.",
            field="login",
        )
    if not str(values.get("name") or "").strip():
        raise DomainError("A name is required.", "Enter one.", field="name")
    if values.get("role") != Role.PARTNER:
        return {**values, "partner_id": None}
    if values.get("partner_id") is None:
        raise DomainError(
            "This role needs a partner.", "Choose the partner whose customers they see.", field="partner_id"
        )
    return dict(values)

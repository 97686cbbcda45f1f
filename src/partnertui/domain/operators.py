"""Operators and their roles."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """support and development see all customers, partner its own, admin operators and settings too."""

    SUPPORT = "support"
    DEVELOPMENT = "development"
    PARTNER = "partner"
    ADMIN = "admin"


ROLE_WORDS = {
    Role.SUPPORT: "see and help all customers; no development tools, no settings",
    Role.DEVELOPMENT: "see and help all customers, and use what can disrupt service: removing registrations, captures",
    Role.PARTNER: "see and change only their own customers",
    Role.ADMIN: "everything, including operators and settings",
}
"""What a role allows, in words."""


@dataclass(frozen=True)
class Operator:
    """A user of this program."""

    id: int
    login: str
    name: str
    role: Role
    partner_id: int | None

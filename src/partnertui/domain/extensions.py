"""A customer's extensions: which are in use, which clash, and the next free one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from partnertui.domain.errors import DomainError

FIRST_EXTENSION = 201
"""Where a plan without users begins."""
EMERGENCY = frozenset(
    [
        "000",
        "15",
        "17",
        "18",
        "110",
        "111",
        "112",
        "113",
        "115",
        "117",
        "118",
        "122",
        "133",
        "144",
        "911",
        "997",
        "998",
        "999",
    ]
)
"""What a caller in need dials in Europe, North America, Australia or New Zealand: never an extension anywhere."""
EXTENSION = re.compile(r"[0-9]{2,8}|[*#][0-9]{1,7}")


@dataclass(frozen=True)
class Holder:
    """What has an extension; `id` is 0 for a feature code of the platform."""

    extension: str
    kind: str
    """As on screen: user, ring group, IVR, conference, feature code."""
    name: str
    id: int = 0


def read_extension(typed: str) -> str:
    """An extension as it is dialled. Raises DomainError."""
    extension = re.sub(r"\s", "", typed)
    if not EXTENSION.fullmatch(extension):
        raise DomainError(f"“{typed.strip()}” isn't an extension.", advice="Use 2 to 8 digits, such as 201.")
    if extension in EMERGENCY:
        raise DomainError(f"{extension} is an emergency number.", advice="Choose another extension.")
    return extension


def clash(first: str, second: str) -> bool:
    """Whether two extensions can't be in one plan.

    Digits clash when they differ in leading zeros alone, because phones and people drop them. A code begins an
    extension (`*8`, then whom to pick up), so it clashes with every longer code that begins like it (`*800`).
    """
    if first[:1] in "*#" or second[:1] in "*#":
        return first.startswith(second) or second.startswith(first)
    return first.lstrip("0") == second.lstrip("0")


def find_clash(extension: str, holders: Iterable[Holder], *, user_id: int = 0) -> Holder | None:
    """Who has the extension already, or one that clashes with it; the user's own doesn't count."""
    others = (holder for holder in holders if not (holder.kind == "user" and holder.id == user_id))
    return next((holder for holder in others if clash(extension, holder.extension)), None)


def require_free(extension: str, holders: Iterable[Holder], *, user_id: int = 0) -> None:
    """Raises DomainError that names the holder of the extension, or of one that clashes with it."""
    holder = find_clash(extension, holders, user_id=user_id)
    if holder is None:
        return
    who = f"{holder.kind} {holder.name}"
    if holder.extension == extension:
        raise DomainError(f"{extension} is in use: {who}.", field="extension", advice="Choose another extension.")
    raise DomainError(
        f"{extension} clashes with {holder.extension}: {who}.", field="extension", advice="Choose another extension."
    )


def next_free(holders: Sequence[Holder]) -> str:
    """The lowest free number from the customer's first user on."""
    users = [int(holder.extension) for holder in holders if holder.kind == "user" and holder.extension.isdecimal()]
    number = min(users, default=FIRST_EXTENSION)
    while str(number) in EMERGENCY or find_clash(str(number).zfill(2), holders) is not None:
        number += 1
    # Two digits are the shortest extension.
    return str(number).zfill(2)


def read_feature_codes(codes: Iterable[str]) -> list[Holder]:
    """The platform's feature codes from the settings: `*8 call pick-up`."""
    pairs = (code.partition(" ") for code in codes)
    return [Holder(code, "feature code", name.strip()) for code, _, name in pairs]

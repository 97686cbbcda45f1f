"""Column kinds for a phone's registration, configuration and maker: a word in lists, a sentence in records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from partnertui.domain.mac_addresses import mismatch
from partnertui.domain.phone_status import Configuration, RegisteredNow
from partnertui.kit.declare.kinds import Choice, Row, Text, Time
from partnertui.kit.declare.kinds.base import EMPTY_ROW
from partnertui.kit.declare.page import Fact

if TYPE_CHECKING:
    from sqlalchemy import Connection

REGISTERED_ROLES = (
    (RegisteredNow.YES, "good"),
    (RegisteredNow.NO, "bad"),
    (RegisteredNow.OTHER, "warn"),
    (RegisteredNow.NO_USER, "muted"),
    (RegisteredNow.UNKNOWN, "muted"),
)
CONFIGURATION_ROLES = ((Configuration.OUTDATED, "warn"), (Configuration.NEVER, "muted"))


def read_maker(connection: Connection, row: Row) -> dict[str, Any]:
    """The maker by tshark's list; read here, in the job that reads the record."""
    from partnertui.captures.mac_vendors import maker_list

    maker = maker_list().maker(row["mac"])
    return {"maker": maker.words, "doubt": mismatch(row["mac"], row["make"], row["ouis"], maker.name)}


def outdated(row: Row) -> str:
    """Whether the phone runs what is provisioned today."""
    if not row["firmware"] or not row["newest_firmware"] or row["firmware"] == row["newest_firmware"]:
        return ""
    return f"differs from the currently provisioned version: {row['newest_firmware']}"


def configuration_words(row: Row) -> str:
    """Whether it has fetched its configuration since the user's SIP password changed."""
    state, changed = row.get("configuration"), row.get("password_at")
    if state == Configuration.NEVER:
        return "has never been fetched by this phone"
    if state == Configuration.OUTDATED and changed is not None:
        return f"hasn't been fetched since the SIP password changed, {Time(seconds=False).text(changed)}"
    if changed is not None:
        return f"fetched since the SIP password changed, {Time(seconds=False).text(changed)}"
    return "" if row["user_id"] is None else "fetched; no later change to the SIP password is known"


@dataclass(frozen=True)
class Registered(Choice):
    """Whether it is registered; the record says what that rests on."""

    def long_text(self, value: str | None, row: Row = EMPTY_ROW) -> str:
        """The sentence."""
        return str(row.get("registered_words") or self.text(value))


@dataclass(frozen=True)
class Configured(Choice):
    """Whether its configuration is current; the record says since when it isn't."""

    def long_text(self, value: str | None, row: Row = EMPTY_ROW) -> str:
        """The sentence."""
        return configuration_words(row)


@dataclass(frozen=True)
class MakerName(Text):
    """The maker as it was stored; the record has what tshark's list says now."""

    def long_text(self, value: str | None, row: Row = EMPTY_ROW) -> str:
        """The maker, or why there is none."""
        return str(row.get("maker") or value or "")


FACTS = (
    Fact("Firmware status", outdated, "Phone", lambda row: "warn"),
    Fact("Vendor and model", lambda row: row.get("doubt", ""), "Phone", lambda row: "warn"),
)

"""Whether a desk phone is registered now, and whether its configuration is current."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from partnertui.domain.mac_addresses import read_mac


class RegisteredNow(StrEnum):
    """Whether a phone is registered."""

    YES = "yes"
    NO = "no"
    OTHER = "another phone"
    """The user's AOR is registered, but by another phone."""
    NO_USER = "no user"
    UNKNOWN = "not known"


class Configuration(StrEnum):
    """Whether a phone has fetched its configuration."""

    CURRENT = "current"
    OUTDATED = "outdated"
    NEVER = "never fetched"


_WORDS = re.compile(r"[a-z]+[0-9]+[a-z]*|[a-z]+|[0-9]+")
_MAC = re.compile(r"(?<![0-9a-f])(?:[0-9a-f]{12}|[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5})(?![0-9a-f])")


def registered_now(model: str, mac: str, agents: Sequence[str]) -> tuple[RegisteredNow, str]:
    """Whether a phone is registered, by its user's AOR, and a sentence that says what that rests on.

    agents: the User-Agents that the AOR is registered with now. Many phones send their model, some their MAC.
    """
    if not agents:
        return RegisteredNow.NO, "no: its user's AOR has no registration"
    by_mac = {agent: [read_mac(found) for found in _MAC.findall(agent.lower())] for agent in agents}
    own = [agent for agent in agents if mac in by_mac[agent]]
    if own:
        return RegisteredNow.YES, f"yes: its MAC is in the user agent “{own[0]}”"
    like = [agent for agent in agents if not by_mac[agent] and _names(agent, model)]
    if like:
        return RegisteredNow.YES, f"yes, by AOR and user agent “{like[0]}”"
    named = f"“{agents[0]}”" if agents[0] else "a phone that sends no User-Agent"
    return RegisteredNow.OTHER, f"no: its user's AOR is registered by {named}"


def _names(agent: str, model: str) -> bool:
    """Whether a user agent has the words of a model, one after the other."""
    words, wanted = _words(agent), _words(model)
    return bool(wanted) and any(words[at : at + len(wanted)] == wanted for at in range(len(words)))


def _words(text: str) -> list[str]:
    """Letters and digits in lower case; a make that is written onto its model (snomD785) is taken off."""
    split = re.sub(r"(?<=[a-z])(?=[A-Z][0-9])", " ", text)
    return [word for part in re.split(r"[^a-z0-9]+", split.lower()) for word in _WORDS.findall(part)]


def configuration(fetched_at: datetime | None, password_at: datetime | None) -> Configuration:
    """Whether a phone has fetched its configuration since its user's SIP password changed."""
    if fetched_at is None:
        return Configuration.NEVER
    return Configuration.OUTDATED if password_at is not None and password_at > fetched_at else Configuration.CURRENT

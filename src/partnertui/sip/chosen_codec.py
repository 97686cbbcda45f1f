"""The codec that an SDP answer selects (RFC 8866, RFC 3264, section 6.1), by name."""

from __future__ import annotations

import re

STATIC = {"0": "PCMU", "3": "GSM", "4": "G723", "8": "PCMA", "9": "G722", "18": "G729"}
"""Payload types that need no rtpmap (RFC 3551, table 4)."""
_EVENTS = {"telephone-event", "cn"}


def chosen_codec(message: str) -> str:
    """The first audio codec of a message's SDP that carries speech; empty where there is none."""
    body = message.replace("\r\n", "\n").partition("\n\n")[2]
    audio = re.search(r"^m=audio \d+(?:/\d+)? \S+ ([\d ]+)$", body, re.MULTILINE)
    if audio is None:
        return ""
    section = body[audio.end() :].split("\nm=", 1)[0]
    named = dict(re.findall(r"^a=rtpmap:(\d+) ([^/\s]+)", section, re.MULTILINE))
    names = (named.get(number) or STATIC.get(number, "") for number in audio[1].split())
    return next((name for name in names if name and name.lower() not in _EVENTS), "")

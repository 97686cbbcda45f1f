"""Recognises bounces (RFC 3464) and automatic replies (RFC 3834), which nobody should answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message

from partnertui.domain.mail_states import MailKind
from partnertui.mail.bodies import content_of, leaves
from partnertui.mail.charsets import decode_bytes, storable
from partnertui.mail.header_text import addresses, decoded, header, ids_in, is_address

MOST_TEXT = 50_000
DAEMONS = ("mailer-daemon", "postmaster", "mail-daemon", "mailerdaemon")
OUT_OF_OFFICE = re.compile(
    r"^(?:(?:re|aw|sv|antw|r)\s*:\s*)*(?:"
    r"out of (?:the )?office|automatic reply|auto(?:matic)?[- ]?(?:reply|response)|vacation reply|"
    r"abwesenheits(?:notiz|agent|nachricht)|abwesend|automatische antwort|nicht im b[üu]ro|"
    r"r[ée]ponse automatique|absence du bureau|absent du bureau|message d'absence|"
    r"respuesta autom[áa]tica|fuera de (?:la )?oficina|risposta automatica|fuori ufficio|"
    r"automatisch antwoord|afwezig(?:heidsbericht)?|resposta autom[áa]tica|fora do escrit[óo]rio|"
    r"odpowied[źz] automatyczna|automatick[áa] odpov[ěe][ďd]|autosvar|automatiskt svar|"
    r"automatisk svar|ikke til stede|poissaoloilmoitus|automaattinen vastaus|"
    r"автоответ|автоматический ответ|otomatik yan[ıi]t|自動返信|自动回复|자동 회신)\b",
    re.IGNORECASE,
)
AUTOMATIC_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Response-From")
PRECEDENCES = frozenset({"bulk", "junk", "auto_reply", "auto-reply"})
_STATUS_LINE = re.compile(r"\b[45]\d\d[ -]|\b[45]\.\d{1,3}\.\d{1,3}\b")
_ADDRESS = re.compile(r"[\w.+%~-]{1,64}@[\w.-]{1,250}\w")


@dataclass(frozen=True)
class Failure:
    """A recipient that a mail didn't reach, and the reason as its server gave it; `is_final` if it never will."""

    address: str
    reason: str
    is_final: bool = True


@dataclass(frozen=True)
class Nature:
    """What a mail is; for a bounce, which mails came back and why."""

    kind: MailKind
    failures: tuple[Failure, ...] = ()
    returned_ids: tuple[str, ...] = ()


def nature_of(message: Message, text: str) -> Nature:
    """What a mail is by its headers and parts."""
    report = _report(message)
    if report is not None or _is_from_daemon(message):
        return _bounce(message, report, text)
    return Nature(MailKind.AUTOMATIC if is_automatic(message) else MailKind.MESSAGE)


def is_automatic(message: Message) -> bool:
    """Whether nobody wrote it by hand."""
    # Every value but "no" says that a program sent it (RFC 3834, section 5).
    submitted = header(message, "Auto-Submitted").lower().partition(";")[0].strip()
    if submitted and submitted != "no":
        return True
    if any(header(message, name) for name in AUTOMATIC_HEADERS):
        return True
    if header(message, "Precedence").lower() in PRECEDENCES:
        return True
    return OUT_OF_OFFICE.match(header(message, "Subject")) is not None


def _report(message: Message) -> Message | None:
    """The part with the delivery status (RFC 3464), wherever it is; None if there is none."""
    return next((part for part in leaves(message) if part.get_content_type() == "message/delivery-status"), None)


def _is_from_daemon(message: Message) -> bool:
    if header(message, "Return-Path").replace(" ", "") == "<>" and header(message, "X-Failed-Recipients"):
        return True
    found = addresses(message, "From")
    return bool(found) and found[0][1].partition("@")[0] in DAEMONS


def _bounce(message: Message, report: Message | None, text: str) -> Nature:
    failures = _reported(report) if report is not None else _guessed(message, text)
    ids: list[str] = []
    for part in leaves(message):
        if part.get_content_type() in ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers"):
            ids += _ids_of_headers(_text(content_of(part)))
    ids = ids or _ids_of_headers(text)
    return Nature(MailKind.BOUNCE, tuple(failures), tuple(dict.fromkeys(ids)))


def _reported(report: Message) -> list[Failure]:
    """The failures of a delivery status: a block of fields for each recipient."""
    found = []
    for block in re.split(r"\n\s*\n", _text(content_of(report)))[:1_000]:
        fields = _fields(block)
        # An address type stands before the address: "rfc822; user@example.net" (RFC 3464, section 2.3.2).
        recipient = (fields.get("final-recipient") or fields.get("original-recipient") or "").rpartition(";")[2].strip()
        action = fields.get("action", "failed").lower().split(" ")[0]
        if not recipient or action in ("delivered", "relayed", "expanded"):
            continue
        reason = fields.get("diagnostic-code", "").partition(";")
        words = (reason[2] or reason[0]).strip() or fields.get("status", "") or "no reason given"
        # "delayed" is the one failure after which the server goes on trying (RFC 3464, section 2.3.3).
        found.append(Failure(recipient.strip("<>").lower()[:320], words[:500], action != "delayed"))
    return found


def _guessed(message: Message, text: str) -> list[Failure]:
    """The failures of a bounce without a delivery status, by its headers and lines."""
    listed = [one.strip().lower() for one in header(message, "X-Failed-Recipients").split(",")]
    lines = text[:MOST_TEXT].splitlines()
    reason = next((" ".join(line.split())[:500] for line in lines if _STATUS_LINE.search(line)), "no reason given")
    own = {address for name in ("From", "To") for _, address in addresses(message, name)}
    named = [one.lower() for line in lines for one in _ADDRESS.findall(line) if one.lower() not in own]
    found = [one for one in listed if is_address(one)] or named[:1]
    return [Failure(address, reason) for address in dict.fromkeys(found)]


def _fields(block: str) -> dict[str, str]:
    """The fields of a block, small letters in their names; continued lines are joined."""
    found: dict[str, str] = {}
    name = ""
    for line in block.split("\n"):
        if line[:1] in " \t" and name:
            found[name] += " " + line.strip()
            continue
        name, colon, value = line.partition(":")
        name = name.strip().lower()
        if colon:
            found.setdefault(name, value.strip())
        else:
            name = ""
    return found


def _ids_of_headers(text: str) -> list[str]:
    """The Message-ID header in a text."""
    found = re.search(
        r"^[ >\t]*Message-ID:[ \t]*(?:\r?\n[ \t]+)?(\S{1,500})", text[:MOST_TEXT], re.IGNORECASE | re.MULTILINE
    )
    return ids_in(decoded(found[1])) if found else []


def _text(content: bytes) -> str:
    return storable(decode_bytes(content[:MOST_TEXT], "utf-8"))

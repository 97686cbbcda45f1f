"""The kinds of records that retention deletes, and for how long each may be kept.

What counts are the rules in the database (the Retention screen), which `partnertui maintain` runs; a new database has
the defaults below, which its migration inserts. Three settings come beside them. `[hep] keep`: what `partnertui hep`
drops by itself, so the shorter of it and the rule counts. `[whois] keep_days`: how old an answer may be that is shown
instead of a new look-up. `[chats] keep_days`: counts where the rule keeps chats for good, and for `partnertui chats
expire`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from partnertui.domain.capital_letter import capital
from partnertui.domain.errors import DomainError
from partnertui.domain.plurals import plural

LONGEST_DAYS = 36_525


class RetentionKind(StrEnum):
    """What is kept for a time, in the order in which it is deleted."""

    CHATS = "chat texts"
    CDRS = "CDRs"
    HEP = "HEP messages"
    CAPTURES = "HEP captures"
    SIP_TRACES = "SIP traces"
    ATTACHMENTS = "attachments of closed tickets"
    MAILS = "raw mails"
    VOICEMAIL = "voicemail"
    PROBES = "probe runs"
    WEB_SESSIONS = "web sessions"
    DRAFTS = "drafts"
    LOG_INS = "log-in records"
    REJECTED_ROWS = "rejected rows"
    WHOIS = "WHOIS answers"


@dataclass(frozen=True)
class RetentionKindFacts:
    """What goes, since when its age counts, and the fewest days, with the law that says so; "" for none."""

    what: str
    days: int | None
    """The default; None keeps it for good."""
    fewest: int = 1
    law: str = ""


FACTS = {
    RetentionKind.CHATS: RetentionKindFacts("chat text, from the start of the chat; the chat's details are kept", None),
    RetentionKind.CDRS: RetentionKindFacts(
        "finished calls, from their start; ledger entries and invoices are kept",
        None,
        90,
        "§ 67 TKG: bills can be disputed for 8 weeks; directive 2002/58/EC, art. 6",
    ),
    RetentionKind.HEP: RetentionKindFacts("mirrored SIP messages, in whole days", 7),
    RetentionKind.CAPTURES: RetentionKindFacts("hourly files of partnertui hep, in whole days", 7),
    RetentionKind.SIP_TRACES: RetentionKindFacts("rows of Kamailio's sip_trace table, from their timestamp", None),
    RetentionKind.ATTACHMENTS: RetentionKindFacts(
        "contents of attached files, from the day the ticket is closed; file names are kept", 730
    ),
    RetentionKind.MAILS: RetentionKindFacts("source text of received e-mails; the conversation is kept", 365, 30),
    RetentionKind.VOICEMAIL: RetentionKindFacts("messages in mailboxes, from when they were left", 365),
    RetentionKind.PROBES: RetentionKindFacts("SIP and MTR tests, from when they were sent", 365),
    RetentionKind.WEB_SESSIONS: RetentionKindFacts("web sessions, from when they were last active", 90),
    RetentionKind.DRAFTS: RetentionKindFacts("agents' drafts, from when they were last saved", 90),
    RetentionKind.LOG_INS: RetentionKindFacts("log-in links and users' status logs, from their timestamp", 365),
    RetentionKind.REJECTED_ROWS: RetentionKindFacts("source rows that couldn't be imported, from the attempt", 180),
    RetentionKind.WHOIS: RetentionKindFacts("look-up results for addresses, from when they were fetched", 30),
}
"""Chats, calls and Kamailio's own table are kept for good until an admin decides."""


def require_lawful(kind: RetentionKind, days: int | None) -> None:
    """Raises DomainError, naming the law, for fewer days than it demands; None keeps records for good."""
    facts = FACTS[kind]
    if days is not None and days < facts.fewest:
        raise DomainError(
            f"{capital(kind)} must be kept for at least {plural(facts.fewest, 'day')}"
            f"{f' ({facts.law})' if facts.law else ''}.",
            f"Enter {facts.fewest} or more, or leave it empty to keep them indefinitely.",
            field="keep_days",
        )
    if days is not None and days > LONGEST_DAYS:
        raise DomainError(
            "This is longer than 100 years.", "Leave it empty to keep them indefinitely.", field="keep_days"
        )

"""What a mail says and what it quotes, as mailers of many languages write it; nothing is lost."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnertui.domain.mail_quoted_text import PartKind, fold

QUOTE = "> Please restart it.\n> Regards\n"
SIP_LOG = (
    "Here is the log:\n"
    "INVITE sip:4930@pbx.example SIP/2.0\n"
    "Via: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bK1\n"
    "From: <sip:201@pbx.example>;tag=1\n"
    "To: <sip:4930@pbx.example>\n"
    "Date: Fri, 20 Nov 2026 15:57:00 GMT\n"
    "Subject: call\n"
    "CSeq: 1 INVITE\n"
    "Why does it fail?\n"
)
FOLDED = {
    "A3a: German attribution over two lines": (
        "Es klingelt nicht.\n",
        "Am Fr., 20. Nov. 2026 um 15:57 Uhr schrieb Support <\nhelp@example.com>:\n\n> Bitte neu starten\n",
    ),
    "Gmail, English": ("It fails.\n", f"On Fri, 20 Nov 2026 at 15:57, Support <help@example.com> wrote:\n{QUOTE}"),
    "Apple Mail, English, wrapped": (
        "It fails.\n",
        f"On 20 Nov 2026, at 15:57, Support of Example Limited\n<help@example.com> wrote:\n\n{QUOTE}",
    ),
    "Thunderbird, name first": ("Nein.\n", f"Support schrieb am 20.11.26 um 15:57:\n{QUOTE}"),
    "French": ("Toujours rien.\n", f"Le ven. 20 nov. 2026 à 15:57, Support <help@example.com> a écrit :\n{QUOTE}"),
    "Spanish": ("No suena.\n", f"El vie, 20 nov 2026 a las 15:57, Support (<help@example.com>) escribió:\n{QUOTE}"),
    "Italian": (
        "Non va.\n",
        f"Il giorno ven 20 nov 2026 alle ore 15:57 Support <help@example.com> ha scritto:\n{QUOTE}",
    ),
    "Dutch": ("Nee.\n", f"Op vr 20 nov 2026 om 15:57 schreef Support <help@example.com>:\n{QUOTE}"),
    "Polish": ("Nie.\n", f"pt., 20 lis 2026 o 15:57 Support <help@example.com> napisał(a):\n{QUOTE}"),
    "date and sender only": ("No.\n", f"2026-11-20 15:57 GMT+01:00 Support <help@example.com>:\n{QUOTE}"),
    "Japanese": ("だめです。\n", f"2026年11月20日(金) 15:57 Support <help@example.com> さんは書きました：\n{QUOTE}"),
    "unmarked quote below an attribution": (
        "No.\n",
        "On 20 Nov 2026 15:57, Support <help@example.com> wrote:\nPlease restart it.\n",
    ),
    "original message": ("No.\n\n", "-----Original Message-----\nFrom: Support\nSent: Friday\n\nPlease restart it.\n"),
    "German original message": ("Nein.\n\n", "-----Ursprüngliche Nachricht-----\nVon: Support\n\nBitte.\n"),
    "Outlook headers": (
        "No.\n\n",
        "From: Support <help@example.com>\nSent: Friday, 20 November 2026 15:57\nTo: Ada\nSubject: RE: x\n\nHello\n",
    ),
    "Outlook headers in German, below a rule": (
        "Nein.\n\n",
        "________________________________\nVon: Support\nGesendet: Freitag\nAn: Ada\nBetreff: x\n\nHallo\n",
    ),
    "quote without attribution": ("No.\n\n", "> one\n> two\n>\n\n>> three\n"),
}


def parts(text: str, kind: PartKind) -> str:
    """All parts of a kind, joined."""
    return "".join(part.text for part in fold(text) if part.kind == kind)


@pytest.mark.parametrize("name", FOLDED)
def test_what_is_quoted_is_folded(name: str) -> None:
    said, quoted = FOLDED[name]
    text = f"{said}\n{quoted}"
    assert parts(text, PartKind.TEXT).strip() == said.strip()
    assert parts(text, PartKind.QUOTE).strip() == quoted.strip()


def test_a_signature_and_a_quote_behind_it() -> None:
    text = f"No.\n\n-- \nAda Lane\nAcme\n\nOn 20 Nov 2026, Support wrote:\n{QUOTE}"
    found = [(part.kind, part.text) for part in fold(text)]
    assert found == [
        (PartKind.TEXT, "No.\n\n"),
        (PartKind.SIGNATURE, "-- \nAda Lane\nAcme\n\n"),
        (PartKind.QUOTE, f"On 20 Nov 2026, Support wrote:\n{QUOTE}"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        SIP_LOG,
        SIP_LOG.replace("From: <sip:201@pbx.example>;tag=1", "From: 201\nCall-ID: 1@x"),
        "On Monday I wrote down this:\nit rings once\n",
        "To: you\nFrom: me\n",
        "The call fails:\n\n-- \n" + "line\n" * 40,
    ],
)
def test_what_only_looks_like_a_quote_stays(text: str) -> None:
    assert parts(text, PartKind.TEXT) == text


def test_a_short_quote_that_is_answered_stays_above_its_answer() -> None:
    text = "> Does it ring?\n\nYes, once.\n\n> And then?\n\nSilence.\n"
    assert parts(text, PartKind.TEXT) == text


def test_a_mail_that_only_quotes_is_shown() -> None:
    assert [part.kind for part in fold(QUOTE)] == [PartKind.TEXT]


def test_the_heading_is_the_attribution() -> None:
    text = "No.\n\nAm Fr., 20. Nov. 2026 um 15:57 Uhr schrieb Support <\nhelp@example.com>:\n\n> Bitte\n"
    heading = fold(text)[1].heading
    assert heading == "Am Fr., 20. Nov. 2026 um 15:57 Uhr schrieb Support < help@example.com>:"


PIECES = st.sampled_from([*(quoted for _, quoted in FOLDED.values()), SIP_LOG, "-- \n", "\n", "> x\n", "No.\n", "\r\n"])


@given(st.lists(PIECES | st.text(max_size=40), max_size=12))
def test_nothing_is_lost(pieces: list[str]) -> None:
    text = "".join(pieces)
    found = fold(text)
    assert "".join(part.text for part in found) == text
    assert all(part.text for part in found)
    assert all(one.kind != other.kind for one, other in pairwise(found))

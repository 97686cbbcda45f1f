"""What goes out is ASCII, holds its threads, and takes no headers from strangers."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnertui.mail.attachments import File
from partnertui.mail.outgoing import Draft, NotComposed, compose

LONG = "<" + "a" * 150 + "@example.net>"


def draft(**fields: Any) -> Draft:
    values: dict[str, Any] = {
        "from_name": "Müller, Support",
        "from_address": "help@example.com",
        "to": ["ada@acme.example"],
        "cc": [],
        "subject": "Re: Kein Ton äöü " * 8,
        "body": "Grüße\n.\nFrom here",
        "message_id": "<T-1.abc@example.com>",
        "references": ["<1@x>", LONG, "<evil@x>\r\nBcc: eve@evil.example"],
        "in_reply_to": LONG,
        "at": datetime(2026, 11, 30, 12, tzinfo=UTC),
    }
    return Draft(**(values | fields))


def test_headers() -> None:
    raw = compose(draft(cc=["bob@bücher.example"], files=[File("ü €.txt", "text/plain", b"x\xff")], is_automatic=True))
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    mail = message_from_bytes(raw, policy=policy.default)
    assert mail["From"].addresses[0].display_name == "Müller, Support"
    assert mail["Cc"] == "bob@xn--bcher-kva.example"
    assert mail["References"].split() == ["<1@x>", LONG]
    assert mail["In-Reply-To"] == LONG
    assert mail["Bcc"] is None
    assert mail["Auto-Submitted"] == "auto-generated"
    assert parsedate_to_datetime(mail["Date"]) == datetime(2026, 11, 30, 12, tzinfo=UTC)
    (file,) = mail.iter_attachments()
    assert (file.get_filename(), file.get_content()) == ("ü €.txt", b"x\xff")


@pytest.mark.parametrize("address", ["", "ada", "a b@x.example", "ada@", "a@b\r\nBcc: c@d.example", "ä@x.example"])
def test_address_that_is_none(address: str) -> None:
    with pytest.raises(NotComposed):
        compose(draft(to=[address]))


@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=80))
def test_any_text_goes_out(subject: str, body: str, name: str) -> None:
    raw = compose(draft(subject=subject, body=body, from_name=name))
    mail = message_from_bytes(raw, policy=policy.default)
    assert set(mail.keys()) <= {
        "Message-ID", "In-Reply-To", "References", "From", "To", "Subject", "Date", "Content-Type",
        "Content-Transfer-Encoding", "MIME-Version",
    }  # fmt: off

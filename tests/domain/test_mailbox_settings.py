"""What holds for a mailbox of support."""

from __future__ import annotations

import pytest

from partnertui.domain.errors import DomainError
from partnertui.domain.mailbox_settings import checked_mailbox

GOOD = {
    "name": "Support",
    "address": "Help@Example.COM",
    "imap_host": "imap.example.com",
    "imap_port": 993,
    "smtp_host": None,
    "smtp_port": 465,
    "login": "help",
    "sign_in": "password",
    "token_url": None,
    "client_id": None,
    "copies_to": None,
}


def test_address_has_small_letters() -> None:
    assert checked_mailbox(GOOD)["address"] == "help@example.com"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"address": "help"}, "address"),
        ({"copies_to": "x y@example.com"}, "copies_to"),
        ({"imap_host": "imap example"}, "imap_host"),
        ({"imap_port": 0}, "imap_port"),
        ({"smtp_host": "smtp.example.com", "smtp_port": 70_000}, "smtp_port"),
        ({"login": None}, "login"),
        ({"sign_in": "oauth2"}, "token_url"),
        ({"sign_in": "oauth2", "token_url": "http://x.example", "client_id": "c"}, "token_url"),
    ],
)
def test_what_is_refused(changes: dict[str, object], field: str) -> None:
    with pytest.raises(DomainError) as refused:
        checked_mailbox(GOOD | changes)
    assert refused.value.field == field

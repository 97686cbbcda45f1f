"""Recipients as people type them."""

from __future__ import annotations

import pytest

from partnertui.domain.errors import DomainError
from partnertui.domain.mail_recipients import MOST_RECIPIENTS, Recipients, read_recipients, recipients_text


@pytest.mark.parametrize(
    "typed",
    [
        "a@x.example, b@x.example",
        "a@x.example;b@x.example",
        "a@x.example b@x.example",
        "Ada <a@x.example>, b@X.example",
    ],
)
def test_addresses_in_any_notation(typed: str) -> None:
    assert read_recipients({"to": typed}) == Recipients(("a@x.example", "b@x.example"))


def test_nobody_is_there_twice() -> None:
    found = read_recipients({"to": "a@x.example", "cc": "A@x.example c@x.example", "bcc": "c@x.example"})
    assert found == Recipients(("a@x.example",), ("c@x.example",))
    assert recipients_text(found.cc) == "c@x.example"
    assert found.as_json() == {"to": ["a@x.example"], "cc": ["c@x.example"], "bcc": []}


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"to": ""}, "to"),
        ({"to": "a@x.example", "cc": "b@"}, "cc"),
        ({"to": "a@x.example", "bcc": "a@x.example\r\nBcc: e@x.example"}, "bcc"),
        ({"to": " ".join(f"u{n}@x.example" for n in range(MOST_RECIPIENTS + 1))}, "cc"),
    ],
)
def test_refused_at_the_field(typed: dict[str, str], field: str) -> None:
    with pytest.raises(DomainError) as refused:
        read_recipients(typed)
    assert refused.value.field == field

"""What partners print on invoices is checked before it is stored."""

from __future__ import annotations

import pytest

from partnertui.domain.errors import DomainError
from partnertui.domain.partner_invoice_details import checked_partner

PARTNER = {"name": " Nord  wind ", "country": "DE", "street": "Kai 1", "vat_number": "de 136 695 976", "enabled": True}


def test_what_is_typed_is_tidied() -> None:
    found = checked_partner(PARTNER | {"iban": "de89370400440532013000", "invoice_prefix": "nw", "phone": " "})
    assert (found["name"], found["vat_number"], found["invoice_prefix"]) == ("Nord wind", "DE136695976", "NW")
    assert (found["iban"], found["phone"]) == ("DE89 3704 0044 0532 0130 00", None)
    assert checked_partner(PARTNER | {"iban": "12-34-56 12345678"})["iban"] == "12-34-56 12345678"
    assert checked_partner({"name": "New"})["vat_number"] is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("iban", "DE00370400440532013000"),
        ("vat_number", "DE136695977"),
        ("vat_number", ""),
        ("invoice_prefix", "A B"),
        ("invoice_prefix", "-"),
        ("invoice_prefix", "A" * 17),
        ("name", " "),
    ],
)
def test_what_is_wrong_is_said_at_its_field(field: str, value: str) -> None:
    with pytest.raises(DomainError) as refused:
        checked_partner(PARTNER | {field: value})
    assert refused.value.field == field

"""Invoice details of the demo's partners, with numbers reserved for documentation."""

from __future__ import annotations

Colour = tuple[int, int, int]

PARTNER_DETAILS: tuple[tuple[Colour, dict[str, str]], ...] = (
    (
        (24, 90, 160),
        {
            "street": "22 Meridian Way",
            "postcode": "SE10 9NF",
            "city": "London",
            "vat_number": "GB434031494",
            "registration": "Registered in England and Wales No. 07654321",
            "bank_name": "Example Bank",
            "iban": "GB94 BARC 1020 1530 0934 59",
            "bic": "BARCGB22",
            "invoice_prefix": "MTP",
        },
    ),
    (
        (0, 120, 90),
        {
            "street": "Hafenstraße 7",
            "postcode": "20457",
            "city": "Hamburg",
            "vat_number": "DE136695976",
            "registration": "Amtsgericht Hamburg HRB 123456",
            "bank_name": "Beispielbank",
            "iban": "DE89 3704 0044 0532 0130 00",
            "bic": "COBADEFF",
            "invoice_prefix": "NW",
        },
    ),
    (
        (150, 60, 30),
        {
            "street": "500 Harbor Drive",
            "postcode": "CA 92101",
            "city": "San Diego",
            "vat_number": "US123456789",
            "registration": "EIN 12-3456789",
            "bank_name": "Example National Bank",
            "iban": "",
            "bic": "",
            "invoice_prefix": "HVG",
        },
    ),
)
"""Colour of the logo and columns, partner by partner as `demo/master_data.py` makes them."""

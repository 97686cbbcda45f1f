"""The provider as the seller, from the settings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from partnertui.atomic_files import read_regular
from partnertui.domain.errors import DomainError
from partnertui.invoices.document import BankAccount, Party
from partnertui.invoices.logo_check import checked_logo
from partnertui.invoices.sale import Seller
from partnertui.invoices.time_zones_and_days import zone_of

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from partnertui.config.settings import Invoices


@dataclass(frozen=True)
class Provider:
    """The provider, with the logo and the time zone whose date is on documents (None is this host's)."""

    seller: Seller
    logo: bytes | None = None
    zone: ZoneInfo | None = None


def provider(settings: Invoices) -> Provider:
    """The provider. Raises DomainError for a logo that can't be read or printed."""
    party = Party(
        name=settings.company,
        street=settings.street,
        postcode=settings.postcode,
        city=settings.city,
        country=settings.country,
        vat_number=settings.vat_number,
        email=settings.email,
        phone=settings.phone,
        registration=settings.registration,
    )
    bank = BankAccount(settings.bank, settings.iban, settings.bic)
    logo = checked_logo(_content(Path(settings.logo).expanduser())) if settings.logo else None
    return Provider(Seller(0, party, bank, settings.prefix), logo, zone_of(settings.timezone))


def _content(path: Path) -> bytes:
    try:
        return read_regular(path)
    except OSError as error:
        words = f"The logo can't be read: {path}: {error.strerror}."
        raise DomainError(words, advice="Correct [invoices] logo in the settings.") from None

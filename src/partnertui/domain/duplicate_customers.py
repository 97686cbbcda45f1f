"""Finds possible duplicates of a customer by company, e-mail address, domain and phone number."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from partnertui.domain.phone_numbers import e164_beginnings, typed_digits

_PROVIDERS = """
    126.com 163.com aol.com arcor.de btinternet.com fastmail.com free.fr freenet.de gmail.com gmx.at gmx.ch gmx.com
    gmx.de gmx.net googlemail.com hotmail.co.uk hotmail.com hotmail.de hotmail.fr icloud.com laposte.net libero.it
    live.co.uk live.com mac.com mail.com mail.de mail.ru mailbox.org me.com msn.com naver.com o2.pl orange.fr
    outlook.com outlook.de posteo.de proton.me protonmail.com qq.com sfr.fr t-online.de telia.com tutanota.com
    virgilio.it vodafone.de wanadoo.fr web.de wp.pl yahoo.co.jp yahoo.co.uk yahoo.com yahoo.de yahoo.fr yandex.ru
    ymail.com ziggo.nl zoho.com
"""
MAIL_PROVIDERS = frozenset(_PROVIDERS.split())
"""Domains of addresses that anybody can get: sharing one says nothing."""
_FORMS = """
    ab ag as bv co corp corporation ek eurl gmbh gmbhcokg inc incorporated kg limited llc llp lp ltd nv oy ohg
    plc pty sa sarl sas sl spa sro srl ug vof
"""
LEGAL_FORMS = frozenset(_FORMS.split())
SHORTEST_NUMBER, SHORTEST_COMPANY = 7, 2
"""Digits of a number and letters of a name from which being the same says something."""


@dataclass(frozen=True)
class Contact:
    """What is known of somebody who may be a customer; `country` (ISO 3166) reads the phone number."""

    company: str | None = None
    email: str | None = None
    phone: str | None = None
    country: str | None = None


@lru_cache(4096)
def folded_company(name: str) -> str:
    """A company's name without case, accents, punctuation and legal form: "Bäcker & Co. KG" is "backer"."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("&", " and "))
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    words = re.sub(r"[^\w\s]", "", re.sub(r"[-/_,]", " ", letters)).split()
    kept = list(words)
    while len(kept) > 1 and (kept[-1] in LEGAL_FORMS or (kept[-1] == "and" and len(kept) < len(words))):
        kept.pop()
    return " ".join(kept)


def domain_of(email: str | None) -> str:
    """The domain of an address in lower case; "" for that of a mail provider, and for what is no address."""
    name, at, domain = (email or "").strip().lower().rpartition("@")
    return domain if at and name and "." in domain and domain not in MAIL_PROVIDERS else ""


def reasons(wanted: Contact, known: Contact) -> list[str]:
    """What two have in common, the strongest first: "e-mail", "phone", "company", "domain acme.example"."""
    found = []
    mine, theirs = (wanted.email or "").strip().lower(), (known.email or "").strip().lower()
    if mine and mine == theirs:
        found.append("e-mail")
    if _same_number(wanted, known):
        found.append("phone")
    name = folded_company(wanted.company or "")
    if len(name) >= SHORTEST_COMPANY and name == folded_company(known.company or ""):
        found.append("company")
    domain = domain_of(wanted.email)
    if domain and domain == domain_of(known.email) and "e-mail" not in found:
        found.append(f"domain {domain}")
    return found


def _same_number(wanted: Contact, known: Contact) -> bool:
    """Whether two numbers are one, in any notation; a national one is read as of its own country."""
    mine, theirs = typed_digits(wanted.phone or ""), typed_digits(known.phone or "")
    if min(len(mine), len(theirs)) < SHORTEST_NUMBER or mine[-SHORTEST_NUMBER:] != theirs[-SHORTEST_NUMBER:]:
        return False
    return bool(_readings(wanted) & _readings(known))


def _readings(contact: Contact) -> set[str]:
    return set(e164_beginnings(contact.phone or "", contact.country or ""))

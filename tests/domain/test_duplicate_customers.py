"""Who may be the same customer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnertui.domain.duplicate_customers import Contact, domain_of, folded_company, reasons


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("Bäcker & Co. KG", "BACKER"),
        ("ACME Ltd.", "Acme"),
        ("Groß-Media e.K.", "Gross Media"),
        ("Müller  GmbH", "müller"),
        ("SAFFRON MOTORS", "Saffron Motors plc"),
        ("Kaur Media Pty Ltd", "kaur media"),
    ],
)
def test_a_company_is_the_same_however_it_is_written(name: str, same: str) -> None:
    assert folded_company(name) == folded_company(same)


@pytest.mark.parametrize(("name", "other"), [("Limited Edition", "Edition"), ("AG", "KG"), ("Acme North", "Acme")])
def test_other_companies_stay_others(name: str, other: str) -> None:
    assert folded_company(name) != folded_company(other)


@pytest.mark.parametrize(
    ("email", "domain"),
    [
        ("a@Acme.example", "acme.example"),
        ("a@gmail.com", ""),
        ("a@GMX.de", ""),
        ("nobody", ""),
        (None, ""),
        ("@x.y", ""),
    ],
)
def test_the_domain_of_a_mail_provider_says_nothing(email: str | None, domain: str) -> None:
    assert domain_of(email) == domain


@pytest.mark.parametrize(
    ("phone", "country", "other", "others_country", "same"),
    [
        ("+49 30 2312500", None, "49302312500", "DE", True),
        ("0049 (30) 23125-00", None, "49302312500", "DE", True),
        ("030 2312500", "DE", "49302312500", "DE", True),
        ("030 2312500", "DE", "030/2312500", "DE", True),
        ("+49 (0)30 2312500", "GB", "49302312500", None, True),
        ("030 2312500", "GB", "49302312500", "DE", False),
        ("+44 30 2312500", None, "49302312500", "DE", False),
        ("201", "DE", "201", "DE", False),
        (None, "DE", "49302312500", "DE", False),
    ],
)
def test_a_number_is_the_same_in_any_notation(
    phone: str | None, country: str | None, other: str, others_country: str | None, same: bool
) -> None:
    found = reasons(Contact(phone=phone, country=country), Contact(phone=other, country=others_country))
    assert found == (["phone"] if same else [])


def test_what_two_have_in_common_is_named() -> None:
    known = Contact("Acme Ltd", "boss@acme.example", "442079460000", "GB")
    assert reasons(Contact("ACME", "new@acme.example", "020 7946 0000", "GB"), known) == [
        "phone",
        "company",
        "domain acme.example",
    ]
    assert reasons(Contact("Other", "BOSS@acme.example"), known) == ["e-mail"]
    assert reasons(Contact("Other", "boss@gmail.com"), Contact("Third", "chief@gmail.com")) == []


TEXTS = st.none() | st.text(max_size=30)
CONTACTS = st.builds(Contact, TEXTS, TEXTS, TEXTS, st.none() | st.sampled_from(["DE", "GB", "IT"]))


@given(CONTACTS, CONTACTS)
def test_it_works_both_ways_whatever_is_stored(one: Contact, other: Contact) -> None:
    assert sorted(reasons(one, other)) == sorted(reasons(other, one))

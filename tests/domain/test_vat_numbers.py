"""VAT numbers: prefixes, the three states, and when an invoice may leave the VAT out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnertui.domain.customer_and_user_enums import CustomerStatus, status_effects
from partnertui.domain.errors import DomainError
from partnertui.domain.vat_numbers import VatStanding, VatState, check_vat, has_vies, reverse_charge, standing_words

DAY = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize("typed", ["GR100000003", "EL100000003", "100000003", "gr 100 000 003", " el100000003 "])
def test_a_greek_number_typed_by_the_iso_code_is_kept_with_its_own_prefix(typed: str) -> None:
    """Case C1b."""
    assert check_vat(typed, "GR") == "EL100000003"


def test_another_prefix_is_still_refused() -> None:
    with pytest.raises(DomainError, match="begins with DE"):
        check_vat("EL100000003", "DE")


@pytest.mark.parametrize("country", ["DE", "GR", "FR"])
def test_a_number_is_required_in_the_eu(country: str) -> None:
    with pytest.raises(DomainError) as caught:
        check_vat("  ", country)
    assert caught.value.field == "vat_number"


def test_no_answer_gives_no_reverse_charge_and_says_why() -> None:
    """Case C2b: the number was never confirmed."""
    found = reverse_charge("DE", VatStanding("FR", "FR83404833048", VatState.UNKNOWN, None, DAY))
    assert not found.allowed
    assert found.check_now
    assert found.sentence == "VAT applies: VIES hasn't confirmed FR83404833048: no result on 02 Mar 2026."


@pytest.mark.parametrize(
    ("seller", "customer", "allowed", "check_now", "words"),
    [
        ("DE", VatStanding("FR", "FR1", VatState.VALID, DAY, DAY), True, False, "VIES confirmed FR1 on 02 Mar 2026"),
        ("DE", VatStanding("FR", "FR1", VatState.INVALID, DAY, DAY), False, True, "isn't valid, as of 02 Mar 2026"),
        ("DE", VatStanding("FR", "FR1"), False, True, "hasn't been checked with VIES yet"),
        ("DE", VatStanding("FR", None), False, False, "has no VAT number"),
        ("DE", VatStanding("DE", "DE1", VatState.VALID, DAY, DAY), False, False, "also in Germany"),
        ("DE", VatStanding("CH", "CHE1"), False, False, "two EU member states"),
        ("GB", VatStanding("FR", "FR1", VatState.VALID, DAY, DAY), False, False, "two EU member states"),
    ],
)
def test_reverse_charge(seller: str, customer: VatStanding, allowed: bool, check_now: bool, words: str) -> None:
    found = reverse_charge(seller, customer)
    assert (found.allowed, found.check_now) == (allowed, check_now)
    assert words in found.sentence


@given(
    st.sampled_from(("DE", "FR", "GB", "CH", "GR")),
    st.sampled_from(("DE", "FR", "GB", "CH", "GR")),
    st.sampled_from((None, "X1")),
    st.sampled_from(VatState),
)
def test_reverse_charge_needs_a_confirmed_number_of_another_member_state(
    seller: str, country: str, number: str | None, state: VatState
) -> None:
    allowed = reverse_charge(seller, VatStanding(country, number, state, DAY, DAY)).allowed
    eu = {"DE", "FR", "GR"}
    assert allowed == (seller in eu and country in eu and seller != country and bool(number) and state == "valid")


def test_the_state_in_words() -> None:
    assert standing_words(VatStanding("FR", "FR1", VatState.VALID, DAY, DAY)) == "valid on 02 Mar 2026"
    assert standing_words(VatStanding("FR", "FR1", VatState.UNKNOWN, None, DAY)) == "unknown: no result on 02 Mar 2026"
    assert standing_words(VatStanding("FR", "FR1")) == "unknown: not checked with VIES yet"
    assert standing_words(VatStanding("GB", "GB1")) == ""
    assert not has_vies("GB", "GB1")


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("active", "active", ""),
        ("active", "blocked", "Blocking ends all web sessions (3) and hides basket items (2)."),
        ("active", "suspended", "Suspending hides basket items (2)."),
        ("suspended", "blocked", "Blocking ends all web sessions (3)."),
        ("blocked", "active", "Activating shows basket items again (2)."),
        ("trial", "active", "Activating: sessions and basket aren't changed."),
        ("active", "cancelled", "Cancelling ends all web sessions (3) and hides basket items (2)."),
    ],
)
def test_what_a_status_does(before: str, after: str, words: str) -> None:
    assert status_effects(before, after, 3, 2) == words


def test_every_change_of_a_status_fits_in_one_line() -> None:
    texts = [status_effects(before, after, 99, 999) for before in CustomerStatus for after in CustomerStatus]
    assert max(map(len, texts)) <= 71

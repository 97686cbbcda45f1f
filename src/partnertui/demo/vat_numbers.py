"""Demo VAT numbers with valid check digits, some missing or invalid on purpose."""

from __future__ import annotations

from datetime import timedelta

from stdnum.ch import vat as swiss
from stdnum.eu import vat as european
from stdnum.gb import vat as british

from partnertui.demo.collected_rows import Row
from partnertui.demo.shared_state import World
from partnertui.domain.countries import EU
from partnertui.domain.vat_numbers import VatState

_SHAPES = {
    "DE": "DE#########",
    "FR": "FR###########",
    "ES": "ESB########",
    "PL": "PL##########",
    "NL": "NL#########B01",
    "SE": "SE##########01",
    "GR": "EL#########",
    "IE": "IE#######F",
    "GB": "GB#########",
    "CH": "CHE#########MWST",
}


def vat_number(world: World, country: str) -> tuple[str | None, bool]:
    """A number and whether it was checked; None where it is missing or the country has none."""
    shape = _SHAPES.get(country)
    if shape is None or world.chance(6 if country in EU else 40):
        return None, False
    if world.chance(3):
        return _filled(world, shape), False
    for _ in range(3000):
        number = _filled(world, shape)
        if _holds(country, number):
            return number, world.chance(90)
    return number, False


def vies_answer(world: World, customer: Row) -> Row:
    """What VIES said of a customer's number, by its ID: mostly valid, sometimes overloaded, never asked of a few."""
    number, country = customer["vat_number"], customer["country"]
    if country not in EU:
        return {"vat_checked": False, "vat_checked_at": None}
    if number is None or customer["id"] % 9 == 4:
        return {}
    asked = max(customer["created_at"], world.now - timedelta(days=10 + customer["id"] % 60))
    if customer["id"] % 5 == 3:
        return {"vat_asked_at": asked, "vat_answer": "No result: the member state's service is overloaded."}
    state = VatState.VALID if _holds(country, number) else VatState.INVALID
    words = "VIES: valid" if state == VatState.VALID else "VIES: not a valid number"
    return {"vat_state": state, "vat_answered_at": asked, "vat_asked_at": asked, "vat_answer": words}


def _filled(world: World, shape: str) -> str:
    size = shape.count("#")
    return shape.replace("#" * size, f"{world.random.randrange(10**size):0{size}d}")


def _holds(country: str, number: str) -> bool:
    checker = {"CH": swiss, "GB": british}.get(country, european)
    return bool(checker.is_valid(number))

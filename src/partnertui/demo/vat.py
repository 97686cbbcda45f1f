"""VAT numbers that pass their country's check digits, with some missing or wrong on purpose."""

from __future__ import annotations

from partnertui.demo.world import World
from partnertui.domain.countries import EU

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


def _filled(world: World, shape: str) -> str:
    size = shape.count("#")
    return shape.replace("#" * size, f"{world.random.randrange(10**size):0{size}d}")


def _holds(country: str, number: str) -> bool:
    from stdnum.ch import vat as swiss
    from stdnum.eu import vat as european
    from stdnum.gb import vat as british

    checker = {"CH": swiss, "GB": british}.get(country, european)
    return bool(checker.is_valid(number))

"""Parties of demo calls: caller, callee, prefix and direction; not their times."""

from __future__ import annotations

from dataclasses import asdict
from typing import NamedTuple

from partnertui.db.models import CustomerPriceList, PriceList, PriceListEntry, PricePlan, RatedTerms
from partnertui.db.rating.terms_when_charged import fingerprint_of
from partnertui.demo.call_outcomes import Outcome, outcomes
from partnertui.demo.collected_rows import Row
from partnertui.demo.countries import BY_CODE, COUNTRIES
from partnertui.demo.fictional_numbers import BY_COUNTRY, UNASSIGNED
from partnertui.demo.shared_state import Company, World
from partnertui.domain.rating.price_table import CallPrice, CallTerms

SERVERS = ("sip1.ams.example.net", "sip2.ams.example.net", "sip1.fra.example.net", "sip1.iad.example.net")
CARRIERS = (
    ("203.0.113.20", "Oracle-SBC/9.2"),
    ("203.0.113.21", "Oracle-SBC/9.2"),
    ("198.51.100.20", "Ribbon SBC 12.1"),
    ("192.0.2.40", "Cisco-SIPGateway/Cisco IOS 17.9.4"),
    ("192.0.2.41", "FreeSWITCH-mod_sofia/1.10.11"),
)
UNPRICED_SHARE = 29
"""Of how many users one calls a number that no price list has."""
_ABROAD = tuple(BY_COUNTRY)


class Pair(NamedTuple):
    """A call without its time and end; `first` is 0 where time is not billed."""

    reached: tuple[object, ...]
    """The columns in stream.PAIR_COLUMNS."""
    unreached: tuple[object, ...]
    """The same where nobody at the far end was asked."""
    ends: list[Outcome]
    rate: int
    first: int
    step: int
    covered: bool
    """Whether the customer's minutes pay for it."""
    customer: int
    host: str


class Tariff:
    """Finds the entry of a price list with the longest prefix of a number."""

    def __init__(self, world: World) -> None:
        self._entries: dict[tuple[int, str], Row] = {
            (row["price_list_id"], row["prefix"]): row for row in world.rows.of(PriceListEntry) if row["prefix"]
        }
        self._world = world
        self._terms: dict[int, int] = {}
        """IDs of stored terms by their price."""
        self._names = {row["id"]: (row["name"], row["currency"]) for row in world.rows.of(PriceList)}
        self._lists = {
            row["customer_id"]: row["price_list_id"]
            for row in world.rows.of(CustomerPriceList)
            if row["slot"] == "outbound calls"
        }

    def entry(self, customer: int, number: str) -> Row | None:
        """The price of calls to a number; None where the list has none."""
        for size in range(min(len(number), 7), 0, -1):
            found = self._entries.get((self._lists[customer], number[:size]))
            if found is not None:
                return found
        return None

    def terms(self, entry: Row) -> int:
        """The ID of a price's terms, kept as calls were charged by them."""
        if entry["id"] not in self._terms:
            name, currency = self._names[entry["price_list_id"]]
            values = {name: entry[name] or 0 for name in ("per_minute", "per_call", "first_seconds", "step_seconds")}
            terms = CallTerms(
                entry["name"],
                entry["prefix"],
                currency,
                minimum=entry["minimum_charge"] or 0,
                unlimited=bool(entry["unlimited"]),
                **values,
            )
            price = CallPrice(terms, entry["id"], entry["price_list_id"], name)
            row = self._world.rows.add(
                RatedTerms,
                fingerprint=fingerprint_of(price),
                price_id=price.id,
                price_list_id=price.price_list_id,
                price_list=name,
                **asdict(terms),
            )
            self._terms[entry["id"]] = row["id"]
        return self._terms[entry["id"]]


class Maker:
    """Makes the pairs of all customers."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._tariff = Tariff(world)
        self.ends = {direction: outcomes(world, direction) for direction in ("outbound", "inbound", "internal")}
        self._plans = {row["id"]: row for row in world.rows.of(PricePlan)}

    def pairs(self, company: Company) -> list[Pair]:
        """Enough of them that a user is not seen to call the same number over and over."""
        users = company.people
        made = [
            self._outbound(company, user, is_unpriced=at == 0 and user["id"] % UNPRICED_SHARE == 5)
            for user in users
            for at in range(10)
        ]
        made += [self._inbound(company, ddi) for ddi in company.ddis for _ in range(16)]
        if len(users) > 1:
            made += [self._internal(company, user, users) for user in users for _ in range(3)]
        return made

    def _outbound(self, company: Company, user: Row, *, is_unpriced: bool) -> Pair:
        world, row = self._world, company.row
        country = row["country"] if world.chance(80) else world.pick(_ABROAD)
        kinds = ("freephone", "premium") if country == "GB" and world.chance(3) else ()
        area, number = world.numbers.stranger(country, *kinds)
        entry = self._tariff.entry(row["id"], number)
        if entry is None:
            raise LookupError(f"no price for calls to {area.country}")
        covered = bool(entry["unlimited"] and self._plans[row["price_plan_id"]]["unlimited_minutes"] > 0)
        terms: int | None = self._tariff.terms(entry)
        rate, name = entry["per_minute"], entry["name"]
        steps = (entry["first_seconds"], entry["step_seconds"])
        if is_unpriced:
            number, country = UNASSIGNED.number(user["id"] * 7_919 % UNASSIGNED.size), None
            covered, rate, name, terms, steps = False, None, None, None, (0, 1)
        address, agent = world.pick(CARRIERS)
        known = self._known(row["country"] if country is None else country, 25)
        shown = user["caller_id_number"] or row["caller_id_number"]
        return self._pair(
            company,
            user,
            self.ends["outbound"],
            ("outbound", None, shown, user["name"], number, known, country, name),
            (rate, row["currency"], terms),
            (company.agents[user["id"]], agent, company.addresses[user["id"]][0], address),
            steps,
            covered=covered,
        )

    def _inbound(self, company: Company, ddi: Row) -> Pair:
        world = self._world
        country = ddi["country"] if world.chance(88) else world.pick(_ABROAD)
        number = None if world.chance(2) else world.numbers.stranger(country)[1]
        name = "Anonymous" if number is None else self._known(country, 35)
        user = world.pick(company.answering.get(ddi["id"]) or company.users[:1])
        address, agent = world.pick(CARRIERS)
        return self._pair(
            company,
            user,
            self.ends["inbound"],
            ("inbound", ddi["id"], number, name, ddi["number"], user["name"], ddi["country"], None),
            (None, company.row["currency"], None),
            (agent, company.agents[user["id"]], address, company.addresses[user["id"]][0]),
            (0, 1),
        )

    def _internal(self, company: Company, user: Row, users: list[Row]) -> Pair:
        other = self._world.pick([one for one in users if one is not user])
        return self._pair(
            company,
            user,
            self.ends["internal"],
            ("internal", None, user["extension"], user["name"], other["extension"], other["name"], None, None),
            (None, company.row["currency"], None),
            (
                company.agents[user["id"]],
                company.agents[other["id"]],
                company.addresses[user["id"]][0],
                company.addresses[other["id"]][0],
            ),
            (0, 1),
        )

    def _known(self, country: str, percent: float) -> str | None:
        """A caller's or callee's name, where the network sends one."""
        if not self._world.chance(percent):
            return None
        given, families = BY_CODE.get(country, COUNTRIES[0]).people()
        return f"{self._world.pick(given)} {self._world.pick(families)}".replace("_", " ")

    def _pair(
        self,
        company: Company,
        user: Row,
        ends: list[Outcome],
        who: tuple[object, ...],
        price: tuple[int | None, str, int | None],
        far: tuple[str, str | None, str, str | None],
        time: tuple[int, int],
        *,
        covered: bool = False,
    ) -> Pair:
        owner = (company.row["id"], company.row["partner_id"], user["id"])
        server = self._world.pick(SERVERS)
        reached = (*owner, *who, *price, *far, server)
        near = (far[0], None, far[2], None)
        return Pair(
            reached,
            (*owner, *who, *price, *near, server),
            ends,
            price[0] or 0,
            *time,
            covered,
            company.row["id"],
            f"@{far[2]}",
        )

"""A charge is explained from a call and from a statement; a price that was put right is rated again."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select, update
from tests.screens.driving import agent_at

from partnertui.config import Folders, Settings
from partnertui.db.database import open_database
from partnertui.db.models import Cdr, Customer, PriceListEntry, RatedTerms, StatementEntry
from partnertui.domain.rating.rating_state import RatingState

SIZE = (100, 40)


def database(settings: Settings, work: Any) -> Any:
    opened = open_database(settings.database_url)
    found = opened.write(work)
    opened.close()
    return found


def one_charged_price(settings: Settings) -> Any:
    """A price by which some call was charged."""
    query = (
        select(PriceListEntry.id, PriceListEntry.name, PriceListEntry.prefix, PriceListEntry.price_list_id)
        .join(RatedTerms, RatedTerms.price_id == PriceListEntry.id)
        .join(Cdr, Cdr.terms_id == RatedTerms.id)
        .where(Cdr.charge > 0)
        .limit(1)
    )
    return database(settings, lambda connection: connection.execute(query).one())


async def test_a_charge_is_explained_and_compared(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "cdr", SIZE) as agent:
        await agent.press("slash")
        await agent.type("charge>0")
        await agent.press("enter", "E")
        assert "Charge for the call to" in agent.screen
        assert "begins with" in agent.screen
        assert "a minute; " in agent.screen
        await agent.press("equals_sign")
        await agent.type("standard calls")
        await agent.press("enter")
        assert "What if: Standard calls" in agent.screen
        assert "than the charge." in agent.screen or "The same amount." in agent.screen


async def test_a_statement_explains_its_call(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "statements", SIZE) as agent:
        await agent.press("slash")
        await agent.type("call>0")
        await agent.press("enter", "E")
        assert "Charge for the call to" in agent.screen
        await agent.press("escape", "slash", "ctrl+u")
        await agent.type("kind:top-up")
        await agent.press("enter", "E")
        assert "This entry doesn't belong to a single call" in agent.message


async def test_calls_without_a_price_are_found_and_rated(settings: Settings, folders: Folders) -> None:
    key = database(
        settings, lambda c: c.scalar(select(Cdr.id).where(Cdr.charge == 0, Cdr.rating == "included").limit(1))
    )
    unpriced = update(Cdr).where(Cdr.id == key).values(rating=RatingState.NO_PRICE, terms_id=None, covered_seconds=0)
    database(settings, lambda connection: connection.execute(unpriced))
    async with agent_at(settings, folders, "cdr", SIZE) as agent:
        await agent.press("slash")
        await agent.type("rating:no_price")
        await agent.press("enter", "f12", "y")
        await agent.pilot.pause(0.3)
        await agent.press()
        assert "now has a price" in agent.message
    state = database(settings, lambda connection: connection.scalar(select(Cdr.rating).where(Cdr.id == key)))
    assert state != RatingState.NO_PRICE


async def test_a_price_put_right_is_rated_again(settings: Settings, folders: Folders) -> None:
    price = one_charged_price(settings)
    doubled = update(PriceListEntry).where(PriceListEntry.id == price.id)
    database(settings, lambda c: c.execute(doubled.values(per_minute=PriceListEntry.per_minute * 2)))
    before = database(settings, lambda c: c.scalar(select(func.sum(Customer.credit))))
    async with agent_at(settings, folders, "prices", SIZE) as agent:
        await agent.press("slash")
        await agent.type(f"id:{price.id}")
        await agent.press("enter", "f12")
        assert "Calls since" in agent.screen
        await agent.press("ctrl+u")
        await agent.type("90d")
        await agent.press("ctrl+s")
        await agent.pilot.pause(0.3)
        await agent.press()
        assert "This is a dry run: nothing has been changed yet." in agent.screen
        assert database(settings, lambda c: c.scalar(select(func.sum(Customer.credit)))) == before
        await agent.press("ctrl+s")
        await agent.pilot.pause(0.5)
        await agent.press()
        assert "Corrected for" in agent.screen
    assert database(settings, lambda c: c.scalar(select(func.sum(Customer.credit)))) < before
    rounds = select(func.count()).where(StatementEntry.rating_round == 1)
    assert database(settings, lambda connection: connection.scalar(rounds)) > 0


async def test_a_customers_calls_are_rated_alone(settings: Settings, folders: Folders) -> None:
    company = database(settings, lambda connection: connection.scalar(select(Customer.company).order_by(Customer.id)))
    async with agent_at(settings, folders, "customers", SIZE) as agent:
        await agent.press("slash")
        await agent.type("id:1")
        await agent.press("enter", "d", "f12")
        assert f"Rate {company}'s calls without a price?" in agent.screen

"""Demo cards, top-ups, baskets, and a credit ledger that adds up with the calls."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from partnertui.db.models import BasketItem, CreditCard, StatementEntry
from partnertui.demo.cdr_stream import Stream
from partnertui.demo.collected_rows import Row
from partnertui.demo.open_payments import make_open_payments
from partnertui.demo.provider_catalogue import RATES
from partnertui.demo.refunds import make_refunds
from partnertui.demo.shared_state import DAYS, Company, World
from partnertui.demo.transactions import Purchase, buy, fail, good
from partnertui.domain.money import MICRO, rounded

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_GOODWILL = ("Goodwill for the outage", "Goodwill: porting took too long", "Correction of a call charged twice")
Entry = tuple[datetime, str, str, int, int | None]
"""When, kind, description, debit, CDR."""


def make_money(world: World, stream: Stream) -> None:
    """For every customer; calls are debited by the day, and one by one for the last hours."""
    debits = _debits(world, stream)
    returned: list[Row] = []
    for company in world.companies:
        card = _card(world, company)
        _ledger(world, company, sorted(debits.get(company.row["id"], []), key=lambda entry: entry[0]), card)
        returned += _renewals(world, company, card)
        _baskets(world, company)
    make_refunds(world, returned)
    make_open_payments(world)


def _debits(world: World, stream: Stream) -> dict[int, list[Entry]]:
    """The calls of a day are booked in the night after it, customer after customer; those of today as they end."""
    found: dict[int, list[Entry]] = {}
    recent = [_EPOCH + timedelta(microseconds=call[1]) for call in stream.ledger.recent]
    today = min(recent, default=world.now)
    for (customer, day), spent in stream.ledger.spent.items():
        begun = _EPOCH + timedelta(days=day)
        at = begun + timedelta(days=1, seconds=600 + (customer * 37 + day * 11) % 9000)
        if at > world.now:
            at = today + (world.now - today) * (0.1 + 0.8 * world.random.random())
        entry = (at.replace(microsecond=0), "call", f"Calls on {begun:%d %B %Y}", spent, None)
        found.setdefault(customer, []).append(entry)
    for call in stream.ledger.recent:
        if call[5]:
            facts = stream.facts(call)
            over = facts["started_at"] + timedelta(seconds=facts["duration"])
            text = f"Call to {facts['destination_number']}"
            found.setdefault(facts["customer_id"], []).append((over, "call", text, call[5], call[0]))
    return found


def _ledger(world: World, company: Company, debits: list[Entry], card: Row | None) -> None:
    row, rate = company.row, round(RATES[company.row["currency"]])
    start = max(world.now - timedelta(days=DAYS, hours=1, minutes=world.random.randrange(5000)), row["created_at"])
    debits = sorted(debits + _rentals(world, company, start), key=lambda entry: entry[0])
    spent = sum(entry[3] for entry in debits)
    top_up = max(50 * rate * MICRO, -(-spent // (20 * MICRO)) * MICRO)
    if row["auto_top_up"] and card is None:  # nothing to take the money from
        row["auto_top_up"], row["top_up_threshold"], row["top_up_amount"] = False, None, None
    if row["auto_top_up"]:
        row["top_up_amount"] = top_up
        row["top_up_threshold"] = max(top_up // 5, 1)
    first = debits[0][0] if debits else world.now
    opening = min(start, first - timedelta(minutes=1))
    book = _Book(world, company)
    book.top_up(Purchase("top-up", top_up, opening), card)
    stops = row["status"] == "suspended" or row["id"] % 16 == 5  # no top-up works, the credit goes below zero
    kind_of = "auto top-up" if row["auto_top_up"] else "top-up"
    goodwill = world.random.randrange(len(debits) + 1) if world.chance(7) else None
    for number, (at, kind, text, debit, cdr) in enumerate(debits):
        if book.balance - debit < (row["top_up_threshold"] or 0) and not (
            stops and at > world.now - timedelta(days=45)
        ):
            book.top_up(
                Purchase(kind_of, max(top_up, -(-debit // MICRO) * MICRO), max(at - timedelta(seconds=1), book.last)),
                card,
            )
        book.entry(at, kind, text, debit, 0, cdr)
        if number == goodwill:
            book.entry(at, "adjustment", world.pick(_GOODWILL), 0, 5 * rate * MICRO)
    if stops:
        _stop(world, company, book, Purchase(kind_of, top_up, world.ago(3)), card)
    row["credit"] = book.balance


def _stop(world: World, company: Company, book: _Book, missed: Purchase, card: Row | None) -> None:
    """The last top-up is taken back, and the next one fails where a card should pay it."""
    if card is not None:
        fail(world, company, missed, card)
    text = "Chargeback of a top-up" if card is not None else "Transfer of a top-up recalled by the bank"
    book.entry(book.later(), "adjustment", text, missed.amount, 0)


class _Book:
    """The ledger of a customer being written."""

    def __init__(self, world: World, company: Company) -> None:
        self._world, self._company = world, company
        self.balance = self._lines = 0
        self.last = company.row["created_at"]
        """When the newest line was written."""

    def later(self) -> datetime:
        """Some moment of the last days, after the last line."""
        since = max(self.last, self._world.now - timedelta(days=4))
        share: float = self._world.random.random() * 0.9
        return datetime.fromtimestamp(int((since + (self._world.now - since) * share).timestamp()), UTC)

    def entry(
        self,
        at: datetime,
        kind: str,
        text: str,
        debit: int,
        credit: int,
        cdr: int | None = None,
        bought: int | None = None,
    ) -> None:
        """A line."""
        before, self.balance, self._lines = self.balance, self.balance + credit - debit, self._lines + 1
        self.last = at
        self._world.rows.add(
            StatementEntry,
            **self._company.owner,
            at=at,
            sequence=self._lines,
            kind=kind,
            description=text,
            debit=debit,
            credit=credit,
            balance_before=before,
            balance_after=self.balance,
            cdr_id=cdr,
            rating_round=None if cdr is None else 0,
            transaction_id=bought,
            currency=self._company.row["currency"],
        )

    def top_up(self, purchase: Purchase, card: Row | None) -> None:
        """Money in: where an automatic top-up meets an expired card, the customer pays by hand."""
        if purchase.kind == "auto top-up" and not good(card, purchase.at):
            fail(self._world, self._company, purchase, card)
            purchase = Purchase("top-up", purchase.amount, purchase.at)
        bought = buy(self._world, self._company, purchase, card)
        self.entry(purchase.at, "top-up", "Top-up", 0, purchase.amount, None, bought["id"])


def _rentals(world: World, company: Company, start: datetime) -> list[Entry]:
    """Every thirty days from a day of the customer's own on."""
    fees = sum(ddi["monthly_fee"] for ddi in company.ddis if ddi["state"] == "active" and ddi["billing_starts_at"])
    count, due = len(company.ddis), start + timedelta(days=1, seconds=world.random.randrange(25 * 86_400))
    found: list[Entry] = []
    while fees and due < world.now:
        found.append((due, "ddi fee", f"Rental of {count} number{'s' if count > 1 else ''}", fees, None))
        due += timedelta(days=30)
    return found


def _card(world: World, company: Company) -> Row | None:
    expired = company.row["id"] % 11 == 2
    if not expired and world.chance(80 if company.row["status"] == "trial" else 15):
        return None
    brand, last = world.pick((("Visa", "4242"), ("Mastercard", "4444"), ("American Express", "0005"), ("Visa", "0077")))
    months = world.now.year * 12 + world.now.month + (-3 if expired else world.random.randrange(1, 48))
    return world.rows.add(
        CreditCard,
        **company.owner,
        holder=company.row["contact"],
        brand=brand,
        last_four=last,
        expiry_year=(months - 1) // 12,
        expiry_month=(months - 1) % 12 + 1,
        number_ciphertext=world.secret(48),
        number_hmac=world.secret(),
        gateway="cardgate",
        gateway_token_ciphertext=world.secret(),
        is_default=True,
        status="declined" if world.chance(4) else "active",
        created_at=max(company.row["created_at"], world.ago(700, 100)),
    )


def _renewals(world: World, company: Company, card: Row | None) -> list[Row]:
    """The renewals of some months; returns those of which a part goes back."""
    returned: list[Row] = []
    if company.row["status"] in ("trial", "cancelled"):
        return returned
    currency = company.row["currency"]
    fee = rounded(round(12 * RATES[currency] * 100) * MICRO // 100, currency) * len(company.users)
    day = world.random.uniform(1, 29)
    for months in (2, 1, 0):
        at = world.now - timedelta(days=day + 30 * months)
        at = at.replace(microsecond=0)
        if at < company.row["created_at"]:
            continue
        purchase = Purchase("renewal", fee, at)
        if card is not None and (world.chance(6) or (months == 0 and not good(card, at))):
            fail(world, company, purchase, card)
            if months == 0:
                _open_renewal(world, company, purchase)
        else:
            goes_back = world.chance(4) or (months == 1 and company.row["id"] % 12 == 4)
            bought = buy(world, company, purchase, card)
            if goes_back:
                returned.append(bought)
    return returned


def _open_renewal(world: World, company: Company, missed: Purchase) -> None:
    """What was not paid is still due."""
    world.rows.add(
        BasketItem,
        **company.owner,
        product_id=1,
        item_type="subscription",
        description="Standard user, one month",
        price=missed.amount,
        currency=company.row["currency"],
        due_at=missed.at,
        state="due",
        unique_item_id=f"BI-{company.row['id']:05d}-R{missed.at:%Y%m}",
        created_at=missed.at - timedelta(days=7),
    )


def _baskets(world: World, company: Company) -> None:
    if company.row["status"] == "cancelled" or not world.chance(35):
        return
    rate, due = RATES[company.row["currency"]], world.now + timedelta(days=world.random.randrange(-12, 20))
    goods = (
        (6, "hardware", "Yealink T54W", 149.0),
        (1, "subscription", "Standard user, one month", 8.0),
        (8, "ddi set-up", "Number set-up", 2.0),
        (11, "service", "Number porting", 15.0),
    )
    for product, kind, text, price in world.random.sample(goods, world.random.randrange(1, 4)):
        state = world.often({"due": 75, "hidden": 25})
        world.rows.add(
            BasketItem,
            **company.owner,
            product_id=product,
            item_type=kind,
            description=text,
            due_at=due,
            state=state,
            price=rounded(round(price * rate * 100) * MICRO // 100, company.row["currency"]),
            currency=company.row["currency"],
            recurrence="monthly" if kind == "subscription" else "once",
            first_day=due.date() if kind == "subscription" else None,
            unique_item_id=f"BI-{company.row['id']:05d}-{world.random.getrandbits(32):08x}",
            created_at=min(due, world.now) - timedelta(days=world.random.randrange(3, 20)),
            hidden_until=due - timedelta(days=5) if state == "hidden" else None,
        )

"""Actions for rows with an IP address: *Who is?* and *Block IP*.

A screen declares `actions=(*ACTIONS, *address_actions("ip"))` with the names of its address or SIP URI columns.
"""

from __future__ import annotations

from collections.abc import Callable

from partnertui.domain.errors import DomainError
from partnertui.domain.operators import STAFF
from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.declare.kinds import Row


def address_actions(*columns: str, block: bool = True) -> tuple[Action, ...]:
    """The actions for addresses in these columns; if a row has several, the cursor's column or a menu decides."""

    def found(context: ActionContext) -> dict[str, str]:
        return addresses(context.row or {}, columns)

    def none(context: ActionContext) -> str:
        return "" if found(context) else "no address is known for this row"

    def who_is(context: ActionContext) -> None:
        from partnertui.screens.shared.who_is import show

        choose(context, found(context), "Whois", lambda address: show(context.services, address))

    def block_ip(context: ActionContext) -> None:
        from partnertui.screens.shared.block_ip import ask_block

        choose(context, found(context), "Block which address?", lambda address: ask_block(context, address))

    who = Action(
        "ip.who-is",
        "Whois",
        who_is,
        ("w",),
        "whois",
        rows="one",
        refuse=none,
        group="Address",
        about="the holder of the address: range, owner, country, abuse contact",
        leads_to=("In Whois", "partnertui.screens.shared.who_is:WHO_IS_ACTIONS"),
    )
    if not block:
        return (who,)
    return who, Action(
        "ip.block",
        "Block IP",
        block_ip,
        ("upper_b", "B"),
        rows="one",
        refuse=none,
        roles=STAFF,
        group="Address",
        about="with a reason, temporarily or permanently",
    )


def addresses(row: Row, columns: tuple[str, ...]) -> dict[str, str]:
    """Address by column, each address once, in the order of the columns."""
    found: dict[str, str] = {}
    for name in columns:
        address = address_in(row.get(name))
        if address and address not in found.values():
            found[name] = address
    return found


def address_in(value: object) -> str:
    """The address in a value: an address, a network, or the host of a SIP URI; "" if there is none."""
    from partnertui.domain.ip_addresses import read_address
    from partnertui.sip.errors import SipSyntaxError
    from partnertui.sip.uri import parse_uri

    text = str(value or "").strip()
    if text.lower().startswith(("sip:", "sips:")):
        try:
            text = parse_uri(text).host
        except SipSyntaxError:
            return ""
    try:
        return str(read_address(text.partition("/")[0]))
    except DomainError:
        return ""


def choose(context: ActionContext, found: dict[str, str], title: str, then: Callable[[str], None]) -> None:
    """Continue with the address under the cursor, the only one, or the one picked from a menu."""
    from partnertui.kit.widgets.picker import Item, Picker

    page = context.services.catalog.page(context.screen)
    headings = {column.name: column.heading for column in page.columns}
    under = next((name for name in found if context.column in (name, headings.get(name))), None)
    if under is not None or len(found) == 1:
        then(found[under or next(iter(found))])
        return
    items = [Item(address, address, headings.get(name, name)) for name, address in found.items()]
    context.services.show_dialog(Picker(context.services, title, items), then)

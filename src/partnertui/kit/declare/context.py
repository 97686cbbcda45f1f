"""Where the agent is: what an action gets to work with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.widget import Widget

    from partnertui.domain.operators import Operator
    from partnertui.kit.declare.kinds import Row
    from partnertui.kit.shell.services import Services


@dataclass(frozen=True)
class Scope:
    """The customer that every screen is narrowed to."""

    customer_id: int
    name: str


@dataclass(frozen=True)
class ActionContext:
    """The desk, the view in front, its screen and the rows that an action would work on."""

    services: Services
    view: Widget
    screen: str = ""
    row: Row | None = None
    rows: tuple[Row, ...] = ()
    column: str = ""
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def operator(self) -> Operator | None:
        """Who is working; None until the database has said."""
        return self.services.operator

    @property
    def scope(self) -> Scope | None:
        """The customer scope, if one is set."""
        return self.services.scope

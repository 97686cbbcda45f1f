"""Kinds: how a value of a column is shown, typed and filtered. One small class a kind."""

from partnertui.kit.kinds.base import BadValue, Kind, Row
from partnertui.kit.kinds.choices import Choice, Flag, Tags
from partnertui.kit.kinds.months import Month
from partnertui.kit.kinds.numbers import (
    Code,
    Count,
    Hundredths,
    Identifier,
    Integer,
    Milliseconds,
    Seconds,
    Thousandths,
)
from partnertui.kit.kinds.places import Country, Ip, Number, SipUri
from partnertui.kit.kinds.sums import Money
from partnertui.kit.kinds.texts import Text, TextBlock
from partnertui.kit.kinds.times import Age, Date, Remaining, Time

__all__ = [
    "Age",
    "BadValue",
    "Choice",
    "Code",
    "Count",
    "Country",
    "Date",
    "Flag",
    "Hundredths",
    "Identifier",
    "Integer",
    "Ip",
    "Kind",
    "Milliseconds",
    "Money",
    "Month",
    "Number",
    "Remaining",
    "Row",
    "Seconds",
    "SipUri",
    "Tags",
    "Text",
    "TextBlock",
    "Thousandths",
    "Time",
]

"""Kinds: how a value of a column is shown, typed and filtered. One small class a kind."""

from partnertui.kit.kinds.base import BadValue, Kind, Row
from partnertui.kit.kinds.choices import Choice, Flag, Masked, Tags
from partnertui.kit.kinds.months import Month
from partnertui.kit.kinds.numbers import (
    Bytes,
    Code,
    Count,
    Hundredths,
    Identifier,
    Integer,
    Milliseconds,
    Seconds,
    Thousandths,
)
from partnertui.kit.kinds.places import Country, Ip, Mac, Number, SipUri
from partnertui.kit.kinds.sums import Money
from partnertui.kit.kinds.texts import Email, Text, TextBlock
from partnertui.kit.kinds.times import Age, Date, Remaining, Time

__all__ = [
    "Age",
    "BadValue",
    "Bytes",
    "Choice",
    "Code",
    "Count",
    "Country",
    "Date",
    "Email",
    "Flag",
    "Hundredths",
    "Identifier",
    "Integer",
    "Ip",
    "Kind",
    "Mac",
    "Masked",
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

"""Kinds: how a column's values are shown, typed and filtered; one small class per kind."""

from partnertui.db.rows.type_aliases import Row
from partnertui.kit.declare.kinds.base import InvalidValue, Kind
from partnertui.kit.declare.kinds.choices import Choice, Flag
from partnertui.kit.declare.kinds.masked_secret import Masked
from partnertui.kit.declare.kinds.money import Money
from partnertui.kit.declare.kinds.months import Month
from partnertui.kit.declare.kinds.numbers import (
    Bytes,
    Count,
    Hundredths,
    Identifier,
    Integer,
    Milliseconds,
    Seconds,
    Thousandths,
)
from partnertui.kit.declare.kinds.phone_numbers_and_addresses import Country, Ip, Mac, Number
from partnertui.kit.declare.kinds.tag_words import Tags
from partnertui.kit.declare.kinds.texts import Email, Text, TextBlock
from partnertui.kit.declare.kinds.times import Age, Date, Elapsed, Remaining, Time

__all__ = [
    "Age",
    "Bytes",
    "Choice",
    "Count",
    "Country",
    "Date",
    "Elapsed",
    "Email",
    "Flag",
    "Hundredths",
    "Identifier",
    "Integer",
    "InvalidValue",
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
    "Tags",
    "Text",
    "TextBlock",
    "Thousandths",
    "Time",
]

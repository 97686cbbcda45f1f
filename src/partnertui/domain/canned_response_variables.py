"""The variables that canned responses can contain."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from partnertui.domain.errors import DomainError
from partnertui.domain.price_lists import one_name
from partnertui.domain.value_types import StoredValues, Values

VARIABLES = (
    "agent.name",
    "call.number",
    "call.time",
    "call.verdict",
    "customer.company",
    "customer.contact",
    "customer.credit",
    "customer.id",
    "endpoint.registered",
    "endpoint.user_agent",
    "operator.name",
    "payment.amount",
    "payment.date",
    "payment.state",
    "ticket.number",
    "ticket.requester",
    "ticket.subject",
)
"""What is filled in when a reply is sent. operator.name is the old name of agent.name."""
_VARIABLE = re.compile(r"\{([^{}]*)\}")
_NAME = re.compile(r"\{([a-z]+\.[a-z_]+)\}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")


@dataclass(frozen=True)
class ResolvedText:
    """A text with its variables filled in; `missing` are those without a value, which stand in the text as written."""

    text: str
    missing: tuple[str, ...] = ()


def fill_in(text: str, value_of: Callable[[str], str]) -> ResolvedText:
    """Replaces each variable by its value once: braces in a value are text. "" is no value.

    Braces around anything but two words with a point, such as JSON, are text, too.
    """
    missing: dict[str, None] = {}

    def replaced(found: re.Match[str]) -> str:
        value = value_of(found[1]) if found[1] in VARIABLES else ""
        if not value:
            missing[found[1]] = None
        return value or found[0]

    return ResolvedText(_NAME.sub(replaced, text), tuple(missing))


def variables_in(text: str) -> tuple[str, ...]:
    """The variables of a text, known or not, each once."""
    return tuple(dict.fromkeys(found[1] for found in _NAME.finditer(text)))


def require_known_variables(text: str, field: str) -> None:
    """Raises DomainError for the first variable that isn't known, and for a brace without its other half."""
    known = ", ".join(f"{{{name}}}" for name in VARIABLES)
    for found in _VARIABLE.finditer(text):
        if found[1] not in VARIABLES:
            raise DomainError(f"{found[0]} isn't a variable.", f"Use one of {known}.", field=field)
    if re.search(r"[{}]", _VARIABLE.sub("", text)):
        raise DomainError("There is an unmatched brace.", "Write variables like {customer.contact}.", field=field)


def checked_response(values: Values) -> StoredValues:
    """The values of a canned response to store. Raises DomainError with the field that isn't valid."""
    if not _LANGUAGE.fullmatch(str(values.get("language") or "")):
        raise DomainError("The language must be a code such as en, de or pt-BR.", "Enter one.", field="language")
    require_known_variables(str(values.get("subject") or ""), "subject")
    require_known_variables(str(values.get("body") or ""), "body")
    stored = {**values, "name": one_name(values)}
    if "folder" in values:
        stored["folder"] = " ".join(str(values["folder"] or "").split()) or None
    return stored

"""Canned responses: the variables that they may have."""

from __future__ import annotations

import re

from partnertui.domain.errors import DomainError
from partnertui.domain.price_lists import one_name
from partnertui.domain.values import StoredValues, Values

VARIABLES = (
    "customer.company",
    "customer.contact",
    "customer.credit",
    "customer.id",
    "operator.name",
    "ticket.number",
    "ticket.subject",
)
"""What a reply fills in."""
_VARIABLE = re.compile(r"\{([^{}]*)\}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")


def require_known_variables(text: str, field: str) -> None:
    """Raises DomainError for the first variable that isn't known, and for a brace without its other half."""
    known = ", ".join(f"{{{name}}}" for name in VARIABLES)
    for found in _VARIABLE.finditer(text):
        if found[1] not in VARIABLES:
            raise DomainError(f"{found[0]} isn't a variable.", f"Use one of {known}.", field=field)
    if re.search(r"[{}]", _VARIABLE.sub("", text)):
        raise DomainError("A brace isn't paired.", "Write variables like {customer.contact}.", field=field)


def checked_response(values: Values) -> StoredValues:
    """The values of a canned response to store. Raises DomainError with the field that isn't valid."""
    if not _LANGUAGE.fullmatch(str(values.get("language") or "")):
        raise DomainError("A language is a code like en, de or pt-BR.", "Type such a code.", field="language")
    require_known_variables(str(values.get("subject") or ""), "subject")
    require_known_variables(str(values.get("body") or ""), "body")
    return {**values, "name": one_name(values)}

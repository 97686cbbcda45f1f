"""Validation of ticket tags: short, lower case, without blanks."""

from __future__ import annotations

import re

from partnertui.domain.errors import DomainError

LONGEST_TAG, MOST_TAGS = 40, 30
"""Characters of a tag, tags of a ticket."""


def read_tags(typed: str) -> list[str]:
    """The tags that were typed, with blanks or commas between them; raises DomainError for one that can't be."""
    found = [part.strip("#").lower() for part in re.split(r"[\s,;]+", typed) if part.strip("#")]
    for tag in found:
        if not re.fullmatch(r"[\w.+/&-]+", tag):
            raise DomainError(f"“{tag}” can't be a tag.", advice="Use letters, digits and dashes.", field="tags")
        if len(tag) > LONGEST_TAG:
            raise DomainError(f"A tag can have at most {LONGEST_TAG} characters.", advice="Shorten it.", field="tags")
    return list(dict.fromkeys(found))

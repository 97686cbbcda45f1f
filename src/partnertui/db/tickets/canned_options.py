"""Canned responses that a reply can choose from."""

from __future__ import annotations

from sqlalchemy import Connection, select

from partnertui.db.models import CannedResponse
from partnertui.db.rows.dict_rows import fetch_dicts
from partnertui.db.rows.type_aliases import RowDict
from partnertui.domain.default_language import DEFAULT_LANGUAGE

MOST = 2_000


def canned_responses_for(connection: Connection, language: str | None) -> list[RowDict]:
    """Each name once, in the language asked for, else in English, else in any; that language first, then by use.

    `languages` are all that the name has.
    """
    columns = (
        CannedResponse.id,
        CannedResponse.name,
        CannedResponse.folder,
        CannedResponse.subject,
        CannedResponse.body,
        CannedResponse.language,
        CannedResponse.used,
    )
    statement = select(*columns).where(CannedResponse.enabled).order_by(CannedResponse.name).limit(MOST)
    names: dict[str, list[RowDict]] = {}
    for row in fetch_dicts(connection, statement):
        names.setdefault(row["name"], []).append(row)
    wanted = language or DEFAULT_LANGUAGE

    def rank(row: RowDict) -> tuple[bool, bool, bool, int]:
        own = str(row["language"])
        near = own.partition("-")[0] == wanted.partition("-")[0]
        return own != wanted, not near, own != DEFAULT_LANGUAGE, -row["used"]

    found = []
    for rows in names.values():
        best = min(rows, key=rank)
        languages = sorted(row["language"] for row in rows)
        found.append({**best, "languages": languages, "used": sum(row["used"] for row in rows)})
    return sorted(found, key=lambda row: (*rank(row)[:2], -row["used"], row["name"]))

"""Writes a ticket's evidence bundle to an encrypted file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from partnertui.atomic_files import PRIVATE, write_file
from partnertui.db.database import Database
from partnertui.db.idempotent_writes import commit_once
from partnertui.db.models import Ticket
from partnertui.db.models.base import now
from partnertui.db.tickets.bundle import bundle_parts
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError
from partnertui.domain.evidence_zip import Part, pack
from partnertui.domain.operators import Operator
from partnertui.domain.passwords import check_password
from partnertui.vault.passphrase_encryption import seal


@dataclass(frozen=True)
class Written:
    """How many parts and bytes a bundle has."""

    parts: int
    size: int


def write_bundle(
    database: Database, operator: Operator, key: str, ticket_id: int, path: Path, passphrase: str
) -> Written:
    """Seals everything of a ticket and writes it; `key` is the idempotency key of the try.

    Raises DomainError for a passphrase that is easily guessed, or a file that is there already or can't be written.
    """
    check_password(passphrase, (), "passphrase", called="passphrase")
    if path.exists():
        raise DomainError(f"{path} already exists.", advice="Choose another file.", field="file")
    made: list[list[Part]] = []

    def work(unit: UnitOfWork) -> str:
        made.append(bundle_parts(unit, ticket_id))
        return unit.get(Ticket, ticket_id).number

    number = commit_once(database, operator, key, work)
    if not made:  # the key was used before: the parts were read then
        raise DomainError("This bundle has already been created.", advice="Create a new one.", field="file")
    sealed = seal(pack(made[-1], number, operator.name, now()), passphrase)
    try:
        write_file(path, sealed, mode=PRIVATE)
    except OSError as error:
        raise DomainError(
            f"{path} can't be written: {error.strerror}.", advice="Choose another file.", field="file"
        ) from None
    return Written(len(made[-1]), len(sealed))

"""${message}"""

from partnertui.db.migrations.revision_files import run

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    run(revision)

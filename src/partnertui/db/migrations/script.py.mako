"""${message}"""

from partnertui.db.migrations.frozen import run

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    run(revision)

"""Run inside the lab as the support agent's host: removes one registration as the program does, by Kamailio's RPC.

usage: remove.py OUR-DATABASE KAMAILIO-DATABASE RPC-URL REGISTRATION-AS-JSON
"""

from __future__ import annotations

import json
import sys

from partnertui.db.database import open_database
from partnertui.db.kamailio.registration_removal import Registration, RegistrationRemover
from partnertui.domain.errors import DomainError
from partnertui.domain.operators import Operator, Role

ANN = Operator(1, "ann", "Ann", Role.DEVELOPMENT, None)


def main(ours: str, kamailio: str, rpc: str, registration: str) -> None:
    one = Registration(**json.loads(registration))
    try:
        print(RegistrationRemover(ours, kamailio, rpc_url=rpc).remove(open_database(ours), ANN, one))
    except DomainError as error:
        print(f"not removed: {error}")


if __name__ == "__main__":
    main(*sys.argv[1:])

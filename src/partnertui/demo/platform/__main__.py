"""The platform's process: `python -m partnertui.demo.platform`, configured by standard input.

The first line is the database's URL, the second the path of the log file. The end of standard input ends it: the
program that started it is gone then, however it ended.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import sys
import threading
from pathlib import Path

from partnertui.db.database import open_database
from partnertui.demo.platform.customer_snapshot import read_customers
from partnertui.demo.platform.phones_and_proxy import answer
from partnertui.demo.platform.ticker import Ticker
from partnertui.log import start_log

LOCK_SECONDS = 1.0


def main() -> None:
    """Lets phones answer and calls go on until standard input ends."""
    url, log_file = sys.stdin.readline().strip(), Path(sys.stdin.readline().strip())
    start_log(log_file)
    over = threading.Event()
    threading.Thread(target=_watch_input, args=(over,), daemon=True).start()
    database = open_database(url)
    customers = database.read(read_customers)
    if customers is None:
        return
    threading.Thread(target=lambda: asyncio.run(answer(customers.agents)), daemon=True).start()
    with log_file.with_name("demo-platform.lock").open("w") as lock:
        while not over.is_set():
            try:  # of two programs on the same data only one platform writes; the other takes over when it ends
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                over.wait(LOCK_SECONDS)
                continue
            Ticker(database, customers).run(over)
    database.close()


def _watch_input(over: threading.Event) -> None:
    """Ends the process when the program is gone: at once, whatever it is doing."""
    sys.stdin.read()
    over.set()
    threading.Event().wait(1.0)  # a transaction that is being written may end
    os._exit(0)


if __name__ == "__main__":
    main()

"""Entry point of `python -m partnertui` and of the `partnertui` command."""

from __future__ import annotations

import gc
import sys

gc.disable()  # until the first rows are shown: it would take a tenth of the start-up time

from partnertui.cli import main  # noqa: E402 - after disabling GC

if __name__ == "__main__":
    sys.exit(main())

"""`python -m partnertui` and the `partnertui` command."""

from __future__ import annotations

import gc
import sys

gc.disable()  # until the first rows are on the screen: a tenth of the time to start goes into looking for garbage

from partnertui.cli import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main())

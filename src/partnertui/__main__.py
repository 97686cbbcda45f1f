"""`python -m partnertui` and the `partnertui` command."""

from __future__ import annotations

import sys

from partnertui.cli import main

if __name__ == "__main__":
    sys.exit(main())

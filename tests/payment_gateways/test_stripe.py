"""Stripe through its library, with localstripe as the peer and a proxy that cuts the connection."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
from tests.stripe_server import KEY, CuttingProxy, StripeServer

from partnertui.config.settings import Gateways
from partnertui.domain.money import to_smallest
from partnertui.payment_gateways.gateway import (
    AnswerState,
    ChargeOrder,
    Gateway,
    GatewayError,
    OutcomeUnclear,
    RefundOrder,
)
from partnertui.payment_gateways.installed import open_gateway


@pytest.fixture(scope="module")
def server() -> Iterator[StripeServer]:
    """localstripe."""
    found = StripeServer()
    yield found
    found.stop()


@pytest.fixture
def proxy(server: StripeServer) -> Iterator[CuttingProxy]:
    """A proxy that cuts on request."""
    found = CuttingProxy(server.port)
    yield found
    found.close()


@pytest.fixture
def gateway(proxy: CuttingProxy) -> Gateway:
    """Stripe through the proxy."""
    return open_gateway("stripe", Gateways(stripe_key=KEY, stripe_url=proxy.url, timeout=10))


def test_a_charge_and_its_refund_are_found_by_key(server: StripeServer, gateway: Gateway) -> None:
    order = ChargeOrder("c-1", server.customer, 1999, "EUR")
    assert gateway.look_up(order) is None
    charged = gateway.charge(order)
    assert charged.state is AnswerState.COMPLETED
    assert gateway.look_up(order) == charged
    back = RefundOrder("r-1", charged.reference, 500, "EUR")
    assert gateway.look_up(back) is None
    refunded = gateway.refund(back)
    assert refunded.state is AnswerState.COMPLETED
    assert gateway.look_up(back) == refunded
    assert server.refunds(charged.reference) == [500]


@pytest.mark.parametrize(
    ("micro", "currency", "sent"), [(1_234_000, "KWD", 1234), (500_000_000, "JPY", 500), (14_800_000, "EUR", 1480)]
)
def test_b5b_amounts_are_in_the_smallest_unit(
    server: StripeServer, gateway: Gateway, micro: int, currency: str, sent: int
) -> None:
    payment = server.charge(10_000, currency.lower())
    gateway.refund(RefundOrder(f"r-{currency}", payment, to_smallest(micro, currency), currency))
    assert server.refunds(payment) == [sent]


@pytest.mark.parametrize(("cut", "done"), [("before", False), ("during", False), ("after", True), ("answer", True)])
def test_a_cut_connection_is_looked_up(
    server: StripeServer, proxy: CuttingProxy, gateway: Gateway, cut: str, done: bool
) -> None:
    payment = server.charge(1000)
    order = RefundOrder(f"cut-{cut}", payment, 300, "EUR")
    proxy.cut = cut
    with pytest.raises(OutcomeUnclear):
        gateway.refund(order)
    proxy.cut = ""
    found = gateway.look_up(order)
    assert (found is not None) == done
    assert server.refunds(payment) == ([300] if done else [])


def test_a_refused_refund_says_so(gateway: Gateway) -> None:
    answer = gateway.refund(RefundOrder("r-9", "ch_unknown", 300, "EUR"))
    assert answer.state is AnswerState.FAILED
    assert answer.failure_code


def test_a_server_that_is_away_was_sent_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    gateway = open_gateway("stripe", Gateways(stripe_key=KEY, stripe_url=url))
    with pytest.raises(GatewayError, match="can't be reached"):
        gateway.refund(RefundOrder("r", "ch_1", 1, "EUR"))


def test_a_server_that_drips_is_given_up_in_time() -> None:
    """Each byte comes within the limit of a read, all of them don't."""
    end = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def drip() -> None:
            client, _ = listener.accept()
            with client:
                client.recv(65536)
                client.sendall(b"HTTP/1.1 200 OK\r\nX: ")
                while not end.wait(0.05):
                    client.sendall(b"x")

        threading.Thread(target=drip, daemon=True).start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        gateway = open_gateway("stripe", Gateways(stripe_key=KEY, stripe_url=url, timeout=0.5))
        with pytest.raises(OutcomeUnclear, match=r"within 0\.5 seconds"):
            gateway.refund(RefundOrder("r", "ch_1", 1, "EUR"))
        end.set()


def test_without_a_key_it_is_not_set_up() -> None:
    with pytest.raises(GatewayError, match="isn't configured"):
        open_gateway("stripe", Gateways())

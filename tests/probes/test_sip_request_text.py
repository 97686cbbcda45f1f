"""The OPTIONS request that we send."""

from __future__ import annotations

from functools import partial

import pytest

from partnertui.probes.sip_options.request_text import COOKIE, Options
from partnertui.sip.errors import SipSyntaxError
from partnertui.sip.message import Request, parse_message

options_to = partial(
    Options, sent_by="10.0.1.10:40000", from_uri="sip:partnertui@10.0.1.10", to_uri="sip:1001@lab.test"
)


def test_it_is_a_request_that_every_phone_understands() -> None:
    routes = ("sip:203.0.113.10;lr", "sip:198.51.100.6:5060;lr")
    options = options_to("sip:1001-0x5@192.168.77.10:5060", routes=routes)
    message = parse_message(options.render())
    assert isinstance(message, Request)
    assert (message.method, message.uri) == ("OPTIONS", "sip:1001-0x5@192.168.77.10:5060")
    assert message.headers.all("Route") == ["<sip:203.0.113.10;lr>", "<sip:198.51.100.6:5060;lr>"]
    assert message.headers.first("Via") == f"SIP/2.0/UDP 10.0.1.10:40000;branch={options.branch};rport"
    assert options.branch.startswith(COOKIE)
    assert message.headers.first("Max-Forwards") == "70"
    assert options.render() == options.render()


def test_two_requests_share_nothing_to_confuse_them_by() -> None:
    one, other = (options_to("sip:a@192.0.2.1") for _ in range(2))
    assert {one.branch, one.call_id, one.tag}.isdisjoint({other.branch, other.call_id, other.tag})


@pytest.mark.parametrize(
    "uri", ["sip:a@b\r\nRoute: <sip:x>", "sip:a@b\n", "sip:a@b>", "sip:a\0@b", "tel:1", "sip:a@b x"]
)
def test_a_contact_cannot_add_headers(uri: str) -> None:
    with pytest.raises(SipSyntaxError):
        options_to(uri).render()
    with pytest.raises(SipSyntaxError):
        options_to("sip:a@192.0.2.1", routes=(uri,)).render()
    with pytest.raises(SipSyntaxError):
        options_to("sip:a@192.0.2.1", user_agent="x\r\nEvil: 1").render()

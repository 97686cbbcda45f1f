"""The codec of an SDP answer, by name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnertui.sip.chosen_codec import chosen_codec

HEAD = "SIP/2.0 200 OK\r\nContent-Type: application/sdp\r\n\r\nv=0\r\nc=IN IP4 192.0.2.1\r\n"


@pytest.mark.parametrize(
    ("sdp", "codec"),
    [
        ("m=audio 4000 RTP/AVP 8 101\r\na=rtpmap:101 telephone-event/8000\r\n", "PCMA"),
        ("m=audio 4000 RTP/AVP 101 96\r\na=rtpmap:101 telephone-event/8000\r\na=rtpmap:96 opus/48000/2\r\n", "opus"),
        ("m=video 4002 RTP/AVP 97\r\na=rtpmap:97 H264/90000\r\nm=audio 4000 RTP/SAVP 0\r\n", "PCMU"),
        ("m=audio 4000 RTP/AVP 99\r\nm=video 1 RTP/AVP 99\r\na=rtpmap:99 VP8/90000\r\n", ""),
        ("", ""),
    ],
)
def test_codec(sdp: str, codec: str) -> None:
    assert chosen_codec(HEAD + sdp) == codec


@given(st.text())
def test_any_text_is_survived(text: str) -> None:
    assert isinstance(chosen_codec(text), str)

"""Every verdict on a call that was told as a script: what it is, how sure, and which messages it rests on."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

import pytest
from tests.calls.call_scripts import stream, trace

from partnertui.calls.diagnosis import rules
from partnertui.calls.diagnosis.diagnose import diagnose
from partnertui.calls.diagnosis.rule import CERTAIN, LIKELY, POSSIBLE, Rule
from partnertui.calls.diagnosis.rules import RULES
from partnertui.calls.diagnosis.verdict import FINE, Code, Confidence
from partnertui.calls.trace_model import Stream

BEGIN = """
    0.00 A>P INVITE 1 sdp=198.51.100.6:4000/PCMA,PCMU
    0.01 P>A 407 INVITE 1 Server="proxy" Proxy-Authenticate='Digest realm="x", nonce="n"'
    0.02 A>P ACK 1
    0.03 A>P INVITE 2 auth sdp=198.51.100.6:4000/PCMA,PCMU
    0.04 P>A 100 INVITE 2 Server="proxy"
"""
"""A caller who is challenged and answers with the right password."""
PASSED = (
    BEGIN
    + """
    0.05 P>B INVITE 2 sdp=198.51.100.6:4000/PCMA,PCMU uri=sip:1002@198.51.100.130
"""
)
RANG = (
    PASSED
    + """
    0.20 B>P 180 INVITE 2
    0.21 P>A 180 INVITE 2
"""
)
TAKEN = (
    RANG
    + """
    3.00 B>P 200 INVITE 2 sdp=198.51.100.130:4000/PCMA
    3.01 P>A 200 INVITE 2 sdp=198.51.100.130:4000/PCMA
    3.02 A>P ACK 2 tag
    3.03 P>B ACK 2 tag
"""
)
ENDED = (
    TAKEN
    + """
    9.00 A>P BYE 3 tag
    9.01 P>B BYE 3 tag
    9.02 B>P 200 BYE 3
    9.03 P>A 200 BYE 3
"""
)
TRIES = (0.05, 0.55, 1.55, 3.55)
"""When an INVITE is sent again (RFC 3261, section 17.1.1.2: T1 is 0.5 s)."""
BOTH = (stream("A", "B"), stream("B", "A"))


def refused(*lines: str, begin: str = BEGIN) -> str:
    return begin + "\n".join(lines)


CASES: list[tuple[str, Code, Confidence, str, tuple[Stream, ...], tuple[int, ...]]] = [
    ("a call", Code.OK, CERTAIN, ENDED, BOTH, (4, 10, 13)),
    ("a call without a capture of its sound", Code.OK, CERTAIN, ENDED, (), (4, 10, 13)),
    ("a call that is still up", Code.OK, LIKELY, TAKEN, BOTH, (4, 10)),
    ("busy", Code.BUSY, CERTAIN, PASSED + "0.1 B>P 486 INVITE 2\n0.11 P>A 486 INVITE 2", (), (4, 7, 8)),
    ("declined", Code.REJECTED, CERTAIN, RANG + "2.1 B>P 603 INVITE 2\n2.11 P>A 603 INVITE 2", (), (4, 9, 10)),
    ("do not disturb", Code.REJECTED, LIKELY, PASSED + "0.1 B>P 480 INVITE 2\n0.11 P>A 480 INVITE 2", (), (4, 7, 8)),
    (
        "given up",
        Code.CANCELLED,
        CERTAIN,
        RANG + "9.0 A>P CANCEL 2\n9.01 P>A 200 CANCEL 2\n9.02 P>A 487 INVITE 2",
        (),
        (1, 8, 9, 11),
    ),
    ("nobody there", Code.NO_ANSWER, CERTAIN, RANG + "30.2 P>A 480 INVITE 2 Server=proxy", (), (4, 8, 9)),
    (
        "wrong password, asked again",
        Code.WRONG_PASSWORD,
        CERTAIN,
        BEGIN.replace("100 INVITE", "407 INVITE"),
        (),
        (2, 4, 5),
    ),
    (
        "wrong password, forbidden",
        Code.WRONG_PASSWORD,
        LIKELY,
        refused("0.1 P>A 403 INVITE 2 Server=proxy"),
        (),
        (2, 4, 6),
    ),
    (
        "wrong password, in words",
        Code.WRONG_PASSWORD,
        CERTAIN,
        refused('0.1 P>A 403 INVITE 2 Server=proxy reason="Wrong password or domain"'),
        (),
        (2, 4, 6),
    ),
    ("no such number", Code.UNKNOWN_USER, CERTAIN, refused("0.1 P>A 404 INVITE 2 Server=proxy"), (), (4, 6)),
    (
        "unallocated, says the carrier",
        Code.UNKNOWN_USER,
        CERTAIN,
        PASSED + '1.0 B>P 500 INVITE 2 Reason="Q.850;cause=1"\n1.01 P>A 500 INVITE 2 Reason="Q.850;cause=1"',
        (),
        (4, 7, 8),
    ),
    ("no phone registered", Code.NOT_REGISTERED, LIKELY, refused("0.1 P>A 480 INVITE 2 Server=proxy"), (), (4, 6)),
    (
        "no phone registered, in words",
        Code.NOT_REGISTERED,
        CERTAIN,
        refused('0.1 P>A 404 INVITE 2 Server=proxy reason="User not registered"'),
        (),
        (4, 6),
    ),
    (
        "the carrier is full",
        Code.CONGESTION,
        CERTAIN,
        PASSED + "0.1 B>P 503 INVITE 2\n0.11 P>A 500 INVITE 2",
        (),
        (4, 7, 8),
    ),
    ("no carrier", Code.NO_ROUTE, LIKELY, refused("0.1 P>A 503 INVITE 2 Server=proxy"), (), (4, 6)),
    ("incomplete number", Code.NUMBER_INCOMPLETE, CERTAIN, refused("0.1 P>A 484 INVITE 2 Server=proxy"), (), (4, 6)),
    ("round and round", Code.LOOP, CERTAIN, refused("0.1 P>A 483 INVITE 2 Server=proxy"), (), (4, 6)),
    (
        "no route, cause 3",
        Code.NO_ROUTE,
        CERTAIN,
        PASSED + '1.0 B>P 500 INVITE 2 Reason="Q.850;cause=3"\n1.01 P>A 500 INVITE 2 Reason="Q.850;cause=3"',
        (),
        (4, 7, 8),
    ),
    ("no codec", Code.CODEC_MISMATCH, CERTAIN, PASSED + "0.1 B>P 488 INVITE 2\n0.11 P>A 488 INVITE 2", (), (6, 7, 8)),
    (
        "sound refused",
        Code.CODEC_MISMATCH,
        CERTAIN,
        ENDED.replace("198.51.100.130:4000", "198.51.100.130:0"),
        (),
        (4, 10),
    ),
    (
        "no codec in common",
        Code.CODEC_MISMATCH,
        LIKELY,
        ENDED.replace("198.51.100.130:4000/PCMA", "198.51.100.130:4000/G729"),
        (),
        (4, 10),
    ),
    (
        "one side encrypts",
        Code.SRTP_MISMATCH,
        CERTAIN,
        ENDED.replace("198.51.100.130:4000/PCMA", "198.51.100.130:4000/PCMA/SRTP"),
        (),
        (4, 10),
    ),
    (
        "encryption refused",
        Code.SRTP_MISMATCH,
        LIKELY,
        PASSED.replace("PCMA,PCMU", "PCMA,PCMU/SRTP") + "0.1 B>P 488 INVITE 2\n0.11 P>A 488 INVITE 2",
        (),
        (6, 7, 8),
    ),
    ("sound one way", Code.ONE_WAY_AUDIO, LIKELY, ENDED, (stream("A", "B", end=8.9),), (4, 10)),
    (
        "agreed one way",
        Code.ONE_WAY_AUDIO,
        CERTAIN,
        ENDED.replace("198.51.100.130:4000/PCMA", "198.51.100.130:4000/PCMA/sendonly"),
        (),
        (10,),
    ),
    (
        "asked for one way",
        Code.ONE_WAY_AUDIO,
        CERTAIN,
        ENDED.replace("PCMA,PCMU", "PCMA,PCMU/recvonly").replace("130:4000/PCMA", "130:4000/PCMA/sendonly"),
        (stream("B", "A", end=8.9),),
        (4, 10),
    ),
    (
        "on hold from the start",
        Code.ONE_WAY_AUDIO,
        CERTAIN,
        ENDED.replace("PCMA,PCMU", "PCMA,PCMU/inactive"),
        (),
        (4, 10),
    ),
    (
        "sound that goes to a private address",
        Code.ONE_WAY_AUDIO,
        LIKELY,
        ENDED.replace("sdp=198.51.100.130:4000", "sdp=10.9.8.7:4000"),
        (stream("A", "10.9.8.7", end=8.9), stream("B", "A", end=8.9, ssrc=2)),
        (4, 10),
    ),
    (
        "a private address in SDP alone",
        Code.OK,
        CERTAIN,
        ENDED.replace("sdp=198.51.100.6", "sdp=192.168.77.10"),
        (),
        (4, 10, 13),
    ),
    (
        "behind NAT and silent",
        Code.NAT_BINDING_LOST,
        LIKELY,
        BEGIN
        + "\n".join(f"{t} P>D INVITE 2 uri=sip:1002@192.168.77.20 branch=x port=6000" for t in TRIES)
        + "\n5.1 P>A 408 INVITE 2 Server=proxy",
        (),
        (4, 6, 10),
    ),
    (
        "silent",
        Code.TIMEOUT,
        CERTAIN,
        BEGIN
        + "\n".join(f"{t} P>B INVITE 2 uri=sip:1002@198.51.100.130 branch=x" for t in TRIES)
        + "\n5.1 P>A 408 INVITE 2 Server=proxy",
        (),
        (4, 6, 10),
    ),
    ("somebody further on was slow", Code.TIMEOUT, LIKELY, refused("9.1 P>A 408 INVITE 2"), (), (4, 6)),
    (
        "nobody hears the INVITE",
        Code.TIMEOUT,
        CERTAIN,
        "\n".join(f"{t} A>P INVITE 1" for t in (0, 0.5, 1.5, 3.5, 7.5, 15.5)),
        (),
        (1,),
    ),
    (
        "the ACK is lost",
        Code.ACK_LOST,
        CERTAIN,
        RANG
        + "\n".join(
            f"{t} B>P 200 INVITE 2 sdp=198.51.100.130:4000/PCMA\n{t + 0.01:.2f} P>A 200 INVITE 2"
            " sdp=198.51.100.130:4000/PCMA"
            for t in (3.0, 3.5, 4.5, 6.5, 10.5)
        )
        + "\n35.0 B>P BYE 1 tag\n35.1 P>A BYE 1 tag",
        (),
        (9, 19),
    ),
    (
        "the session ran out",
        Code.SESSION_TIMER,
        LIKELY,
        TAKEN.replace("sdp=198.51.100.130:4000/PCMA", "sdp=198.51.100.130:4000/PCMA Session-Expires=90;refresher=uac")
        + "93.0 B>P BYE 1 tag\n93.1 P>A BYE 1 tag",
        BOTH,
        (10, 13),
    ),
    (
        "the refresh failed",
        Code.SESSION_TIMER,
        CERTAIN,
        TAKEN + "63.0 A>P UPDATE 4 tag Session-Expires=120\n63.1 P>A 481 UPDATE 4\n63.2 A>P BYE 5 tag",
        BOTH,
        (13, 14, 15),
    ),
    (
        "diverted",
        Code.DIVERTED,
        CERTAIN,
        PASSED
        + '0.1 B>P 302 INVITE 2 Contact="<sip:1005@lab.test>"\n0.11 P>A 302 INVITE 2 Contact="<sip:1005@lab.test>"',
        (),
        (4, 7, 8),
    ),
    (
        "diverted on the way",
        Code.DIVERTED,
        LIKELY,
        ENDED.replace("0.05 P>B", "0.05 P>C")
        .replace("B>P", "C>P")
        .replace("P>B", "P>C")
        .replace("uri=sip:1002@", 'History-Info="<sip:1002@lab.test?Reason=SIP%3Bcause%3D302>;index=1" uri=sip:1005@'),
        BOTH,
        (6,),
    ),
    ("not paid", Code.CREDIT_EXHAUSTED, CERTAIN, refused("0.1 P>A 402 INVITE 2 Server=proxy"), (), (4, 6)),
    (
        "out of credit, in words",
        Code.CREDIT_EXHAUSTED,
        CERTAIN,
        refused('0.1 P>A 403 INVITE 2 Server=proxy reason="Insufficient balance"'),
        (),
        (4, 6),
    ),
    (
        "credit ran out",
        Code.CREDIT_EXHAUSTED,
        CERTAIN,
        TAKEN + '60.0 P>A BYE 1 tag Reason="SIP;cause=402;text=\\"Out of credit\\""',
        BOTH,
        (13, 10),
    ),
    (
        "an exchange on the way failed",
        Code.NETWORK_FAILURE,
        CERTAIN,
        TAKEN + '60.0 P>A BYE 1 tag Reason="Q.850;cause=25"',
        BOTH,
        (13, 10),
    ),
    (
        "too little bandwidth is no money",
        Code.CODEC_MISMATCH,
        CERTAIN,
        PASSED + "0.1 B>P 488 INVITE 2\n0.11 P>A 488 INVITE 2 Warning='370 x \"Insufficient bandwidth\"'",
        (),
        (6, 7, 8),
    ),
    (
        "a load balancer is no balance",
        Code.NO_ROUTE,
        LIKELY,
        refused('0.1 P>A 503 INVITE 2 Server=proxy reason="No load balance target"'),
        (),
        (4, 6),
    ),
    (
        "barred",
        Code.FORBIDDEN,
        CERTAIN,
        refused('0.1 P>A 403 INVITE 2 Server=proxy reason="Calls to this country are barred"'),
        (),
        (4, 6),
    ),
    ("a fault", Code.SERVER_ERROR, CERTAIN, PASSED + "0.1 B>P 500 INVITE 2\n0.11 P>A 500 INVITE 2", (), (4, 7, 8)),
    ("cut off while ringing", Code.INCOMPLETE, POSSIBLE, RANG, (), (8,)),
    ("a challenge alone", Code.UNKNOWN, POSSIBLE, "0 P>A 401 REGISTER 1", (), (1,)),
    ("an answer alone", Code.INCOMPLETE, POSSIBLE, "0 P>A 180 INVITE 2", (), (1,)),
    (
        "a registration",
        Code.OK,
        CERTAIN,
        "0 A>P REGISTER 1\n0.1 P>A 401 REGISTER 1\n0.2 A>P REGISTER 2 auth\n0.3 P>A 200 REGISTER 2 Expires=300",
        (),
        (3, 4),
    ),
    (
        "a registration with a wrong password",
        Code.WRONG_PASSWORD,
        LIKELY,
        "0 A>P REGISTER 1\n0.1 P>A 401 REGISTER 1\n0.2 A>P REGISTER 2 auth\n0.3 P>A 401 REGISTER 2",
        (),
        (2, 3, 4),
    ),
    ("a registration of nobody", Code.UNKNOWN_USER, LIKELY, "0 A>P REGISTER 1\n0.1 P>A 404 REGISTER 1", (), (1, 2)),
    (
        "a lamp that nobody has",
        Code.SUBSCRIPTION_REFUSED,
        CERTAIN,
        "0 A>P SUBSCRIBE 1\n0.1 P>A 489 SUBSCRIBE 1",
        (),
        (1, 2),
    ),
]


@pytest.mark.parametrize(
    ("code", "sure", "script", "streams", "frames"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_verdict(
    code: Code, sure: Confidence, script: str, streams: tuple[Stream, ...], frames: tuple[int, ...]
) -> None:
    call = trace(script, *streams)
    verdict = diagnose(call).verdict
    assert (verdict.code, verdict.confidence) == (code, sure), verdict
    assert verdict.text.endswith(".")
    assert verdict.advice or code in FINE
    assert tuple(call.messages[place].frame for place in verdict.evidence) == frames, verdict


def test_every_code_has_a_rule_and_its_documentation() -> None:
    assert {rule.code for rule in RULES} == set(Code) - {Code.UNKNOWN}
    assert all(rule.looks_for and rule.meaning and rule.customer and rule.steps for rule in RULES)


def test_every_rule_that_is_written_is_asked() -> None:
    modules = [import_module(f"{rules.__name__}.{module.name}") for module in iter_modules(rules.__path__)]
    values = [value for module in modules for value in vars(module).values()]
    written = [one for value in values for one in (value if isinstance(value, tuple) else (value,))]
    assert {id(one) for one in written if isinstance(one, Rule)} == {id(rule) for rule in RULES}


def test_what_is_missing_is_said() -> None:
    assert "ends before the final response: 1002 was still ringing" in diagnose(trace(RANG)).verdict.text
    assert "The initial INVITE wasn't captured" in diagnose(trace("0 P>A 180 INVITE 2")).verdict.text
    assert "No response to the INVITE was captured" in diagnose(trace("0 A>P INVITE 1")).verdict.text


def test_an_answered_challenge_is_never_an_error() -> None:
    for script in (ENDED, TAKEN, RANG, PASSED):
        judged = diagnose(trace(script))
        assert Code.WRONG_PASSWORD not in {judged.verdict.code, *(other.code for other in judged.also)}


def test_lost_packets_are_the_verdict_of_an_answered_call() -> None:
    verdict = diagnose(trace(ENDED, stream("A", "B", 400, 100), stream("B", "A"))).verdict
    assert verdict.code == Code.PACKET_LOSS
    assert "20% of the packets from 198.51.100.6 were lost on the way to 198.51.100.130" in verdict.text


def test_audio_that_a_cut_capture_has_the_beginning_of_is_not_called_none() -> None:
    judged = diagnose(trace(TAKEN, stream("A", "B", 6, begin=3.1, end=3.2)))
    assert judged.coverage is not None
    assert judged.coverage.sound_text == "only 6 packets, none later than half a second after the answer"


def test_a_doubt_is_listed_beside() -> None:
    judged = diagnose(trace(ENDED.replace("sdp=198.51.100.6", "sdp=192.168.77.10")))
    assert judged.verdict.code == Code.OK
    assert [(other.code, other.confidence) for other in judged.also] == [(Code.ONE_WAY_AUDIO, POSSIBLE)]


def test_certainty_needs_what_the_rule_requires() -> None:
    """Without its INVITE a refusal is at most likely, and the verdict says what would settle it."""
    verdict = diagnose(trace("0.1 P>A 403 INVITE 2 Server=proxy")).verdict
    assert (verdict.code, verdict.confidence) == (Code.FORBIDDEN, LIKELY)
    assert "the initial request" in verdict.would_settle

"""Messages for the tests, written after the text of RFC 3261 and RFC 4475."""

from __future__ import annotations

ANSWER = (
    "SIP/2.0 200 OK\r\n"
    "Via: SIP/2.0/UDP 10.0.1.10:40000;branch=z9hG4bKabc;rport=40000;received=198.51.100.7\r\n"
    'From: "Support" <sip:partnertui@10.0.1.10>;tag=1\r\n'
    "To: <sip:1002@lab.test>;tag=xyz\r\n"
    "Call-ID: abc123\r\n"
    "CSeq: 1 OPTIONS\r\n"
    "Contact: <sip:1002@198.51.100.130:5060>\r\n"
    "Allow: INVITE, ACK, BYE, OPTIONS\r\n"
    "User-Agent: Yealink SIP-T46U 108.86.0.20\r\n"
    "Content-Length: 0\r\n\r\n"
)


def answer(**changes: str | None) -> bytes:
    """The answer with headers replaced (underscores for dashes), added, or taken out with None."""
    first, *lines = ANSWER.removesuffix("\r\n\r\n").split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    headers = {name: value for name, value in headers.items()}
    for name, value in changes.items():
        headers[name.replace("_", "-")] = value  # type: ignore[assignment]
    body = [f"{name}: {value}" for name, value in headers.items() if value is not None]
    return "\r\n".join([first, *body, "", ""]).encode()


def request(line: str = "OPTIONS sip:1002@198.51.100.130 SIP/2.0", **changes: str | None) -> bytes:
    """The same headers under a request line."""
    return line.encode() + b"\r\n" + answer(**changes).split(b"\r\n", 1)[1]

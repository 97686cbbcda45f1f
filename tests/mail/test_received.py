"""Mails of all kinds become text, files and facts; whatever the bytes, the parser gives a row."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partnertui.domain.mail_states import MailKind
from partnertui.mail.charsets import decode_bytes
from partnertui.mail.html_text import HtmlReader
from partnertui.mail.mentioned_tickets_and_calls import call_ids, numbers, tokens, with_token
from partnertui.mail.received import Received, read_mail

HEAD = b"From: Ada <ada@acme.example>\r\nSubject: x\r\nMessage-ID: <1@x>\r\n"


@pytest.fixture(scope="module")
def html() -> HtmlReader:
    return HtmlReader()


def part(content_type: str, body: bytes, more: bytes = b"") -> bytes:
    return HEAD + b"MIME-Version: 1.0\r\nContent-Type: " + content_type.encode() + b"\r\n" + more + b"\r\n" + body


@pytest.mark.parametrize(
    ("content_type", "body", "text"),
    [
        ("text/plain; charset=iso-8859-1", "Grüße".encode("latin-1"), "Grüße"),
        ("text/plain; charset=utf-8", "Grüße".encode("latin-1"), "Grüße"),
        ("text/plain; charset=no-such-charset", "Grüße".encode(), "Grüße"),
        ("text/plain", "Grüße".encode("cp1252"), "Grüße"),
        ("text/plain; charset=ks_c_5601-1987", "안녕".encode("cp949"), "안녕"),
        ("text/plain; charset=utf-7", b"+ADw-script+AD4-", "+ADw-script+AD4-"),
        ("text/plain; charset=rot13", b"Hello", "Hello"),
        (
            "text/plain; charset=utf-8; format=flowed",
            b"one \r\ntwo\r\n> quoted \r\n> more\r\n-- \r\nAda",
            "one two\n> quoted more\n-- \nAda",
        ),
        ("text/plain; charset=utf-8; format=flowed; delsp=yes", b"\xe4\xb8\xad \r\n\xe6\x96\x87", "中文"),
        (
            "text/html",
            b"<style>b</style><script>x</script><p>Hi <b>you</b><img src=http://192.0.2.1/x></p>",
            "Hi you",
        ),
        ("text/plain", b"a\x00b", "a\ufffdb"),
    ],
)
def test_text(html: HtmlReader, content_type: str, body: bytes, text: str) -> None:
    assert read_mail(part(content_type, body), html).text == text


def test_plain_is_preferred_and_inline_image_is_a_file(html: HtmlReader) -> None:
    body = (
        b"--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n"
        b"--c\r\nContent-Type: text/plain\r\n\r\nplain\r\n"
        b"--c\r\nContent-Type: text/html\r\n\r\n<p>html</p>\r\n--c--\r\n"
        b"--b\r\nContent-Type: image/png\r\nContent-ID: <logo@x>\r\nContent-Transfer-Encoding: base64\r\n"
        b"\r\niVBORw0K\r\n"
        b"--b\r\nContent-Type: application/ms-tnef; name=winmail.dat\r\n\r\nx\x9f>\r\n--b--\r\n"
    )
    found = read_mail(part("multipart/related; boundary=b", body), html)
    assert found.text == "plain"
    assert [(file.name, file.content_id) for file in found.files] == [
        ("attachment-1", "logo@x"),
        ("winmail.dat", None),
    ]
    assert found.files[0].content == b"\x89PNG\r\n"


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('attachment; filename="../../etc/passwd"', "passwd"),
        ('attachment; filename="C:\\\\windows\\\\x.exe"', "x.exe"),
        ("attachment; filename*=utf-8''R%C3%A9sum%C3%A9.pdf", "Résumé.pdf"),
        ("attachment; filename*0*=utf-8''a%E2%82%AC; filename*1=b.txt", "a€b.txt"),
        ('attachment; filename="=?utf-8?b?w7wucGRm?="', "ü.pdf"),
        ('attachment; filename="a\x1b[31mb\u202egpj.exe"', "a [31mb·gpj.exe"),
        ("attachment; filename*=no-such''x%FF.txt", "xÿ.txt"),
        ('attachment; filename=".."', "attachment-1"),
        ("attachment", "attachment-1"),
    ],
)
def test_file_names(html: HtmlReader, disposition: str, name: str) -> None:
    more = f"Content-Disposition: {disposition}\r\n".encode()
    (file,) = read_mail(part("application/octet-stream", b"x", more), html).files
    assert file.name == name


def test_name_of_ten_kilobytes_keeps_its_ending(html: HtmlReader) -> None:
    more = b'Content-Disposition: attachment; filename="' + b"a" * 10_000 + b'.pdf"\r\n'
    (file,) = read_mail(part("application/pdf", b"x", more), html).files
    assert file.name.endswith("….pdf")
    assert len(file.name) <= 150


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 10_000 + "deep" + "</div>" * 10_000,
        "<table><tr><td>" * 3_000 + "deep",
        "<" * 200_000 + "deep",
        "<a href='" * 50_000 + "'>deep",
        "<table>" + ("<tr>" + "<td>deep</td>" * 300 + "</tr>") * 300 + "</table>",
        "&amp;" * 200_000 + "deep",
        "<!--" * 100_000 + "-->deep",
    ],
    ids=["nested", "tables", "brackets", "quotes", "cells", "entities", "comments"],
)
def test_hostile_html_ends_in_time(html: HtmlReader, markup: str) -> None:
    begun = time.monotonic()
    text, _ = html.read(markup)
    assert time.monotonic() - begun < 20  # five seconds for the child, and the rest on a busy machine
    assert isinstance(text, str)
    assert html.read("<p>next</p>") == ("next", True)


def test_duplicate_and_hostile_headers(html: HtmlReader) -> None:
    raw = (
        b'From: "A\x1b]0;x\x07" <ada@acme.example>\r\nFrom: eve@evil.example\r\n'
        b"Subject: =?utf-8?q?a=00b=0D=0AX:_y?=\r\n"
        b"Subject: second\r\nMessage-ID: <1@x>\r\nDate: Mon, 99 Foo 2026 10:00:00 +9999\r\n\r\nHi"
    )
    found = read_mail(raw, html)
    assert found.sender[1] == "ada@acme.example"
    assert found.subject.isprintable()
    assert found.sent_at is None


def test_mail_of_five_megabytes(html: HtmlReader) -> None:
    begun = time.monotonic()
    found = read_mail(part("text/plain", b"0123456789abcde\n" * 330_000), html)
    assert len(found.text) > 5_000_000
    assert time.monotonic() - begun < 5


BOUNCE = (
    b"From: MAILER-DAEMON@mx.example\r\nTo: help@example.com\r\nSubject: Undelivered\r\n"
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
    b"--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
    b"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
    b"Final-Recipient: rfc822; ada@acme.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
    b"Diagnostic-Code: smtp; 550 5.1.1\r\n no such user\r\n\r\n"
    b"--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <ours@example.com>\r\nSubject: Re\r\n\r\nHi\r\n--b--\r\n"
)


def test_bounce(html: HtmlReader) -> None:
    found = read_mail(BOUNCE, html)
    assert found.kind == MailKind.BOUNCE
    assert [(one.address, one.reason, one.is_final) for one in found.failures] == [
        ("ada@acme.example", "550 5.1.1 no such user", True)
    ]
    assert found.returned_ids == ("<ours@example.com>",)


def test_bounce_without_a_report(html: HtmlReader) -> None:
    raw = (
        b"From: postmaster@mx.example\r\nSubject: failure notice\r\n\r\nI couldn't deliver your mail.\r\n"
        b"<ada@acme.example>:\r\n192.0.2.1 does not like recipient: 550 unknown user\r\n\r\n--- Below is a copy\r\n"
        b"Message-ID: <ours@example.com>\r\n"
    )
    found = read_mail(raw, html)
    assert (found.kind, found.returned_ids) == (MailKind.BOUNCE, ("<ours@example.com>",))
    assert found.failures[0].address == "ada@acme.example"
    assert "550" in found.failures[0].reason


@pytest.mark.parametrize(
    "line",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated; x=y",
        "X-Autoreply: yes",
        "Precedence: auto_reply",
        "Subject: Abwesenheitsnotiz: Kein Ton",
        "Subject: =?utf-8?q?R=C3=A9ponse_automatique_=3A_absent?=",
        "Subject: Out of office",
        "Subject: Automatic reply: Re: [T-10001] No audio",
        "Subject: Respuesta automática: x",
    ],
)
def test_automatic(html: HtmlReader, line: str) -> None:
    raw = f"From: ada@acme.example\r\n{line}\r\n\r\nI am away.".encode()
    assert read_mail(raw, html).kind == MailKind.AUTOMATIC


@pytest.mark.parametrize("line", ["Auto-Submitted: no", "Subject: Office phones out of order", "Precedence: normal"])
def test_not_automatic(html: HtmlReader, line: str) -> None:
    assert read_mail(f"From: ada@acme.example\r\n{line}\r\n\r\nHi".encode(), html).kind == MailKind.MESSAGE


FRAGMENTS = st.sampled_from(
    [
        b"From: a@b.example\r\n", b"Content-Type: multipart/mixed; boundary=b\r\n", b"\r\n", b"--b\r\n", b"--b--\r\n",
        b"Content-Type: text/html\r\n", b"<div>", b"=?utf-8?q?=ff?=", b"Subject: ", b"In-Reply-To: <",
        b"References: =?b?",
        b"Content-Transfer-Encoding: base64\r\n", b"Content-Disposition: attachment; filename*0*=", b"utf-8''%FF",
        b"Content-Type: message/rfc822\r\n", b"Content-Type: message/delivery-status\r\n", b"Date: Mon, 1 Jan\r\n",
        b"Message-ID: \r\n <", b"\x00", b"\xff\xfe", b"Content-Type: text/plain; charset=\"\r\n", b"From: \"(((\r\n",
        b"Content-Transfer-Encoding: x-uuencode\r\n", b"begin 644 x\n", b"To: =?x?b?!!!?=, <<>>,;:\r\n",
    ]
)  # fmt: off


PIECES = st.lists(st.one_of(FRAGMENTS, st.binary(max_size=20)), max_size=40)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.binary(max_size=2_000), st.lists(st.one_of(FRAGMENTS, st.binary(max_size=20)), max_size=40).map(b"".join)
    )
)
def test_any_bytes_give_a_row(html: HtmlReader, raw: bytes) -> None:
    found = read_mail(raw, html)
    assert isinstance(found, Received)
    for text in (found.text, found.subject, found.message_id or "", found.sender[0], found.sender[1]):
        assert "\0" not in text
        text.encode("utf-8")
    for file in found.files:
        assert file.name.isprintable()
        assert file.name
        assert not set(file.name) & set("/\\")


@given(st.binary(max_size=200), st.text(max_size=30))
def test_any_charset_decodes(content: bytes, charset: str) -> None:
    assert isinstance(decode_bytes(content, charset), str)


def test_what_a_text_names() -> None:
    assert tokens("AW: [#7002] and T-10234, not XT-1 or T-5x [T-9]") == ["7002", "10234", "9"]
    assert with_token("Re: No audio", "T-10001") == "[T-10001] Re: No audio"
    assert with_token("Re: [#7001] No audio", "7001") == "Re: [#7001] No audio"
    assert numbers("Call 030 23125100\n> or +49 30 999999\nor +44 20 7946 0123, order 12345678", "DE") == [
        "493023125100",
        "442079460123",
    ]
    assert call_ids("i: f81d4fae@10.0.0.1\nwrite to ada@acme.example") == (["f81d4fae@10.0.0.1"], [])

"""What answers mean, what never comes out, what is never followed."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from makegood.adapters.http import MOST_BYTES, Answer, Endpoint, Reach, after_of, code_of
from makegood.errors import BadUse, Unreadable


@contextmanager
def told(*pieces: bytes, gap_s: float = 0) -> Iterator[str]:
    """A server that says these bytes to every connection, whatever it is asked."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            with peer:
                peer.recv(65536)
                try:
                    for piece in pieces:
                        peer.sendall(piece)
                        time.sleep(gap_s)
                except OSError:
                    pass

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        over.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def said(status: int, body: bytes = b"{}", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", "Connection: close", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


@pytest.mark.parametrize(
    ("status", "outcome", "words"),
    [
        (301, "refused", "sends elsewhere"), (307, "refused", "sends elsewhere"), (400, "refused", "answered 400."),
        (401, "again", "key"), (403, "again", "key"), (402, "refused", "402"), (404, "refused", "404"),
        (405, "refused", "405"), (408, "again", "again"), (409, "again", "again"), (410, "refused", "410"),
        (422, "refused", "422"), (425, "again", "again"), (429, "again", "again"), (500, "again", "again"),
        (502, "again", "again"), (529, "again", "again"),
    ],
)  # fmt: skip
def test_what_a_status_means(status: int, outcome: str, words: str):
    with told(said(status, b"{}", "Location: http://127.0.0.1:1/stolen", "Retry-After: 7")) as base:
        api = Endpoint("Api", Reach(base))
        sent = api.trouble(api.ask("POST", "/x"))
    assert sent is not None
    assert (sent.outcome, words in sent.said) == (outcome, True), sent
    assert sent.after == (timedelta(seconds=7) if outcome == "again" else None)


@pytest.mark.parametrize(
    ("pieces", "status", "words"),
    [
        ((b"",), 0, "broke the connection"),
        ((b"SSH-2.0-OpenSSH\r\n",), 0, "broke the connection"),
        ((said(200, b'{"a": 1')[:-2],), 0, "broke the connection"),
        ((said(200, b"ok"),), 200, "is not JSON"),
        ((said(200, b'{"amount": NaN}'),), 200, "is not JSON"),
        ((said(200, b"9" * 5000),), 200, "is not JSON"),
        ((said(200, b"\xff\xfe{}"),), 200, "is not JSON"),
        ((said(200, b"[" * 99_999),), 200, "is not JSON"),
        ((said(200, b"x" * (MOST_BYTES + 1)),), 200, "longer than 4 MiB"),
        ((said(200, b"{}", "Content-Encoding: gzip"),), 200, "compressed"),
    ],
)
def test_a_body_that_cannot_be_read_is_told(pieces: tuple[bytes, ...], status: int, words: str):
    with told(*pieces) as base:
        answer = Endpoint("Api", Reach(base)).ask("GET", "/x")
    assert (answer.status, answer.data, words in answer.said) == (status, None, True), answer


def test_time_outs_hold_for_silence_and_for_an_answer_that_trickles():
    for pieces, gap_s in (((b"HTTP/1.1 200 OK\r\n",), 0.5), ((said(200, b"x" * 40)[:-40], *[b"x"] * 20), 0.05)):
        with told(*pieces, gap_s=gap_s) as base:
            began = time.monotonic()
            answer = Endpoint("Api", Reach(base, total_s=0.2)).ask("GET", "/x")
            assert time.monotonic() - began < 0.6
        assert (answer.status, answer.said) == (0, "Api did not answer in time.")


def test_nobody_there():
    with told(b"") as base:
        pass
    answer = Endpoint("Api", Reach(base)).ask("GET", "/x")
    assert (answer.status, "could not be reached at 127.0.0.1:" in answer.said) == (0, True)


def test_the_key_is_in_no_repr_no_sentence_and_no_log(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO)
    key = "sk_live_THEKEY"
    with told(said(400, b'{"error": {"code": "no", "message": "sk_live_THEKEY"}}')) as base:
        reach = Reach(f"{base}/hooks/TOKEN", {"Authorization": f"Bearer {key}"})
        api = Endpoint("Api", reach)
        answer = api.ask("POST", "?token=TOKEN", content=key.encode())
        with pytest.raises(Unreadable) as fault:
            api.read("")
    texts = [repr(reach), repr(api), repr(api.trouble(answer)), str(fault.value), caplog.text]
    assert [text for text in texts if "THEKEY" in text or "TOKEN" in text] == []


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (
            {"error": {"type": "invalid_request_error", "code": "resource_missing", "message": "No such cus"}},
            "resource_missing",
        ),
        ({"error": {"type": "idempotency_error"}}, "idempotency_error"),
        ({"error": {"code": "Dear Ms Kim, your"}}, ""),
        (
            {"status": 422, "code": "validation_errors", "error_details": {"currency": ["no_match"]}},
            "currency no_match",
        ),
        ({"status": 404, "error": "Not Found", "code": "coupon_not_found"}, "coupon_not_found"),
        ({"title": "Conflict", "detail": "free text"}, "Conflict"),
        ({"extensions": {"validationErrors": [{"code": "feature_not_found", "message": "x"}]}}, "feature_not_found"),
        (["a"], ""),
        (None, ""),
    ],
)
def test_the_code_of_an_error_never_its_free_text(data: object, code: str):
    assert code_of(data) == code


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0", 0), ("120", 120), (" 5 ", 5), ("9" * 9, 86400), ("-5", None), ("1.5", None), ("soon", None), ("", None),
     ("9" * 40, None), ("Wed, 21 Oct 2015 07:28:00 GMT", 0), ("Wed, 21 Oct 9999 07:28:00 GMT", 86400)],
)  # fmt: skip
def test_retry_after(text: str, seconds: int | None):
    assert after_of(text) == (None if seconds is None else timedelta(seconds=seconds))


def test_retry_after_as_a_date():
    wait = after_of(format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True))
    assert wait is not None
    assert timedelta(seconds=80) < wait <= timedelta(seconds=90)


@pytest.mark.parametrize(
    ("base", "allow", "fault"),
    [
        ("https://x.example", False, None), ("http://127.0.0.1:8", False, None), ("http://localhost/x", False, None),
        ("http://[::1]:80", False, None), ("http://b.corp", True, None), ("http://b.corp", False, "not https"),
        ("http://127.0.0.1.evil.example", False, "not https"), ("ftp://x", True, "cannot be read"),
        ("billing.corp", True, "cannot be read"), ("https://", True, "cannot be read"),
        ("https://u:p@x.example", True, "by the environment"), ("https://x.example:port", True, "cannot be read"),
        ("https://x.example/\r\nX: y", True, "cannot be read"),
    ],
)  # fmt: skip
def test_addresses(base: str, allow: bool, fault: str | None):
    if fault is None:
        Endpoint("Api", Reach(base, allow_http=allow))
    else:
        with pytest.raises(BadUse, match=fault) as raised:
            Endpoint("Api", Reach(base, allow_http=allow))
        assert "u:p" not in str(raised.value)


def test_a_certificate_that_nobody_vouches_for_is_no_answer():
    with told(b"\x15\x03\x03\x00\x02\x02\x28") as base:
        answer = Endpoint("Api", Reach(base.replace("http", "https"))).ask("GET", "/x")
    assert answer == Answer(0, said=answer.said)

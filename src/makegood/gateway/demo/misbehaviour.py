"""Noun: a misbehaviour of the demo provider; what comes back, whether the work was done, and what is charged for it."""

from __future__ import annotations

from dataclasses import dataclass

FINE, SLOW = "fine", "slow_drip"
BAD_REQUEST = "bad_request"  # never chosen: a request that is no question
# What is charged: for all tokens, for those that went in, or nothing.
ALL, INPUT, NOTHING = "all", "input", "nothing"


@dataclass(frozen=True, slots=True)
class Misbehaviour:
    """`status` is what the caller's side sees, 0 where no answer begins; `charges` is ALL, INPUT or NOTHING.

    Who charges has served: the work was done, whatever became of the answer.
    """

    status: int
    charges: str
    meaning: str


KINDS: dict[str, Misbehaviour] = {
    FINE: Misbehaviour(200, ALL, "a whole answer"),
    SLOW: Misbehaviour(200, ALL, "a whole answer in small pieces with pauses"),
    "error_500": Misbehaviour(500, NOTHING, "an error of the server"),
    "html_502": Misbehaviour(502, NOTHING, "the page of a proxy on the way, in HTML"),
    "error_503": Misbehaviour(503, NOTHING, "not available"),
    "error_529": Misbehaviour(529, NOTHING, "overloaded, by its own status"),
    "overloaded_429": Misbehaviour(429, NOTHING, "overloaded, with the status of too many requests"),
    "quota_429": Misbehaviour(429, NOTHING, "the caller's own quota or rate"),
    "echo_400": Misbehaviour(400, NOTHING, "a refusal that says back the key, the prompt and odd header values"),
    "timeout_before": Misbehaviour(0, NOTHING, "no answer; the work was not begun"),
    "timeout_after": Misbehaviour(0, ALL, "no answer, although the work was done"),
    "reset_before": Misbehaviour(0, NOTHING, "the connection is reset before any answer"),
    "reset_mid_stream": Misbehaviour(200, ALL, "the connection is reset amid the answer"),
    "cut": Misbehaviour(200, ALL, "the answer ends early, as if it were whole"),
    "error_first": Misbehaviour(200, NOTHING, "a 200 whose first event, or whole body, is an error"),
    "error_after_200": Misbehaviour(200, ALL, "a 200 that turns into an error midway; without a stream, an error body"),
    "malformed": Misbehaviour(200, ALL, "a whole answer that is not JSON"),
    "empty": Misbehaviour(200, INPUT, "an answer without content"),
    "wrong_length": Misbehaviour(200, ALL, "fewer bytes than Content-Length says"),
    "short_length": Misbehaviour(200, ALL, "more bytes than Content-Length says"),
}

"""What a visitor's browser may say to the switch: one call to one name, and nothing else."""

from __future__ import annotations

import pytest

from contact_center.adapters.portal.frames import MAX_FRAMES, FrameError, Guard

VISIT = "talk" + "0123456789abcdef" * 2
SOUND = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\n"


def message(
    method: str = "INVITE",
    uri: str = f"sip:{VISIT}@contact-center",
    body: str = SOUND,
    more: str = "",
    **changed: str,
) -> str:
    fields = {
        "Via": "SIP/2.0/WS abc.invalid;branch=z9hG4bK1",
        "To": f"<sip:{VISIT}@contact-center>",
        "From": "<sip:visitor@contact-center>;tag=abc",
        "Call-ID": "one",
        "CSeq": f"1 {method}",
        "Content-Length": str(len(body)),
        **{name.replace("_", "-"): value for name, value in changed.items()},
    }
    head = "\r\n".join(f"{name}: {value}" for name, value in fields.items())
    return f"{method} {uri} SIP/2.0\r\n{head}\r\n{more}\r\n{body}"


def refused(frame: str, guard: Guard | None = None) -> str:
    with pytest.raises(FrameError) as caught:
        (guard or Guard(VISIT)).check(frame)
    return str(caught.value)


def test_a_call_is_made_confirmed_renegotiated_and_ended() -> None:
    guard = Guard(VISIT)
    within = {"uri": "sip:127.0.0.1:8088;transport=ws", "To": f"<sip:{VISIT}@contact-center>;tag=9"}
    assert guard.check("\r\n\r\n") is False
    assert guard.check(message())
    assert guard.called
    assert guard.check(message("CANCEL", body=""))
    assert guard.check(message("ACK", body="", **within))
    assert guard.check(message("INVITE", **within))
    assert guard.check(message("INFO", body="Signal=5", **within))
    assert guard.check(message("BYE", body="", **within))
    answer = message(Call_ID="one", body="").split("\r\n", 1)[1]
    assert guard.check(f"SIP/2.0 200 OK\r\n{answer}")


@pytest.mark.parametrize(
    ("frame", "why"),
    [
        (message("REGISTER", body=""), "method"),
        (message("REFER", body=""), "method"),
        (message("SUBSCRIBE", body=""), "method"),
        (message("invite"), "method"),
        (message(uri="sip:+14155550123@contact-center"), "other_destination"),
        (message(uri=f"sip:{VISIT}0@contact-center"), "other_destination"),
        (message(uri=f"sip:{VISIT}@contact-center;x=@evil"), "other_destination"),
        (message(To="<sip:600@contact-center>"), "other_destination"),
        (message(To=f"<sip:{VISIT}@contact-center;tag=1>"), "other_destination"),
        (message(From="<sip:1001-browser@contact-center>;tag=abc"), "other_caller"),
        (message(From='"x" <sip:1001@a> <sip:visitor@a>;tag=abc'), "other_caller"),
        (message("BYE", body=""), "other_call"),
        (message(more="Replaces: a;to-tag=b;from-tag=c\r\n"), "malformed"),
        (message(more="Refer-To: <sip:600@a>\r\n"), "malformed"),
        (message(more="r: <sip:600@a>\r\n"), "malformed"),
        (message(more="Route: <sip:600@a;lr>\r\n"), "malformed"),
        (message(more="P-Asserted-Identity: <sip:+14155550123@a>\r\n"), "malformed"),
        (message(more="Authorization: Digest username=ana\r\n"), "malformed"),
        (message(more="Call-ID: two\r\n"), "malformed"),
        (message(more=" folded\r\n"), "malformed"),
        (message(more="X\nRefer-To: <sip:600@a>\r\n"), "malformed"),
        (message(CSeq="1 REFER"), "malformed"),
        (message(Content_Length="0"), "malformed"),
        (message(Content_Length="-1"), "malformed"),
        (message() + message("REFER", body=""), "malformed"),
        (message(body="", more="") + "REFER sip:600@a SIP/2.0\r\n\r\n", "malformed"),
        (message(body="x" * 20_000), "too_much"),
        ("SIP/2.0 200 OK\r\n" + message(body="").split("\r\n", 1)[1], "other_call"),
        ("hello", "malformed"),
    ],
)  # fmt: skip
def test_whatever_is_not_that_call_is_refused(frame: str, why: str) -> None:
    assert refused(frame) == why


def test_a_browser_calls_once_and_says_so_much() -> None:
    guard = Guard(VISIT)
    assert guard.check(message())
    assert refused(message(Call_ID="two"), guard) == "second_call"
    assert refused(message(), guard) == "second_call"
    other = {"To": f"<sip:{VISIT}@contact-center>;tag=9", "Call_ID": "two"}
    assert refused(message("BYE", body="", **other), guard) == "other_call"
    busy = Guard(VISIT)
    for _ in range(MAX_FRAMES):
        busy.check(message("CANCEL", body="") if busy.called else message())
    assert refused(message("CANCEL", body=""), busy) == "too_much"

"""Requests signed with Ed25519: believed when they are whole, of now, and of our account."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from contact_center.adapters.twilio.public_keys import WINDOW_S, PublicKeyVerifier, public_key
from contact_center.adapters.twilio.signature import LONGEST_BODY, Asked, Why

NOW = 1_790_000_000
OLD, NEW, THEIRS = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2, 3))
BODY = urlencode({"AccountSid": "acc", "CallSid": "v3:x", "CallerName": "Zoë & Co", "To": ""})
FORM = "application/x-www-form-urlencoded; charset=UTF-8"


def shown(key: Ed25519PrivateKey) -> str:
    """A public key as the portal shows it."""
    return base64.b64encode(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


VERIFIER = PublicKeyVerifier(
    [public_key(shown(OLD)), public_key(shown(NEW))],
    accounts=frozenset({"acc", "app"}),
    signature_header="telnyx-signature-ed25519",
    now=lambda: NOW * 1_000_000 + 500_000,
)


def asked(
    body: str = BODY,
    *,
    key: Ed25519PrivateKey = NEW,
    at: str = str(NOW),
    signed: bytes | None = None,
    method: str = "POST",
    target: str = "/twilio/voice",
    kind: str = FORM,
    headers: list[tuple[str, str]] | None = None,
) -> Asked:
    signature = key.sign(f"{at}|".encode() + (body.encode() if signed is None else signed))
    made = [
        ("Telnyx-Signature-Ed25519", base64.b64encode(signature).decode()),
        ("Telnyx-Timestamp", at),
        ("Content-Type", kind),
    ]
    return Asked(
        method=method,
        target=target,
        headers=made if headers is None else headers,
        body=body.encode(),
    )


@pytest.mark.parametrize("key", [OLD, NEW], ids=["the old key", "the new one"])
def test_a_request_of_either_key_is_believed_while_they_change(key: Ed25519PrivateKey) -> None:
    verdict = VERIFIER.verify(asked(key=key))
    assert verdict.ok
    assert verdict.get("CallerName") == "Zoë & Co"
    assert verdict.get("To") == ""


@pytest.mark.parametrize("off", [-WINDOW_S, 0, WINDOW_S])
def test_a_time_about_now_is_believed(off: int) -> None:
    assert VERIFIER.verify(asked(at=str(NOW + off))).ok


GOOD = asked().headers


@pytest.mark.parametrize(
    ("request_", "why"),
    [
        (asked(key=THEIRS), Why.SIGNATURE),
        (asked(BODY + "&Digits=9", signed=BODY.encode()), Why.SIGNATURE),
        (asked(BODY.replace("+", "%20"), signed=BODY.encode()), Why.SIGNATURE),
        (asked(at=str(NOW - WINDOW_S - 1)), Why.TIME),
        (asked(at=str(NOW + WINDOW_S + 1)), Why.TIME),
        (asked(at="-5"), Why.TIME),
        (asked(at=f"{NOW}.0"), Why.TIME),
        (asked(at="9" * 30), Why.TIME),
        (asked(at="１７９００００００"), Why.TIME),
        (asked(headers=[GOOD[0], GOOD[2]]), Why.TIME),
        (asked(headers=[*GOOD, GOOD[1]]), Why.TIME),
        (asked(headers=[*GOOD[1:]]), Why.NO_SIGNATURE),
        (asked(headers=[GOOD[0], *GOOD]), Why.NO_SIGNATURE),
        (asked(headers=[(GOOD[0][0], "A" * 28), *GOOD[1:]]), Why.NO_SIGNATURE),
        (asked(headers=[(GOOD[0][0], "ä"), *GOOD[1:]]), Why.NO_SIGNATURE),
        (asked(headers=[("X-Twilio-Signature", "A" * 27 + "="), *GOOD[1:]]), Why.NO_SIGNATURE),
        (asked(""), Why.ODD),
        (asked("", method="GET", target=f"/twilio/voice?{BODY}"), Why.ODD),
        (asked(method="PUT"), Why.ODD),
        (asked(target="twilio/voice"), Why.ODD),
        (asked(target="/twilio/voice#x"), Why.ODD),
        (asked(target="/" + "x" * 9_000), Why.TOO_LONG),
        (asked("A=" + "x" * LONGEST_BODY), Why.TOO_LONG),
        (asked(kind="application/json"), Why.CONTENT_TYPE),
        (asked(kind="text/plain"), Why.CONTENT_TYPE),
        (asked("AccountSid=%ff"), Why.BODY),
        (asked("AccountSid=other"), Why.ACCOUNT),
        (asked("AccountSid=acc&AccountSid=other"), Why.ACCOUNT),
        (asked("CallSid=v3:x"), Why.ACCOUNT),
        (asked("AccountSid="), Why.ACCOUNT),
    ],
    ids=str,
)
def test_anything_else_is_refused_and_nothing_is_raised(request_: Asked, why: Why) -> None:
    assert VERIFIER.verify(request_).why is why


def test_the_account_may_be_called_by_either_of_its_names() -> None:
    assert VERIFIER.verify(asked("AccountSid=app")).ok


def test_a_socket_is_signed_by_nobody() -> None:
    assert VERIFIER.verify(asked(), socket=True).why is Why.ODD


@pytest.mark.parametrize("text", ["", "x", "AAAA", "ä" * 44, "A" * 44, "A" * 43])
def test_what_is_no_key_is_told_when_it_is_read(text: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        public_key(text)

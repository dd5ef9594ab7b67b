"""The emulator's signer, against signatures that others have published and against the standard.

The first table is of values in the test suites of the official packages for Python, Node, Ruby and
Go; none of these numbers is ever called.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest

from tests.emulators.twilio import signing

TOKEN = "12345"
URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
HTTP = URL.replace("https", "http")
FORM = (
    ("CallSid", "CA1234567890ABCDE"),
    ("Caller", "+14158675309"),
    ("Digits", "1234"),
    ("From", "+14158675309"),
    ("To", "+18005551212"),
)
TWICE = (
    ("Sid", "CA123"),
    ("SidAccount", "AC123"),
    ("Digits", "5678"),
    ("Digits", "1234"),
    ("Digits", "1234"),
)
SEVERAL = (
    ("MessagingBinding.Address", "+1415xxxxxxx"),
    ("MessagingBinding.Address", "+1325xxxxxxx"),
)
BODY = b'{"property": "value", "boolean": true}'

PUBLISHED = [
    (URL, FORM, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
    (URL, TWICE, "IK+Dwps556ElfBT0I3Rgjkr1wJU="),
    (URL, SEVERAL, "83O6e2vORAoJHUNzJjDWN1jz+BA="),
    (signing.with_port(URL), FORM, "kvajT1Ptam85bY51eRf/AJRuM3w="),
    (signing.with_port(HTTP), FORM, "0ZXoZLH/DfblKGATFgpif+LLRf4="),
    (HTTP.replace(".com", ".com:1234"), FORM, "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="),
    (URL.replace("//", "//user:pass@"), FORM, "CukzLTc1tT5dXEDIHm/tKBanW10="),
    (URL.replace("//", "//user@"), FORM, "2YRLlVAflCqxaNicjMpJcSTgzSs="),
    (
        signing.with_port(URL.replace("//", "//user:pass@")),
        FORM,
        "ZQFR1PTIZXF2MXB8ZnKCvnnA+rI=",
    ),
    (URL + "&Body=It's+amazing", FORM, "dsq4Ehbj6cs+KdTkpF5sSSplOWw="),
    (signing.with_body_hash(URL, BODY), (), "a9nBmqA0ju/hNViExpshrM61xv4="),
    (signing.with_port(signing.with_body_hash(URL, b"{}")), (), "Ldidvp12m26NI7eqEvxnEpkd9Hc="),
    (
        signing.with_body_hash("https://mycompany.com/myapp.php", BODY),
        (),
        "y77kIzt2vzLz71DgmJGsen2scGs=",
    ),
]


@pytest.mark.parametrize(("url", "form", "signature"), PUBLISHED)
def test_what_others_have_published_comes_out(
    url: str, form: tuple[tuple[str, str], ...], signature: str
) -> None:
    assert signing.sha1(TOKEN, url, form) == signature


def test_a_shared_key_signs_the_same_text_with_sha256() -> None:
    text = f"{URL}Digits12#From+14155550123"
    digest = hmac.new(b"shared", text.encode(), hashlib.sha256).digest()
    signed = signing.sha256("shared", URL, (("From", "+14155550123"), ("Digits", "12#")))
    assert signed == base64.b64encode(digest).decode()


def test_many_values_of_one_name_are_signed_in_order_and_once() -> None:
    values = [str(number % 20) for number in range(7, 60)]
    form = [("Digits", value) for value in values]
    text = "https://a.example/" + "".join("Digits" + value for value in sorted(set(values)))
    digest = hmac.new(b"t", text.encode(), hashlib.sha1).digest()
    signed = signing.sha1("t", "https://a.example/", form)
    assert signed == base64.b64encode(digest).decode()


def test_values_in_any_script_are_signed_as_utf_8() -> None:
    digest = hmac.new(b"t", "https://a.example/NameZoë 山".encode(), hashlib.sha1).digest()
    signed = signing.sha1("t", "https://a.example/", (("Name", "Zoë 山"),))
    assert signed == base64.b64encode(digest).decode()


@pytest.mark.parametrize(
    ("url", "longer", "shorter"),
    [
        ("https://a.example/x", "https://a.example:443/x", "https://a.example/x"),
        ("http://a.example/x", "http://a.example:80/x", "http://a.example/x"),
        ("https://a.example:8443/x", "https://a.example:8443/x", "https://a.example/x"),
        ("https://u:p@a.example:1/x", "https://u:p@a.example:1/x", "https://u:p@a.example/x"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x", "http://[::1]/x"),
        ("http://[::1]/x", "http://[::1]:80/x", "http://[::1]/x"),
    ],
)
def test_ports_can_be_told_and_left_out(url: str, longer: str, shorter: str) -> None:
    assert signing.with_port(url) == longer
    assert signing.without_port(url) == shorter

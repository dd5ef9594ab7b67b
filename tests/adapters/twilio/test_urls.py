"""Every address says what it is about, and nothing is read out of one that we did not write."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_center.adapters.twilio.urls import INSISTENT, Patience, Place, Route, Urls
from contact_center.core.ids import LegId

IDS = st.from_regex(r"[A-Za-z0-9._-]{1,120}", fullmatch=True)
COUNTS = st.integers(0, 10**9 - 1)


@given(
    st.sampled_from(Route),
    st.builds(
        Place, leg=IDS.map(LegId), epoch=COUNTS, step=COUNTS, about=st.one_of(st.just(""), IDS)
    ),
    st.sampled_from(
        ["https://pbx.example.com", "https://pbx.example.com:8443/cc/", "http://[::1]"]
    ),
)
def test_what_is_written_is_read_back(route: Route, place: Place, base: str) -> None:
    urls = Urls(base)
    parts = urlsplit(urls.to(route, place, INSISTENT))
    assert parts.path.endswith(f"/twilio/{route.value}")
    assert Urls.read(dict(parse_qsl(parts.query, keep_blank_values=True))) == place
    assert parts.fragment == "rc=3&rp=all"
    assert urls.seen(parts.path, parts.query) == parts._replace(fragment="").geturl()


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"leg": ""},
        {"leg": "../x"},
        {"leg": "CA1", "epoch": "-1"},
        {"leg": "CA1", "epoch": "1e3"},
        {"leg": "CA1", "step": "\u0661"},
        {"leg": "CA1", "step": "9" * 30},
        {"leg": "CA1", "about": "a b"},
        {"leg": "x" * 121},
    ],
    ids=str,
)
def test_what_we_did_not_write_is_about_nothing(query: dict[str, str]) -> None:
    assert Urls.read(query) is None


def test_an_id_that_is_not_safe_makes_no_address() -> None:
    urls = Urls("https://pbx.example.com")
    for place in (
        Place(leg=LegId("a b")),
        Place(leg=LegId("a"), about="&x=1"),
        Place(leg=LegId("a"), epoch=-1),
    ):
        with pytest.raises(ValueError, match=r"cannot be named|out of range"):
            urls.to(Route.STEP, place)
    for path in ("../secret", "a b", "", "x?y"):
        with pytest.raises(ValueError, match="cannot be named"):
            urls.media(path)


def test_the_url_that_was_signed_is_rebuilt_whether_or_not_a_proxy_cut_the_prefix() -> None:
    urls = Urls("https://pbx.example.com/twilio")
    whole = "https://pbx.example.com/twilio/twilio/step?leg=CA1"
    assert urls.seen("/twilio/twilio/step", "leg=CA1") == whole
    assert urls.seen("/twilio/step", "leg=CA1") == whole
    assert Urls("https://pbx.example.com").seen("/twilio/step", "") == (
        "https://pbx.example.com/twilio/step"
    )


def test_what_was_percent_encoded_stays_as_it_came() -> None:
    urls = Urls("https://pbx.example.com")
    assert urls.seen("/twilio/a%20b", "x=%27+'") == "https://pbx.example.com/twilio/a%20b?x=%27+'"


def test_sounds_and_streams_have_addresses_too() -> None:
    urls = Urls("https://pbx.example.com/cc")
    assert urls.base == "https://pbx.example.com/cc"
    assert urls.media("/en/hello.wav") == "https://pbx.example.com/cc/twilio/media/en/hello.wav"
    assert urls.stream() == "wss://pbx.example.com/cc/twilio/stream"
    assert Urls("http://127.0.0.1:8087").stream() == "ws://127.0.0.1:8087/twilio/stream"


def test_patience_is_written_into_the_fragment() -> None:
    patience = Patience(connect_ms=100, read_ms=15_000, total_ms=9000, retries=0, on=("ct", "5xx"))
    assert patience.fragment() == "ct=100&rt=15000&tt=9000&rc=0&rp=ct,5xx"
    assert Patience().fragment() == ""


@pytest.mark.parametrize(
    "fields", [{"connect_ms": 99}, {"read_ms": 15_001}, {"retries": 6}, {"on": ("6xx",)}], ids=str
)
def test_patience_that_twilio_has_not_is_refused(fields: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"is|upon"):
        Patience(**fields)  # type: ignore[arg-type]

"""What a webhook has to carry: a table, and whatever comes there is an answer, never an error."""

from __future__ import annotations

import asyncio
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import given, settings
from hypothesis import strategies as st

from contact_center.adapters.twilio.parameters import ROWS, TAKEN, Look, read, table
from contact_center.adapters.twilio.settings import Secret
from contact_center.adapters.twilio.signature import joined, sign
from contact_center.adapters.twilio.urls import Place, Route
from contact_center.core.ids import LegId
from tests.adapters.twilio.lines import an_account
from tests.emulators.twilio.emulator import ACCOUNT_SID, AUTH_TOKEN

TOKEN, BASE = Secret(AUTH_TOKEN), "http://127.0.0.1:1"
PLACE = Place(leg=LegId("CA1"))
NAMES = sorted({*TAKEN, "AccountSid", "CallToken", "ToCity", "NewTomorrow", ""})
GOOD = {
    Look.SID: "CA0123",
    Look.WORD: "ringing",
    Look.COUNT: "17",
    Look.SHARE: "0.93",
    Look.KEYS: "12#",
    Look.ADDRESS: "sip:ana@example.com;transport=tls",
    Look.URL: "https://phone.example.com/twilio/step?leg=CA1",
    Look.TEXT: "Müller & Sons",
}
ODD = {
    Look.SID: "CA1/../x",
    Look.WORD: "in progress",
    Look.COUNT: "-1",
    Look.SHARE: "1e9",
    Look.KEYS: "12 34",
    Look.ADDRESS: "a\nb",
    Look.URL: "file:///etc/passwd",
    Look.TEXT: "a\0b",
}


def complete(route: Route) -> dict[str, str]:
    row = ROWS[route]
    return {name: GOOD[TAKEN[name]] for name in (*row.needs, *row.takes)}


def test_every_route_over_http_has_a_row_and_every_parameter_of_a_row_a_look() -> None:
    assert set(ROWS) == set(Route) - {Route.STREAM}
    named = {name for row in ROWS.values() for name in (*row.needs, *row.takes)}
    assert named == set(TAKEN)
    assert all(not set(row.needs) & set(row.takes) for row in ROWS.values())


@pytest.mark.parametrize("route", ROWS)
def test_what_the_row_names_is_taken_and_what_it_does_not_is_passed_over(route: Route) -> None:
    fields = [*complete(route).items(), ("NewTomorrow", "x"), ("ToCity", "Springfield")]
    reading = read(route, PLACE, fields)
    assert reading.params == complete(route)
    assert (reading.missing, reading.odd) == ((), ())


@pytest.mark.parametrize("route", ROWS)
def test_what_a_route_cannot_do_without_is_missed_also_when_it_makes_no_sense(
    route: Route,
) -> None:
    for name in ROWS[route].needs:
        whole = complete(route)
        odd = {**whole, name: ODD[TAKEN[name]]}
        del whole[name]
        assert read(route, PLACE, whole.items()).missing == (name,)
        assert read(route, PLACE, {**whole, name: ""}.items()).missing == (name,)
        assert read(route, PLACE, odd.items()).missing == (name,)
        assert read(route, PLACE, odd.items()).odd == (name,)
    without_place = read(route, None, complete(route).items()).missing
    assert without_place == (("leg",) if ROWS[route].place else ())


@pytest.mark.parametrize("name", TAKEN)
def test_what_makes_no_sense_or_is_there_with_two_values_is_as_if_left_out(name: str) -> None:
    routes = [route for route, row in ROWS.items() if name in row.takes]
    for route in routes:
        for values in ([ODD[TAKEN[name]]], ["1", "2"]):
            others = [field for field in complete(route).items() if field[0] != name]
            reading = read(route, PLACE, [*others, *((name, value) for value in values)])
            assert name not in reading.params
            assert (reading.missing, reading.odd) == ((), (name,))


def test_the_table_is_in_the_operators_guide() -> None:
    page = Path(__file__).parents[3] / "docs" / "twilio.md"
    assert table() in page.read_text(encoding="utf-8")


# --- over HTTP -------------------------------------------------------------------------------

VALUES = st.one_of(
    st.text(max_size=30),
    st.sampled_from([*GOOD.values(), *ODD.values()]),
    st.sampled_from(["completed", "in-progress", "participant-join", "bridged", "human"]),
)
FIELDS = st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=12)
QUERIES = st.one_of(
    st.just(""),
    st.fixed_dictionaries(
        {"leg": st.sampled_from(["CA0123", "a-CA0123-e1-n1", "", "../x", "x" * 300])},
        optional={
            "epoch": st.sampled_from(["0", "1", "-1", "x", "9" * 20]),
            "step": st.sampled_from(["0", "1", "999999999", "１"]),
            "about": st.sampled_from(["enter", "hold", "away", "key", "r-1", "<script>"]),
        },
    ).map(urlencode),
)


async def _send(client: TestClient[web.Request, web.Application], path: str, body: str) -> int:
    fields = parse_qsl(body, keep_blank_values=True)
    signature = sign(TOKEN, f"{BASE}{path}{joined(fields)}").decode()
    async with client.post(
        path,
        data=body,
        headers={
            "X-Twilio-Signature": signature,
            "Content-Type": "application/x-www-form-urlencoded",
        },
    ) as response:
        await response.read()
        return response.status


def test_whatever_believed_requests_carry_they_are_answered_and_never_with_an_error() -> None:
    """Nobody answers for the core, so those that wait are told to ask again at once."""
    seen: set[int] = set()

    @settings(max_examples=150, deadline=None)
    @given(st.sampled_from(Route), QUERIES, FIELDS)
    def fuzz(route: Route, query: str, fields: list[tuple[str, str]]) -> None:
        body = urlencode([("AccountSid", ACCOUNT_SID), *((n, v) for n, v in fields if n)])
        mark = "?" if query else ""
        path = f"/twilio/{route.value}{mark}{query}"
        status = runner.run(_send(there[0], path, body))
        seen.add(status)
        assert status in (200, 400, 403, 404), (route, query, fields)

    with asyncio.Runner() as runner:
        there: list[TestClient[web.Request, web.Application]] = []

        async def begin() -> None:
            telephony = an_account(public_base_url=BASE)
            client = TestClient(TestServer(telephony.webhooks.application()))
            await client.start_server()
            there.append(client)

        runner.run(begin())
        try:
            fuzz()
        finally:
            runner.run(there[0].close())
    assert {200, 400, 404} <= seen

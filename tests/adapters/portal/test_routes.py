"""The public page, as visitors have it and as those who mean harm do."""

from __future__ import annotations

import asyncio
import io
from dataclasses import replace

import pytest

from contact_center.core.facts import (
    CallbackDone,
    CallbackRegistered,
    ScreenPopCompleted,
    ScreenPopped,
)
from contact_center.core.visits import VisitorCancelled
from tests.adapters.portal.conftest import SHOP, Page, said
from tests.stories.centers import SALES, SUPPORT
from tests.stories.world import START

EVIL = "<script>alert(1)</script>'\">\x1b[31m"
HOUR_S = 3600


async def test_only_queues_that_are_named_are_public(page: Page) -> None:
    status, text = await page.get("/help")
    assert (status, "/help/sales" in text, "support" in text.lower()) == (200, True, False)
    for path in (f"/help/{SUPPORT}", "/help/nobody", f"/help/{SUPPORT}/status"):
        assert (await page.get(path))[0] == 404
    answer = await page.client.post(f"/help/{SUPPORT}/call-me", data={})
    assert answer.status == 404
    # A queue that a reload took away is gone, too.
    now = page.world.center.configuration
    page.world.reload(
        replace(now, queues={SUPPORT: now.queues[SUPPORT]}, agents={}, flows={}, numbers={})
    )
    page.world.now += 3_000_000
    assert (await page.get(f"/help/{SALES}"))[0] == 404


async def test_a_page_sets_no_cookie_allows_no_script_and_cannot_be_framed(page: Page) -> None:
    for path in ("/help", f"/help/{SALES}", "/help/nobody", "/help/cancel", "/help/help.css"):
        answer = await page.client.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "script-src" not in policy
        assert "Set-Cookie" not in answer.headers
        assert "<script" not in await answer.text()


async def test_open_hours_and_the_wait_are_told_as_they_are(page: Page) -> None:
    world = page.world
    _, text = await page.get(f"/help/{SALES}")
    assert "Open now" in text
    assert "Nobody is at the phones just now" in text
    assert "08:00–20:00" in text
    world.ready("anna")
    world.wait(3)
    _, text = await page.get(f"/help/{SALES}")
    assert "less than a minute" in text
    world.wait(5 * HOUR_S)
    _, text = await page.get(f"/help/{SALES}?lang=es")
    assert "Cerrado ahora" in text
    assert "a las 08:00" in text
    assert "Espera prevista" not in text
    assert "call-me" not in text


async def test_a_time_is_booked_and_cancelled_by_its_link(page: Page) -> None:
    form = await page.form()
    status, text = await page.send(**form)
    assert status == 200
    assert "We will call +14155550123 on Mon 24 Nov between 16:30 and 17:00" in text
    (told,) = page.world.said(CallbackRegistered)
    assert isinstance(told, CallbackRegistered)
    assert told.begin == int(form["slot"])
    assert (await page.form())["slot"] != form["slot"], "the time is taken"
    assert "You will not be called" in (await page.cancel(text))[1]
    assert "no such call" in (await page.cancel(text))[1], "a link that was used does no harm"
    assert len(page.world.said(CallbackDone)) == 1
    assert (await page.form())["slot"] == form["slot"], "the time is free again"


async def test_sending_a_form_twice_is_sending_it_once(page: Page) -> None:
    form = await page.form()
    both = await asyncio.gather(page.send(**form), page.send(**form))
    again = await page.send(**form)
    assert [status for status, _ in (*both, again)] == [200, 200, 200]
    assert len(page.world.said(CallbackRegistered)) == 1
    assert "You will not be called" in (await page.cancel(again[1]))[1]
    status, text = await page.send(**{**form, "number": "+1 415 555 0124"})
    assert (status, "used already" in text) == (409, True)


async def test_who_books_a_number_that_is_booked_learns_and_changes_nothing(page: Page) -> None:
    first = await page.send()
    asked = len(page.world.said(CallbackRegistered))
    form = await page.form()
    second = await page.send(**form, name="Mallory")
    assert second[0] == 200
    assert "If a call to this number had been booked before" in first[1]
    assert "If a call to this number had been booked before" in second[1]
    assert len(page.world.said(CallbackRegistered)) == asked
    assert "no such call" in (await page.cancel(second[1]))[1]
    assert page.world.said(CallbackDone) == []


async def test_who_wants_to_be_called_now_is_shown_to_the_agent_with_the_page(page: Page) -> None:
    page.world.ready("anna")
    note = page.context(case="order 4711", viewed=["Climbing roses", "Compost"])
    form = await page.form(f"?context={note}")
    status, text = await page.send("call-me", **form)
    assert (status, "when it is your turn" in text) == (200, True)
    (pop,) = page.world.said(ScreenPopped)
    assert isinstance(pop, ScreenPopped)
    assert pop.reason == "From the page Roses: order 4711"
    assert pop.customers == (), "nobody is known by what a page says"
    more = page.world.said(ScreenPopCompleted)[-1]
    assert isinstance(more, ScreenPopCompleted)
    assert dict(more.fields) == {
        "name_given": "Eve",
        "page": "Roses",
        "case": "order 4711",
        "looked_at": "Climbing roses; Compost",
    }


async def test_a_page_context_counts_once_and_not_when_forged_or_old(page: Page) -> None:
    note = page.context(case="order 4711")
    plain = await page.form()
    used = await page.send("call-me", **plain, context=note)
    assert used[0] == 200
    other = {**await page.form(), "number": "+1 415 555 0124"}
    status, text = await page.send("call-me", **other, context=note)
    assert (status, "too old or was used already" in text) == (409, True)
    for bad in (note[:-2] + "xx", "v1.x.y", page.context(at=START // 1_000_000 - 901), "x" * 3001):
        other = {**await page.form(), "number": "+1 415 555 0124"}
        assert (await page.send("call-me", **other, context=bad))[0] == 409
        assert "order 4711" not in (await page.get(f"/help/{SALES}?context={bad}"))[1]
    assert [one.number for one in page.visits] == ["+14155550123"]
    # One that came with the page outlives the page's own quarter of an hour, and is used up too.
    form = await page.form(f"?context={page.context(nonce='m' * 16)}")
    page.world.wait(1800)
    assert (await page.send("call-me", **form, number="+1 415 555 0125"))[0] == 200
    assert page.visits[-1].reason == "From the page Roses"


async def test_what_others_wrote_is_text_on_the_page(page: Page) -> None:
    note = page.context(page=EVIL, case=EVIL)
    _, text = await page.get(f"/help/{SALES}?context={note}")
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    answer = await page.client.post(
        f"/help/{SALES}/callback", data={**await page.form(), "name": EVIL, "number": EVIL}
    )
    text = await answer.text()
    assert answer.status == 422
    assert "<script" not in text
    assert "\x1b" not in text
    status, text = await page.send(name=EVIL)
    assert status == 200
    assert page.visits[-1].name == "<script>alert(1)</script>'\"> [31m"


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"name": " \t "}, "Write your name"),
        ({"name": "x" * 61}, "Write your name"),
        ({"number": "4711"}, "not a telephone number"),
        ({"number": "1" * 5000}, "not a telephone number"),
        ({"number": "+44 20 7946 0123"}, "numbers of this kind or country"),
        ({"slot": ""}, "Choose one of the times"),
        ({"slot": "-1"}, "Choose one of the times"),
        ({"slot": str(START)}, "has just been taken"),
        ({"slot": "9" * 500}, "Choose one of the times"),
        ({"form": ""}, "too old or was used"),
    ],
)
async def test_a_mistake_is_told_and_what_was_typed_is_kept(
    page: Page, fields: dict[str, str], word: str
) -> None:
    status, text = await page.send(**{**await page.form(), **fields})
    assert status in (409, 422)
    assert word in text
    assert "role=alert" in text
    assert page.asked == []


async def test_a_form_is_for_its_queue_and_two_hours(page: Page) -> None:
    form = await page.form()
    page.world.wait(2 * HOUR_S + 1)
    slot = (await page.form())["slot"]
    assert (await page.send(**{**form, "slot": slot}))[0] == 409
    assert page.asked == []


async def test_nobody_is_called_now_when_it_is_closed(page: Page) -> None:
    page.world.wait(5 * HOUR_S)
    status, text = await page.send("call-me")
    assert (status, "We are closed now" in text) == (409, True)
    assert (await page.send())[0] == 200, "a time can be booked"


async def test_a_time_that_went_meanwhile_is_told(page: Page) -> None:
    forms = [await page.form(), await page.form()]
    assert (await page.send(**forms[0]))[0] == 200
    status, text = await page.send(**forms[1], number="+1 415 555 0124")
    assert (status, "has just been taken" in text) == (409, True)
    assert "value=+1" not in text
    assert (await page.send(**{**await page.form(), "number": "+1 415 555 0124"}))[0] == 200


async def test_what_agents_promised_to_people_of_lists_takes_its_part(page: Page) -> None:
    first = int((await page.form())["slot"])
    page.elsewhere.append((first + 60_000_000, first + 120_000_000))
    page.world.wait(21)
    second = (await page.form())["slot"]
    assert int(second) > first
    page.away = True
    page.world.wait(21)
    assert (await page.form())["slot"] == second, "the last answer holds"
    page.away = False
    # Of a place that went in between the core is told, too.
    page.elsewhere.append((int(second), int(second) + 1))
    page.world.wait(21)
    status, text = await page.send(slot=second, form=(await page.form())["form"])
    assert (status, "has just been taken" in text) == (409, True)


async def test_a_core_that_does_not_answer_is_no_booking(page: Page) -> None:
    page.silent = True
    form = await page.form()
    status, text = await page.send(**form)
    assert (status, "We cannot take this now" in text) == (503, True)
    page.silent = False
    assert (await page.send(**form))[0] == 200, "the form was not used up"


async def test_an_address_may_ask_so_often_and_a_number_be_asked_for(page: Page) -> None:
    async def one(number: int) -> int:
        form = await page.form()
        return (await page.send("call-me", **form, number=f"+1 415 555 01{number:02}"))[0]

    assert [await one(23) for _ in range(4)] == [200, 200, 200, 429]
    assert [await one(n) for n in (24, 25, 26)] == [200, 200, 429]
    assert len(page.visits) == 5
    page.world.wait(301)
    assert [await one(n) for n in (27, 28)] == [200, 429]


async def test_looking_is_limited_too_and_says_when_to_come_back(page: Page) -> None:
    statuses = [(await page.get("/help"))[0] for _ in range(62)]
    assert statuses == [200] * 60 + [429] * 2
    answer = await page.client.get("/help")
    assert answer.headers["Retry-After"] in ("1", "2")
    page.world.now += 2_000_000
    assert (await page.get("/help"))[0] == 200


@pytest.mark.parametrize("size", [9_000, 70_000, 2_000_000])
async def test_a_huge_body_is_not_read(page: Page, size: int) -> None:
    async def drip() -> object:
        for _ in range(size // 1000):
            yield b"x" * 1000

    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    for data in (io.BytesIO(b"x" * size), drip()):
        answer = await page.client.post(f"/help/{SALES}/callback", data=data, headers=headers)
        assert answer.status == 413
    assert page.asked == []


async def test_forms_of_other_pages_and_other_kinds_of_bodies_are_refused(page: Page) -> None:
    form = await page.form()
    for origin in ("https://evil.example.com", "null", SHOP, "http://["):
        answer = await page.client.post(
            f"/help/{SALES}/callback", data=form, headers={"Origin": origin}
        )
        assert (origin, answer.status) == (origin, 403)
    answer = await page.client.post(f"/help/{SALES}/callback", json=form)
    assert answer.status == 415
    fields = {**form, "name": "Eve", "number": "+14155550123"}
    own = {"Origin": "https://help.example.com"}
    answer = await page.client.post(f"/help/{SALES}/callback", data=fields, headers=own)
    assert answer.status == 200


async def test_a_link_to_cancel_is_ours_or_nothing(page: Page) -> None:
    _, text = await page.send()
    form = (await page.form())["form"]
    for note in ("", "v1.x.y", form, "x" * 5000):
        assert (await page.get(f"/help/cancel?t={note[:2000]}"))[0] == 400
        answer = await page.client.post("/help/cancel", data={"t": note[:2000]})
        assert (await said(answer))[0] == 400
    assert [one for one in page.asked if isinstance(one, VisitorCancelled)] == []
    assert (await page.get("/help/cancel"))[0] == 400, "and nothing is cancelled by looking"
    assert page.world.said(CallbackDone) == []
    page.world.restart()
    page.world.reconnect()
    assert "You will not be called" in (await page.cancel(text))[1], "also after a restart"


async def test_the_widget_is_told_how_it_stands_on_pages_that_may_ask(page: Page) -> None:
    path = f"/help/{SALES}/status?lang=en"
    answer = await page.client.get(path, headers={"Origin": SHOP})
    assert answer.headers["Access-Control-Allow-Origin"] == SHOP
    assert answer.headers["Vary"] == "Origin"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    told = await answer.json()
    assert (told["open"], told["wait_min"], told["label"]) == (True, None, "Sales")
    assert told["words"]["state"] == "Open now"
    answer = await page.client.get(path, headers={"Origin": "https://evil.example.com"})
    assert answer.status == 403
    assert "Access-Control-Allow-Origin" not in answer.headers


async def test_the_widget_is_one_small_file_for_pages_of_others(page: Page) -> None:
    answer = await page.client.get("/help/widget.js")
    script = await answer.text()
    assert answer.content_type == "text/javascript"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert len(script) < 6_000
    assert "innerHTML" not in script
    assert "attachShadow" in script

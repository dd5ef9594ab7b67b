"""Promising to call back on the page, in a real Chromium: by keyboard, and over a reload."""

import pytest
from playwright.async_api import expect

from contact_center.adapters.desktop import callback_messages as cb
from contact_center.adapters.desktop import payloads as p
from contact_center.adapters.desktop.callback_door import AtCall
from tests.adapters.desktop.conftest import until
from tests.adapters.desktop.scripted_promises import (
    CHICAGO,
    EVE,
    NEW_YORK,
    ScriptedPromises,
    promised,
)
from tests.adapters.desktop.test_page import Desk, browser, center, desk

pytestmark = [pytest.mark.real, pytest.mark.asyncio(loop_scope="module")]
__all__ = ["browser", "center", "desk"]


async def keeping(desk: Desk) -> ScriptedPromises:
    """Somebody keeps promises; the desk is reloaded to hear of it."""
    book = desk.center.desk.promises = ScriptedPromises(desk.center.desk)
    await desk.page.reload()
    await expect(desk.page.locator("#mine")).to_be_visible()
    return book


async def form(desk: Desk) -> ScriptedPromises:
    book = await keeping(desk)
    await desk.talking()
    await desk.press("c")
    await expect(desk.page.locator("#promise-when")).to_be_focused()
    return book


async def test_a_call_back_is_promised_by_keyboard_confirmed_and_there_after_a_reload(
    desk: Desk,
) -> None:
    book = await form(desk)
    page = desk.page
    await desk.shows("#promise-title", "Call back Eve Park")
    await expect(page.locator("#promise-when")).to_have_value("2027-03-11T10:15")
    await expect(page.locator("#promise-zone option")).to_have_text(["New York", "Chicago"])
    await expect(page.locator("#promise-clock")).to_contain_text("there now · America/New_York")
    await page.locator("#promise-when").fill("2027-03-12T09:30")
    await page.locator("#promise-zone").focus()
    await page.keyboard.type("Chi")
    await page.keyboard.press("Tab")
    await page.keyboard.press("ArrowDown")
    await page.locator("#promise-note").focus()
    await page.keyboard.type("about the roof; c and x are letters here")
    await page.keyboard.press("Enter")
    await expect(page.locator("#promise")).to_be_hidden()
    wish = book.asked[-1]
    assert isinstance(wish, cb.CmdPromise)
    assert wish.d == cb.PromiseWish(
        number=EVE,
        local="2027-03-12T09:30",
        zone=CHICAGO,
        fallback_min=60,
        note="about the roof; c and x are letters here",
    )
    assert wish.call == "call-1"
    assert book.at[0] == AtCall(call="call-1", queue="service", number="+48221234567")
    words = "You call Eve Park back Fri, Mar 12, 09:30 AM, Chicago time, or anyone 1 hour later."
    await desk.shows("#promised-words", words)
    await page.reload()
    await desk.shows("#promised-words", words)
    await desk.shows("#mine-count", "1")
    await desk.shows(".mine-who", "Eve Park")
    await desk.shows(".mine-note", "about the roof; c and x are letters here")


@pytest.mark.parametrize("number", [EVE, "+12125550199"], ids=["zone", "number"])
async def test_an_earlier_promise_keeps_its_zone_and_what_is_gone_is_not_chosen(
    desk: Desk, number: str
) -> None:
    book = await keeping(desk)
    book.earlier = promised(
        cb.PromiseWish(number=number, local="2027-03-12T09:30", zone="America/Denver")
    )
    await desk.talking()
    await desk.press("c")
    page = desk.page
    await expect(page.locator("#promise-when")).to_have_value("2027-03-12T09:30")
    await expect(page.locator("#promise-number")).to_have_value(EVE)
    await expect(page.locator("#promise-zone")).to_have_value("America/Denver")
    await expect(page.locator("#promise-zone option")).to_have_text(
        ["New York", "Chicago", "Denver"]
    )
    await expect(page.locator("#promise-clock")).to_contain_text("there now · America/Denver")
    await page.keyboard.press("Enter")
    await expect(page.locator("#promise")).to_be_hidden()
    wish = book.asked[-1]
    assert isinstance(wish, cb.CmdPromise)
    assert (wish.d.number, wish.d.zone) == (EVE, "America/Denver")


async def test_a_time_that_is_refused_is_said_and_the_next_lawful_one_is_a_button(
    desk: Desk,
) -> None:
    book = await form(desk)
    page = desk.page
    book.refuses = p.Problem(
        code="hours",
        message_key="error.hours",
        message="Nobody may be called there then.",
        next_local="2027-03-12T08:00",
    )
    await page.locator("#promise-when").fill("2027-03-11T23:00")
    await page.keyboard.press("Enter")
    await desk.shows("#promise-say", "Nobody may be called there then.")
    await page.get_by_role("button", name="Take Fri, Mar 12, 08:00 AM").click()
    await expect(page.locator("#promise-when")).to_have_value("2027-03-12T08:00")
    await page.keyboard.press("Enter")
    await expect(page.locator("#promise")).to_be_hidden()
    await expect(page.locator("#promised-words")).to_contain_text("Fri, Mar 12, 08:00 AM")


async def test_a_promise_of_the_list_is_put_to_another_time_and_taken_back(desk: Desk) -> None:
    book = await keeping(desk)
    page = desk.page
    wish = cb.PromiseWish(number=EVE, local="2027-03-12T09:30", zone=NEW_YORK)
    book.show("maria", callbacks=[promised(wish, note="<b>roof</b>")])
    await desk.shows(".mine-when", "Fri, Mar 12, 09:30 AM")
    await desk.shows(".mine-note", "<b>roof</b>")
    await page.get_by_role("button", name="Another time: Eve Park").press("Enter")
    await expect(page.locator("#promise-when")).to_be_focused()
    await expect(page.locator("#promise-who")).to_be_hidden()
    await page.locator("#promise-when").fill("2027-03-13T11:00")
    await page.keyboard.press("Enter")
    await desk.shows(".mine-when", "Sat, Mar 13, 11:00 AM")
    moved = book.asked[-1]
    assert isinstance(moved, cb.CmdPromiseMove)
    assert (moved.d.callback, moved.d.local) == ("cb-a-1", "2027-03-13T11:00")
    await page.get_by_role("button", name="Take back: Eve Park").press("Enter")
    await expect(page.get_by_role("button", name="Yes, take it back: Eve Park")).to_be_focused()
    assert len(book.asked) == 1, "it is asked first"
    await page.keyboard.press("Enter")
    await desk.shows("#mine-count", "0")
    assert isinstance(book.asked[-1], cb.CmdPromiseCancel)


async def test_an_hour_that_the_clocks_skip_is_explained(desk: Desk) -> None:
    book = await keeping(desk)
    wish = cb.PromiseWish(number=EVE, local="2027-03-14T03:30", zone=NEW_YORK)
    skipped = promised(wish, asked="2027-03-14T02:30", wall="skipped")
    book.show("maria", callbacks=[skipped])
    await desk.shows(".mine-when", "Sun, Mar 14, 03:30 AM")
    await desk.shows(".mine-note", "There is no 02:30 AM that night: the clocks go forward.")


async def test_the_form_stays_when_wrap_up_ends_and_escape_closes_it(desk: Desk) -> None:
    await form(desk)
    page = desk.page
    desk.core.hang_up("call-1")
    await desk.is_in("wrap")
    await page.locator("#promise-when").evaluate("(field) => field.blur()")
    await desk.press("1")
    await desk.is_in("idle")
    await expect(page.locator("#promise")).to_be_visible()
    await expect(page.locator("#callback")).to_be_hidden()
    await page.locator("#promise-note").focus()
    await desk.press("Escape")
    await expect(page.locator("#promise")).to_be_hidden()
    assert await page.evaluate("document.activeElement === document.body")


async def test_a_desk_without_a_dialer_offers_no_promises(desk: Desk) -> None:
    await desk.talking()
    await expect(desk.page.locator("#callback")).to_be_hidden()
    await expect(desk.page.locator("#mine")).to_be_hidden()
    await desk.press("c")
    desk.core.is_silent = True
    await desk.press("m")
    await until(lambda: desk.core.requests[-1].__class__.__name__ == "MuteRequested")
    await expect(desk.page.locator("#promise")).to_be_hidden()

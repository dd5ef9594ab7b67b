"""What lies beside a call on the page, in a real Chromium: keypad, help and the like."""

import os
from dataclasses import replace

import pytest
from msgspec import structs
from playwright.async_api import expect

from contact_center.adapters.desktop.beside_messages import NumbersShown
from contact_center.adapters.desktop.roster import DeskDisposition
from contact_center.core import facts as f
from contact_center.core import requests as r
from contact_center.core import talk_facts as t
from contact_center.core.disposition import DispositionField
from contact_center.core.ids import AgentId, RecordingId
from contact_center.core.knowledge import Article, Block, CannedText, Knowledge, Span
from contact_center.core.outcomes import Listening
from contact_center.core.scripting.script import Kind
from tests.adapters.desktop.conftest import until
from tests.adapters.desktop.scripted_core import AGENT
from tests.adapters.desktop.test_page import Desk, asked, browser, center, desk

pytestmark = [pytest.mark.real, pytest.mark.asyncio(loop_scope="module")]
__all__ = ["browser", "center", "desk"]


async def look(desk: Desk, name: str) -> None:
    """Keep a picture of the page in both themes, where somebody asked for pictures."""
    folder = os.environ.get("PICTURES")
    if folder is None:
        return
    for theme in ("light", "dark"):
        await desk.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        await desk.page.screenshot(path=f"{folder}/{name}-{theme}.png", full_page=True)


async def test_keys_are_typed_into_the_call_and_shown_nowhere(desk: Desk) -> None:
    await desk.talking()
    page = desk.page

    def pressed() -> list[str]:
        return [q.digits for q in asked(desk, r.DigitsRequested)]  # type: ignore[attr-defined]

    await desk.press("#")
    await expect(page.get_by_role("group", name="Keypad")).to_be_visible()
    for key in "471#":
        await desk.press(key)
    await until(lambda: pressed() == ["4", "7", "1", "#"])
    await page.get_by_role("button", name="0", exact=True).click()
    await until(lambda: pressed()[-1] == "0")
    await desk.shows("#keypad-pad-said", "5 keys sent")
    await look(desk, "keypad")
    assert "471" not in await page.locator("#desk").inner_text()
    # No disposition was chosen by a digit, and commands are still commands.
    assert asked(desk, r.DispositionRequested) == []
    await desk.press("h")
    await desk.is_in("hold")
    await desk.press("h")
    await desk.press("Escape")
    await expect(page.locator("#keypad-pad")).to_be_hidden()
    await desk.press("1")
    await until(lambda: len(asked(desk, r.DispositionRequested)) == 1)


async def test_keys_that_did_not_come_through_are_told(desk: Desk) -> None:
    await desk.talking()
    await desk.press("#")
    await desk.press("5")
    await until(lambda: len(asked(desk, r.DigitsRequested)) == 1)
    lost = t.KeysNotSent(**desk.core.where("call-1"), agent=AGENT, code="not_supported")
    desk.core.publish(lost)
    await desk.shows("#keypad-pad-said", "The phone system cannot send keys into this call.")


async def test_a_hand_is_raised_by_a_key_with_a_note_and_taken_down(desk: Desk) -> None:
    await desk.talking()
    page, core = desk.page, desk.core

    def hands() -> list[tuple[bool, str]]:
        return [(q.on, q.note) for q in asked(desk, r.HelpRequested)]  # type: ignore[attr-defined]

    await desk.press("w")
    await until(lambda: hands() == [(True, "")])
    core.publish(core.change(help_since=core.clock()))
    await desk.shows("#hand-word", "Help asked: take back")
    await page.get_by_label("About").fill("wants the manager")
    await page.keyboard.press("Enter")
    await until(lambda: hands()[-1] == (True, "wants the manager"))
    core.publish(core.change(help_since=core.clock(), help_note="wants the manager"))
    await look(desk, "hand")
    await page.reload()
    await desk.shows("#hand-word", "Help asked: take back")
    await desk.press("w")
    await until(lambda: hands()[-1] == (False, ""))
    core.publish(core.change(help_since=None, help_note=""))
    await desk.shows("#hand-word", "Ask for help")
    await expect(page.locator("#hand-about")).to_be_hidden()


async def test_the_directory_says_who_is_free_and_takes_a_choice_by_key(desk: Desk) -> None:
    await desk.talking()
    page, core = desk.page, desk.core

    def jonas(**fields: object) -> None:
        told = {"presence": f.Presence.READY, "reason": "", "work": f.Work.IDLE, "since": 1}
        agent = AgentId("jonas")
        core.publish(f.AgentChanged(at=core.clock(), agent=agent, **(told | fields)))  # type: ignore[arg-type]

    jonas(since=core.clock())
    core.queue(3)
    await desk.press("t")
    rows = page.get_by_role("list", name="Directory").get_by_role("button")
    await expect(rows).to_have_count(3)
    await expect(rows.first).to_contain_text("Customer service")
    await expect(rows.first).to_contain_text("free · 2 free · 3 waiting")
    await look(desk, "directory")
    await page.keyboard.type("web")
    await expect(rows).to_have_count(1)
    await expect(rows.first).to_have_attribute("data-state", "free")
    await page.keyboard.press("ArrowDown")
    await expect(rows.first).to_be_focused()
    jonas(presence=f.Presence.PAUSED, reason="lunch", since=core.clock())
    await expect(rows.first).to_contain_text("paused · Lunch")
    await expect(rows.first).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#whom-name")).to_have_value("jonas")
    await page.keyboard.press("Enter")
    await until(lambda: [q.to for q in asked(desk, r.TransferRequested)] == ["agent:jonas"])  # type: ignore[attr-defined]
    await expect(rows).to_have_count(0)


ORDER = DispositionField(name="order", label="Order number", required=True)
PAID = DispositionField(
    name="paid", label="Paid by", kind=Kind.CHOICE, options={"card": "Card", "bill": "Bill"}
)
TREE = (
    DeskDisposition(code="spam", label="Nuisance call", key="9"),
    DeskDisposition(code="sold", label="Sold", under=("Sales",), fields=(ORDER, PAID)),
    DeskDisposition(code="lost", label="No sale", under=("Sales",)),
    DeskDisposition(code="late", label="Parcel is late", under=("Orders", "Delivery")),
    DeskDisposition(code="callback", label="Call back", under=("Orders",), key="5"),
)


async def test_an_end_is_chosen_from_a_tree_by_digits_with_what_has_to_be_said(desk: Desk) -> None:
    today = desk.center.desk.roster
    desk.center.desk.reseat(replace(today, dispositions=TREE))
    await desk.talking()
    page = desk.page

    def said() -> list[tuple[str, dict[str, str]]]:
        return [(q.code, dict(q.fields)) for q in asked(desk, r.DispositionRequested)]  # type: ignore[attr-defined]

    choices = page.locator("#dispositions .disposition")
    shown = ["9Nuisance call", "1Sales ›", "2Orders ›", "5Call back"]
    await expect(choices).to_have_text(shown)
    await desk.press("5")
    await until(lambda: said() == [("callback", {})])
    await desk.press("2")
    await expect(choices).to_have_text(["1Delivery ›", "2Call back"])
    await desk.press("Escape")
    await expect(choices).to_have_text(shown)
    await desk.press("x")
    await desk.is_in("wrap")
    await desk.press("1")
    await expect(choices).to_have_text(["1Sold", "2No sale"])
    await desk.press("1")
    await expect(page.get_by_label("Order number *")).to_be_focused()
    await page.keyboard.type("4711")
    await page.get_by_label("Paid by").select_option("bill")
    await look(desk, "ending")
    await page.reload()
    await desk.is_in("wrap")
    await desk.press("1")
    await desk.press("1")
    await expect(page.get_by_label("Order number *")).to_have_value("4711")
    await expect(page.get_by_label("Paid by")).to_have_value("bill")
    await page.keyboard.press("Enter")
    await desk.is_in("idle")
    assert said()[-1] == ("sold", {"order": "4711", "paid": "bill"})


async def test_a_field_that_is_refused_says_why_and_keeps_what_was_typed(desk: Desk) -> None:
    desk.center.desk.reseat(replace(desk.center.desk.roster, dispositions=TREE))
    await desk.talking()
    await desk.press("1")
    await desk.press("1")
    desk.core.is_silent = True
    await desk.page.keyboard.type("12")
    await desk.page.keyboard.press("Enter")
    await until(lambda: len(asked(desk, r.DispositionRequested)) == 1)
    asked_for = asked(desk, r.DispositionRequested)[0]
    desk.core.answer(asked_for, "field", "Order number: this does not look as it should.")
    await desk.shows("#ending-say", "Order number: this does not look as it should.")
    await expect(desk.page.get_by_label("Order number *")).to_have_value("12")


LINK = Span(text="rules", kind="article", to="rules")
HTML = Span(text="<img src=x onerror=alert(1)>", kind="strong")
BOOK = Knowledge(
    articles=[
        Article(
            name="returns",
            title="Returns <b>and</b> refunds",
            blocks=(
                Block(kind="heading", level=2, spans=(Span(text="How"),)),
                Block(
                    kind="text",
                    spans=(Span(text="A parcel may be sent back; see the "), LINK, HTML),
                ),
                Block(kind="item", mark="1.", spans=(Span(text="Print the label."),)),
                Block(kind="item", mark="2.", spans=(Span(text="Send the parcel."),)),
            ),
        ),
        Article(name="rules", title="Rules", blocks=(Block(kind="text", spans=(HTML,)),)),
    ],
    texts=[CannedText(code="hello", title="Greeting", text="Good day, {customer}.")],
)


async def test_something_is_looked_up_by_key_and_read_as_text(desk: Desk) -> None:
    desk.center.desk.reseat(replace(desk.center.desk.roster, knowledge=BOOK))
    await desk.talking()
    page = desk.page
    await desk.press("l")
    pane = page.get_by_role("complementary", name="Look up")
    await expect(page.get_by_label("Look up", exact=True).get_by_role("searchbox")).to_be_focused()
    await expect(pane).to_contain_text("Good day, Anna Kowalska.")
    await look(desk, "lookup")
    await page.get_by_role("button", name="Into the notes").click()
    await until(lambda: desk.notes()[-1:] == ["Good day, Anna Kowalska."])
    await page.locator("#lookup-search").fill("parc")
    hits = pane.get_by_role("list", name="Articles").get_by_role("button")
    await expect(hits).to_have_count(1)
    await expect(hits).to_contain_text("Returns <b>and</b> refunds")
    await page.keyboard.press("Enter")
    await expect(hits).to_be_focused()
    await page.keyboard.press("Enter")
    await desk.shows("#article-title", "Returns <b>and</b> refunds")
    await expect(page.locator("#article-body")).to_contain_text("<img src=x onerror=alert(1)>")
    assert await page.locator("#article-body img").count() == 0
    await look(desk, "article")
    await page.get_by_role("button", name="rules").click()
    await desk.shows("#article-title", "Rules")
    await page.keyboard.press("Escape")
    await expect(page.locator("#lookup")).to_be_hidden()


async def test_a_banner_says_who_paused_the_recording_also_after_a_reload(desk: Desk) -> None:
    await desk.talking()
    core = desk.core

    def recording(**fields: object) -> None:
        told = {"agent": AGENT, "recording": RecordingId("r1"), **fields}
        core.publish(t.RecordingChanged(**core.where("call-1"), **told))  # type: ignore[arg-type]

    banner = desk.page.locator("#recording-banner")
    recording()
    await expect(banner).to_be_hidden()
    recording(paused=True, paused_at=core.clock())
    await expect(banner).to_contain_text("You have paused the recording since")
    await look(desk, "recording")
    await desk.page.reload()
    await expect(banner).to_contain_text("You have paused the recording since")
    recording(paused=True, paused_at=core.clock(), by_script=True)
    await expect(banner).to_contain_text("The script has paused the recording since")
    recording()
    await expect(banner).to_be_hidden()


async def test_the_numbers_of_today_are_beside_the_queues_and_change(desk: Desk) -> None:
    told = NumbersShown(
        since=0, calls=3, talk_ms=125_000, hold_ms=0, wrap_up_ms=61_000, missed=1, ready_ms=0,
        paused_ms=0,
    )  # fmt: skip
    desk.center.desk.beside.numbers = lambda agent: told
    await desk.page.reload()
    rows = desk.page.locator("#numbers-list div")
    await expect(rows).to_have_text(
        ["Calls3", "Missed1", "Talk2:05", "Hold0:00", "Wrap-up1:01", "Paused0:00"]
    )
    await look(desk, "numbers")
    desk.center.desk.beside.numbers = lambda agent: structs.replace(told, calls=4)
    await desk.ready()
    await expect(rows.first).to_have_text("Calls4")


@pytest.mark.parametrize("shown", [True, False])
async def test_agents_see_who_listens_where_the_center_lets_them(desk: Desk, shown: bool) -> None:
    today = desk.center.desk.roster
    desk.center.desk.reseat(replace(today, shows_listeners=shown))
    await desk.talking()
    core = desk.core

    def heard(mode: Listening, **fields: bool) -> None:
        told = {"by": "jonas", "mode": mode, "agent": AGENT, **fields}
        core.publish(t.SupervisionChanged(**core.where("call-1"), **told))  # type: ignore[arg-type]

    banner = desk.page.locator("#listeners")
    heard(Listening.LISTEN)
    heard(Listening.LISTEN, on=True)
    if shown:
        await expect(banner).to_have_text("Jonas Weber listens to this call.")
        await desk.page.reload()
        await expect(banner).to_have_text("Jonas Weber listens to this call.")
        heard(Listening.WHISPER, on=True)
        await expect(banner).to_contain_text("speaks with you")
    heard(Listening.WHISPER, over=True)
    core.publish(t.MuteChanged(**core.where("call-1"), agent=AGENT, on=True))
    await desk.shows("#mute-word", "Be heard again")
    await expect(banner).to_be_hidden()

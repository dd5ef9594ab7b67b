"""The page in a real Chromium: an agent's day with the keyboard."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect

from contact_center.adapters.desktop.settings import DeskSettings
from contact_center.core import facts as f
from contact_center.core import requests as r
from contact_center.core import talk_facts as t
from contact_center.core.dialing import ClickToDialRequested, PreviewSkipRequested
from contact_center.core.ids import CallId, CustomerId, RecordingId, ReservationId
from contact_center.core.outcomes import ConsultState, JobState
from contact_center.core.requests import ConsultStep
from tests.adapters.desktop.conftest import PASSWORD, Center, running, until, wall_clock
from tests.adapters.desktop.scripted_core import AGENT, ANNA, SECOND, ScriptedCore
from tests.real import chromium

# One Chromium for all of it: starting one takes longer than any of these stories.
pytestmark = [pytest.mark.real, pytest.mark.asyncio(loop_scope="module")]
shared = pytest_asyncio.fixture(loop_scope="module", scope="module")
fresh = pytest_asyncio.fixture(loop_scope="module")


@dataclass
class Desk:
    """A page that is logged in, and what it complained about."""

    page: Page
    center: Center
    complaints: list[str] = field(default_factory=list)

    @property
    def core(self) -> ScriptedCore:
        return self.center.core

    async def shows(self, selector: str, text: str) -> None:
        await expect(self.page.locator(selector)).to_have_text(text)

    async def is_in(self, mode: str) -> None:
        await expect(self.page.locator("#stage")).to_have_attribute("data-mode", mode)

    async def press(self, key: str) -> None:
        await self.page.keyboard.press(key)

    async def ready(self) -> None:
        self.core.publish(self.core.change(presence=f.Presence.PAUSED, reason="signed_in"))
        await self.shows("#presence-word", "Paused")
        await self.press("r")
        await self.shows("#presence-word", "Ready")

    async def talking(self, call: str = "call-1") -> None:
        await self.ready()
        self.core.offer(call)
        self.core.complete(call)
        await self.is_in("ring")
        await self.press("a")
        await self.is_in("talk")

    def notes(self) -> list[str]:
        return [q.text for q in self.core.requests if isinstance(q, r.NotesRequested)]


@shared
async def browser() -> AsyncIterator[Browser]:
    async with chromium.browser() as made:
        yield made


@fresh
async def center() -> AsyncIterator[Center]:
    async with running() as made:
        yield made


@fresh
async def desk(browser: Browser, center: Center) -> AsyncIterator[Desk]:
    made = await open_desk(browser, center)
    yield made
    await made.page.context.close()
    assert made.complaints == []


async def open_desk(
    browser: Browser,
    center: Center,
    prepare: Callable[[BrowserContext], Awaitable[None]] | None = None,
) -> Desk:
    context = await browser.new_context(viewport={"width": 1366, "height": 768})
    context.set_default_timeout(20_000)
    if prepare is not None:
        await prepare(context)
    page = await context.new_page()
    made = Desk(page, center)
    page.on("pageerror", lambda error: made.complaints.append(str(error)))
    page.on(
        "console",
        lambda line: "Content Security" in line.text and made.complaints.append(line.text),
    )
    await page.goto(center.url)
    await page.fill("#login-name", "maria")
    await page.fill("#login-password", PASSWORD)
    await page.keyboard.press("Enter")
    await made.shows("#link-text", "Connected")
    return made


async def test_an_agents_call_from_ring_to_disposition_by_keyboard_alone(desk: Desk) -> None:
    core = desk.core
    await desk.ready()
    core.queue(3)
    await desk.shows("[data-queue=service] .tile-number", "3")
    core.offer("call-1")
    await desk.shows("#caller-name", "Anna Kowalska")
    await desk.shows("#call-reason", "Where is my order?")
    await desk.shows("#caller-number", "+48 221 234 567")
    await desk.shows("#call-did", "+44 207 946 0000")
    await desk.shows("#caller-tier", "Gold")
    await desk.shows("#call-waited", "0:42")
    await expect(desk.page).to_have_title("☎ Anna Kowalska · Desk")
    await expect(desk.page.locator("#script li")).to_have_count(3)
    await desk.shows("#history", "Looking it up…")
    core.complete("call-1")
    await expect(desk.page.locator(".history-row")).to_have_count(3)
    await until(lambda: desk.center.desk.counts.pops_shown == 1)

    await desk.press("a")
    await desk.is_in("talk")
    await desk.press("h")
    await desk.is_in("hold")
    await desk.shows("#hold-word", "Bring back")
    await desk.press("h")
    await desk.is_in("talk")
    await desk.press("n")
    await desk.page.keyboard.type("Parcel is late, x marks the spot")
    await until(lambda: desk.notes()[-1:] == ["Parcel is late, x marks the spot"])
    await desk.shows("#notes-state", "saved")
    await desk.press("Escape")
    await desk.press("x")
    await desk.is_in("wrap")
    await desk.press("1")
    await desk.is_in("idle")
    await desk.shows("#calm-title", "Ready for the next call")
    disposition = [q for q in core.requests if isinstance(q, r.DispositionRequested)]
    assert [(d.code, d.notes) for d in disposition] == [
        ("order", "Parcel is late, x marks the spot")
    ]


async def test_a_pause_takes_a_reason_by_number(desk: Desk) -> None:
    await desk.ready()
    await desk.press("p")
    await desk.press("2")
    await desk.shows("#presence-word", "Paused")
    await desk.shows("#presence-detail", "Coffee")


async def test_a_pause_during_a_call_is_announced_for_afterwards(desk: Desk) -> None:
    await desk.talking()
    await desk.press("p")
    await desk.press("1")
    await desk.shows("#presence-next", "After this call: paused, lunch")


async def test_a_declined_call_is_a_missed_row(desk: Desk) -> None:
    await desk.ready()
    desk.core.offer("call-1")
    await desk.is_in("ring")
    await desk.press("d")
    await desk.is_in("idle")
    await desk.shows(".missed-who", "Anna Kowalska")
    await desk.shows(".missed-why", "Declined · Customer service")


async def test_a_reload_in_the_middle_of_a_call_loses_nothing_not_even_unsaved_notes(
    desk: Desk,
) -> None:
    await desk.talking()
    await desk.press("n")
    await desk.page.keyboard.type("half a sent")
    await desk.page.reload()
    await desk.is_in("talk")
    await desk.shows("#caller-name", "Anna Kowalska")
    await expect(desk.page.locator(".history-row")).to_have_count(3)
    await expect(desk.page.locator("#notes")).to_have_value("half a sent")
    await until(lambda: desk.notes()[-1:] == ["half a sent"])
    await desk.shows("#notes-state", "saved")


async def test_notes_are_saved_while_somebody_types_without_a_pause(desk: Desk) -> None:
    await desk.talking()
    await desk.press("n")
    text = "the caller moved to another street and wants the roses next week "
    await desk.page.keyboard.type(text, delay=25)
    # It took longer than a second and had no pause: what came first was saved on the way.
    first = desk.notes()[:1]
    assert first
    assert first[0] != text
    assert text.startswith(first[0])
    await until(lambda: desk.notes()[-1:] == [text])


async def test_what_was_typed_last_is_saved_when_the_call_leaves_the_screen(desk: Desk) -> None:
    await desk.talking()
    desk.core.hang_up("call-1")
    await desk.is_in("wrap")
    await desk.page.fill("#notes", "she rings")
    await desk.page.click("#ready")
    await until(lambda: isinstance(desk.core.requests[-1], r.PresenceRequested))
    assert desk.notes()[-1:] == ["she rings"]
    await desk.page.fill("#notes", "she rings on Monday")
    idle = {"call": None, "reservation": None, "wrap_up_until": None}
    desk.core.publish(desk.core.change(work=f.Work.IDLE, **idle))
    await until(lambda: desk.notes()[-1:] == ["she rings on Monday"])


async def test_who_is_warned_of_doing_nothing_says_that_they_are_there_or_is_told_why_they_are_out(
    browser: Browser,
) -> None:
    later = [0]
    core = ScriptedCore(lambda: wall_clock() + later[0])
    hours = {"session_idle_us": 7_200 * SECOND, "session_us": 7_200 * SECOND}
    settings = DeskSettings(public_url="", idle_us=1_800 * SECOND, **hours)
    async with running(core=core, settings=settings) as center:
        desk = await open_desk(browser, center)
        page = desk.page
        core.publish(core.change(presence=f.Presence.PAUSED, reason="lunch"))
        await desk.shows("#presence-word", "Paused")
        later[0] = 1_700 * SECOND
        warning = page.locator("#idle")
        await expect(warning).to_contain_text("You will be logged out in")
        await page.get_by_role("button", name="I am here").click()
        await expect(warning).to_be_hidden()
        later[0] = 3_520 * SECOND
        await desk.shows(
            "#login-idle", "You were logged out because nothing was done at your desk."
        )
        await until(lambda: core.state.presence is f.Presence.LOGGED_OUT)
        await page.context.close()


async def test_hostile_names_are_text(desk: Desk) -> None:
    await desk.ready()
    evil = '<img src=x onerror="document.title=1">\x1b[31m'
    customer = replace(ANNA, name=evil, note="<script>alert(1)</script>")
    desk.core.offer("call-1", customers=(customer,))
    await desk.shows("#caller-name", '<img src=x onerror="document.title=1"> [31m')
    await desk.shows("#customer-note", "<script>alert(1)</script>")
    assert await desk.page.locator("#call img, #call script").count() == 0


async def test_a_shared_number_shows_who_it_may_be(desk: Desk) -> None:
    await desk.ready()
    other = replace(ANNA, customer=CustomerId("c-2"), name="Piotr Kowalski")
    desk.core.offer("call-1", customers=(ANNA, other))
    await desk.shows("#caller-name", "Shared number")
    await expect(desk.page.locator("#choose-list strong")).to_have_text(
        ["Anna Kowalska", "Piotr Kowalski"]
    )


async def test_a_refusal_is_said_where_the_agent_looks(desk: Desk) -> None:
    await desk.ready()
    desk.core.offer("call-1")
    await desk.is_in("ring")
    desk.core.is_silent = True
    await desk.press("a")
    await until(lambda: isinstance(desk.core.requests[-1], r.AcceptRequested))
    desk.core.answer(desk.core.requests[-1], "answer_on_the_phone")
    await desk.shows("#say", "Please answer on your phone; it cannot be answered from here.")


async def test_an_unreachable_phone_system_is_a_banner(desk: Desk) -> None:
    for up in (False, True):
        desk.core.publish(f.ProviderChanged(at=desk.core.clock(), provider="sim", up=up))
        await expect(desk.page.locator("#banner")).to_be_visible(visible=not up)


async def test_a_second_window_takes_over_and_the_first_can_take_back(
    desk: Desk, browser: Browser
) -> None:
    other = await open_desk(browser, desk.center)
    await expect(desk.page.locator("#elsewhere")).to_be_visible()
    await desk.page.click("#take-back")
    await expect(other.page.locator("#elsewhere")).to_be_visible()
    await desk.shows("#link-text", "Connected")


async def test_a_wrong_password_is_said(browser: Browser, center: Center) -> None:
    page = await browser.new_page()
    await page.goto(center.url)
    await page.fill("#login-name", "maria")
    await page.fill("#login-password", "wrong")
    await page.keyboard.press("Enter")
    await expect(page.locator("#login-error")).to_have_text("Login or password is wrong.")


async def test_logging_out_returns_to_the_login_and_stops_the_work(desk: Desk) -> None:
    await desk.ready()
    await desk.page.click("#logout")
    await expect(desk.page.locator("#login")).to_be_visible()
    assert desk.core.state.presence is f.Presence.LOGGED_OUT
    await desk.page.reload()
    await expect(desk.page.locator("#login")).to_be_visible()


async def test_the_page_lives_through_a_restart_of_the_process(
    browser: Browser, tmp_path: Path
) -> None:
    sessions = tmp_path / "sessions"
    async with running(sessions_file=sessions) as before:
        desk = await open_desk(browser, before)
        await desk.talking()
        await desk.press("n")
        await desk.page.keyboard.type("typed before")
        await desk.shows("#notes-state", "saved")
        state, port = before.core.state, before.port
    await desk.shows("#link-text", "Reconnecting")
    await expect(desk.page.locator("#banner")).to_be_visible()
    await desk.page.keyboard.type(" and meanwhile")
    async with running(sessions_file=sessions, port=port) as after:
        after.core.state = state
        after.core.offer("call-1")
        after.core.connect("call-1")
        await desk.shows("#link-text", "Connected")
        await desk.is_in("talk")
        await desk.shows("#caller-name", "Anna Kowalska")
        await expect(desk.page.locator("#notes")).to_have_value("typed before and meanwhile")
        saved = lambda: [  # noqa: E731
            q.text for q in after.core.requests if isinstance(q, r.NotesRequested)
        ]
        await until(lambda: saved()[-1:] == ["typed before and meanwhile"])
        assert r.DeskConnected(agent=AGENT) in after.core.posted
        await desk.page.context.close()


async def test_who_is_on_the_phone_elsewhere_or_at_several_things_sees_it_on_the_page(
    desk: Desk,
) -> None:
    await desk.ready()
    desk.core.publish(desk.core.change(outside=True))
    await desk.shows("#presence-detail", "On the phone elsewhere")
    await desk.shows("#calm-title", "You are on the phone elsewhere")
    chats = tuple(
        JobState(
            reservation=ReservationId(f"w-{name}-e1-n1"),
            call=CallId(f"w-{name}"),
            channel="chat",
            work=f.Work.TALKING,
            since=7_000,
        )
        for name in ("one", "two")
    )
    at = {"work": f.Work.TALKING, "call": CallId("w-one"), "jobs": chats, "load": 50}
    desk.core.publish(desk.core.change(outside=False, **at))
    await desk.shows("#presence-detail", "2 chats · 50 % taken")


async def recorded(desk: Desk, *, paused: bool = False) -> None:
    recording = {"recording": RecordingId("r-1"), "paused": paused}
    desk.core.publish(t.RecordingChanged(**desk.core.where("call-1"), agent=AGENT, **recording))


def asked(desk: Desk, kind: type) -> list[r.AgentRequest]:
    return [request for request in desk.core.requests if isinstance(request, kind)]


async def test_with_the_caller_by_keyboard_and_mouse(desk: Desk) -> None:
    await desk.talking()
    page, core = desk.page, desk.core
    await desk.press("m")
    await until(lambda: asked(desk, r.MuteRequested)[0].on)  # type: ignore[attr-defined]
    core.publish(t.MuteChanged(**core.where("call-1"), agent=AGENT, on=True))
    await desk.shows("#mute-word", "Be heard again")
    await expect(page.locator("#record")).to_be_hidden()
    await recorded(desk)
    await page.get_by_role("button", name="Pause recording").click()
    await until(lambda: [q.on for q in asked(desk, r.RecordingRequested)] == [False])  # type: ignore[attr-defined]
    await recorded(desk, paused=True)
    await desk.shows("#record-word", "Record again")

    await page.get_by_role("button", name="Transfer").click()
    await page.get_by_label("Kind").select_option("queue")
    await page.get_by_label("To whom").fill("service")
    await page.keyboard.press("Enter")
    await until(lambda: [q.to for q in asked(desk, r.TransferRequested)] == ["queue:service"])  # type: ignore[attr-defined]
    await expect(page.locator("#whom")).to_be_hidden()
    await desk.press("u")
    await until(lambda: len(asked(desk, r.RequeueRequested)) == 1)
    await desk.press("z")
    await until(lambda: len(asked(desk, r.ParkRequested)) == 1)
    core.publish(
        t.CallParked(**core.where("call-1"), agent=AGENT, slot=7, until=core.clock() + SECOND)
    )
    core.hang_up("call-1")
    await desk.is_in("wrap")
    await expect(page.locator("#talk")).to_be_hidden()
    await desk.shows("#parked-note", "You parked a caller in slot 7.")
    await desk.press("e")
    await until(lambda: [q.extend for q in asked(desk, r.WrapUpRequested)] == [True])  # type: ignore[attr-defined]
    await desk.press("g")
    await page.keyboard.type("7")
    await page.keyboard.press("Enter")
    await until(lambda: [q.slot for q in asked(desk, r.RetrieveRequested)] == [7])  # type: ignore[attr-defined]


async def test_a_consultation_offers_only_what_can_be_done_now(desk: Desk) -> None:
    await desk.talking()
    page, core = desk.page, desk.core

    def consulted(state: ConsultState, reason: str = "") -> None:
        core.publish(
            t.ConsultChanged(
                **core.where("call-1"), agent=AGENT, state=state, to="agent:jonas", reason=reason
            )
        )

    async def offered(*ids: str) -> None:
        for name in ("transfer", "consult", "complete", "swap", "conference", "back"):
            shown = expect(page.locator(f"#{name}"))
            await (shown.to_be_visible() if name in ids else shown.to_be_hidden())

    await offered("transfer", "consult")
    await desk.press("k")
    await page.get_by_label("To whom").fill("jonas")
    await page.keyboard.press("Enter")
    await until(lambda: [q.to for q in asked(desk, r.ConsultRequested)] == ["agent:jonas"])  # type: ignore[attr-defined]
    consulted(ConsultState.CALLING)
    await desk.shows("#consulting", "Calling jonas")
    await offered("complete", "back")
    consulted(ConsultState.TALKING)
    await offered("complete", "swap", "conference", "back")
    for key, step in (("s", ConsultStep.SWAP), ("j", ConsultStep.CONFERENCE)):
        await desk.press(key)
        await until(lambda: asked(desk, r.ConsultStepRequested)[-1].step is step)  # type: ignore[attr-defined]  # noqa: B023
    consulted(ConsultState.CONFERENCE)
    await offered("complete", "back")
    consulted(ConsultState.ENDED, "gone")
    await desk.shows("#consulting", "jonas: they hung up")
    await offered("transfer", "consult")


async def test_work_that_is_no_call_is_done_and_not_hung_up(desk: Desk) -> None:
    await desk.talking("w-42")
    page = desk.page
    await expect(page.locator("#talk")).to_be_hidden()
    await expect(page.locator("#hold")).to_be_hidden()
    await page.get_by_role("button", name="Done").click()
    await until(lambda: [q.call for q in asked(desk, r.WorkDoneRequested)] == ["w-42"])  # type: ignore[attr-defined]


async def test_somebody_whom_a_campaign_wants_called_is_shown_and_skipped_with_a_reason(
    desk: Desk,
) -> None:
    await desk.ready()
    desk.core.show_lead("d-1")
    await desk.is_in("ring")
    await desk.shows("#caller-name", "Eve Park")
    await desk.shows("#caller-number", "+1 415 555 0123")
    await desk.shows("#lead-fields", "roofslatenote<b>calls back</b>")
    await desk.shows("#presence-word", "Look first")
    await desk.shows("#avatar", "EP")
    await desk.shows("#call-queue", "Customer service")
    await expect(desk.page.locator("#call-waited")).to_be_hidden()
    await desk.shows("#accept-word", "Call")
    await desk.shows("#clock-label", "Is left in")
    await desk.page.select_option("#skip-reason", "wrong_fit")
    await desk.page.click("#decline")
    await desk.is_in("idle")
    skipped = [q for q in desk.core.requests if isinstance(q, PreviewSkipRequested)]
    assert [(q.call, q.reason) for q in skipped] == [("d-1", "wrong_fit")]
    await desk.shows("#missed-count", "0")


async def test_a_number_is_called_from_the_page_and_a_refusal_is_said(desk: Desk) -> None:
    await desk.ready()
    desk.core.is_silent = True
    await desk.page.fill("#dial-number", "+14155550123")
    await desk.page.get_by_label("Showing").fill("+14155550100")
    await desk.page.click("#dial button")
    await until(lambda: isinstance(desk.core.posted[-1], ClickToDialRequested))
    asked = desk.core.posted[-1]
    assert isinstance(asked, ClickToDialRequested)
    assert (asked.number, asked.shown) == ("+14155550123", "+14155550100")
    desk.core.answer(asked, "refused", "hours")
    await desk.shows("#dial-say", "hours")

"""Agents promise calls at their desks: over the desk's protocol, into the storage of promises."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from msgspec import json

from contact_center.adapters.desktop import messages as m
from contact_center.adapters.desktop.desk import Desk
from contact_center.adapters.sql.dialing.looking import Looking
from contact_center.adapters.sql.dialing.store import DialStore, StoreSettings
from contact_center.adapters.sql.errors import DatabaseUnavailableError
from contact_center.adapters.sql.migrate import open_database
from contact_center.app import desk_callbacks
from contact_center.app.desk_callbacks import DeskCallbacks
from contact_center.app.promises import Promises
from contact_center.core import facts as f
from contact_center.core.ids import AgentId, CallId, QueueId, ReservationId
from dialer.attempt import Verdict
from dialer.campaign import Mode
from dialer.ids import CampaignId
from dialer.lead import LeadState
from dialer.messages import AttemptOpened
from tests.adapters.desktop.conftest import roster, until
from tests.adapters.sql.dialing import book
from tests.adapters.sql.dialing.book import CAMPAIGN, Doorman
from tests.dialer.gate_samples import NEW_YORK, NOON, at, policy

S = 1_000_000
US = (policy("us"),)
COMMANDS = json.Decoder(m.ClientUnion)
HOLIDAYS = book.campaign(name="holidays", mode=Mode.PREVIEW, queue="service", label="Holidays")


class Screen:
    """A screen that keeps what it is sent."""

    def __init__(self, agent: str) -> None:
        self.agent = agent
        self.frames: list[dict[str, Any]] = []

    def push(self, frame: bytes, *, is_ledger: bool = True) -> None:
        self.put("", frame)

    def put(self, topic: str, frame: bytes) -> None:
        size = frame[1] & 0x7F
        body = frame[2 if size < 126 else 4 if size == 126 else 10 :]
        self.frames.append(json.decode(body)) if body.count(b'{"t"') <= 1 else None

    def forget_ledger(self) -> None:
        pass

    def close(self, code: int, reason: str) -> None:
        pass


class Floor:
    """A desk with Maria at it, storage with leads, and the door between them."""

    def __init__(self, store: DialStore, looking: Looking) -> None:
        self.now = NOON
        self.store, self.looking = store, looking
        self.campaigns = {each.campaign: each for each in (CAMPAIGN, HOLIDAYS)}
        self.desk = Desk(roster(), lambda event: None, lambda: self.now)
        promises = Promises(store, looking, lambda: self.campaigns, lambda: self.now)
        self.door = DeskCallbacks(self.desk, promises, store, looking)
        self.screen = Screen("maria")
        self.asked = 0

    def talks(self, call: str, number: str = "", queue: str = "service", work: Any = None) -> None:
        """Maria talks in a call; of a caller with the number that it shows."""
        who = {"call": CallId(call), "agent": AgentId("maria"), "at": self.now, "seq": 1}
        held = {"reservation": ReservationId(f"{call}-e1-n1"), "queue": QueueId(queue)}
        self.desk.publish(
            [
                f.ScreenPopped(
                    **who,  # type: ignore[arg-type]
                    **held,  # type: ignore[arg-type]
                    ani=number,
                    did="",
                    queue_label="",
                    reason="",
                    customers=(),
                    waited_us=0,
                    script=(),
                ),
                f.CallConnected(**who, **held, waited_us=0),  # type: ignore[arg-type]
                f.AgentChanged(
                    at=self.now,
                    agent=AgentId("maria"),
                    presence=f.Presence.READY,
                    reason="",
                    work=work or f.Work.TALKING,
                    since=self.now,
                    call=CallId(call),
                ),
            ]
        )

    async def ask(self, t: str, d: Any = None, call: str = "") -> dict[str, Any]:
        """Send a command and give the answer."""
        self.asked += 1
        frame = {"t": t, "id": f"q{self.asked}", **({"call": call} if call else {})}
        command = COMMANDS.decode(json.encode({**frame, **({"d": d} if d else {})}))
        assert isinstance(command, m.Command)
        self.desk.command(self.screen, command)
        await until(lambda: self.answers(command.id), f"an answer to {t}")
        return self.answers(command.id)[0]

    def answers(self, id_: str) -> list[dict[str, Any]]:
        return [frame for frame in self.screen.frames if frame.get("re") == id_]

    @property
    def shown(self) -> dict[str, Any]:
        """The newest list of promises on the screen."""
        states = [frame["d"] for frame in self.screen.frames if frame["t"] == "callbacks.state"]
        found: dict[str, Any] = states[-1]
        return found

    async def dialled(self) -> str:
        """A campaign's call to the first lead that is due; the call's name."""
        (lead, *_) = (await self.store.claim(CAMPAIGN, 1, self.now)).leads
        opened = await self.store.open_attempt(CAMPAIGN, book.asked(lead), self.now)
        assert isinstance(opened, AttemptOpened)
        self.opened = opened
        return opened.attempt.attempt


@pytest_asyncio.fixture
async def floor(tmp_path: Path) -> AsyncIterator[Floor]:
    database = await open_database(f"sqlite+aiosqlite:///{tmp_path}/d.db")
    made = Floor(DialStore(database, US, StoreSettings(gate=Doorman())), Looking(database))
    numbers = [book.number_of(0), book.number_of(1)]
    await book.put(database, {"lead": "a", "party": "pa", "name": "Eve Park", "numbers": numbers})
    made.door.serve()
    running = asyncio.get_running_loop().create_task(made.door.run())
    made.desk.resume(made.screen, {})
    try:
        yield made
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await database.close()


def wish(local: str, **more: Any) -> dict[str, Any]:
    return {"number": book.number_of(0), "local": local, "zone": NEW_YORK, **more}


async def test_an_agent_promises_the_customer_of_a_dialled_call_to_call_back(floor: Floor) -> None:
    call = await floor.dialled()
    floor.talks(call)
    assert (await floor.ask("cmd.callback.form", call=call))["t"] == "done"
    form = floor.shown["form"]
    assert (form["call"], form["name"], form["campaign"]) == (call, "Eve Park", "Winter")
    assert [(n["number"], n["zones"], n["suggested"]) for n in form["numbers"]] == [
        (book.number_of(0), [NEW_YORK], "2026-11-18T13:00"),
        (book.number_of(1), [NEW_YORK], "2026-11-18T13:00"),
    ]
    body = wish("2026-11-19T10:30", number=book.number_of(1), fallback_min=60, note="the roof")
    assert (await floor.ask("cmd.callback.promise", body, call))["t"] == "done"
    (mine,) = floor.shown["callbacks"]
    assert (mine["name"], mine["local"], mine["zone"]) == ("Eve Park", "2026-11-19T10:30", NEW_YORK)
    assert (mine["mine"], mine["fallback_min"], mine["note"]) == (True, 60, "the roof")
    assert mine["due_at"] == at("2026-11-19T10:30") // 1000
    assert floor.shown["form"]["promised"] == mine, "confirmed where it was asked for"
    await floor.store.close_attempt(
        book.closed(floor.opened, Verdict.CONNECTED, LeadState.DONE, floor.now), floor.now
    )
    (due,) = await floor.store.due_promises(CAMPAIGN.campaign, at("2026-11-19T10:30"))
    assert (due.made.agent, due.made.number) == ("maria", book.number_of(1))
    assert due.state == "scheduled", "the call it was made in does not keep it"


async def test_a_promise_for_anybody_is_confirmed_and_is_on_nobodys_list(floor: Floor) -> None:
    call = await floor.dialled()
    floor.talks(call, work=f.Work.WRAP_UP)
    await floor.ask("cmd.callback.form", call=call)
    body = wish("2026-11-19T10:30", mine=False)
    assert (await floor.ask("cmd.callback.promise", body, call))["t"] == "done"
    assert floor.shown["callbacks"] == []
    promised = floor.shown["form"]["promised"]
    assert (promised["mine"], promised["local"]) == (False, "2026-11-19T10:30")
    cancel = {"callback": promised["callback"], "why": "mistake"}
    assert (await floor.ask("cmd.callback.cancel", cancel))["t"] == "done"
    assert floor.shown["form"]["promised"] is None


@pytest.mark.parametrize(
    ("local", "code", "next_local", "says"),
    [
        ("2026-11-18T11:00", "past", "2026-11-18T13:00", "This time is over"),
        ("2026-11-18T22:00", "hours", "2026-11-19T08:00", "2026-11-19 08:00 (America/New_York)"),
        ("2026-11-31T10:00", "no_time", "", "no such time"),
    ],
)
async def test_a_time_that_cannot_be_promised_is_refused_with_the_next_that_can(
    floor: Floor, local: str, code: str, next_local: str, says: str
) -> None:
    call = await floor.dialled()
    floor.talks(call)
    await floor.ask("cmd.callback.form", call=call)
    refused = (await floor.ask("cmd.callback.promise", wish(local), call))["err"]
    assert (refused["code"], refused.get("next_local", "")) == (code, next_local)
    assert says in refused["message"]
    assert await floor.store.due_promises(CAMPAIGN.campaign, at("2027-12-31T00:00")) == []


async def test_an_hour_that_is_skipped_or_comes_twice_is_said_so(floor: Floor) -> None:
    floor.store.policies = (book.ANYWHERE,)
    call = await floor.dialled()
    floor.talks(call)
    await floor.ask("cmd.callback.form", call=call)
    await floor.ask("cmd.callback.promise", wish("2027-03-14T02:30"), call)
    (kept,) = floor.shown["callbacks"]
    assert (kept["asked"], kept["wall"]) == ("2027-03-14T02:30", "skipped")
    assert (kept["local"], kept["due_at"]) == ("2027-03-14T03:30", at("2027-03-14T03:30") // 1000)
    move = {"callback": kept["callback"], "local": "2027-11-07T01:30"}
    assert (await floor.ask("cmd.callback.move", move))["t"] == "done"
    (kept,) = floor.shown["callbacks"]
    assert (kept["wall"], kept["due_at"]) == ("twice", at("2027-11-07T01:30", fold=0) // 1000)


async def test_only_the_agents_own_promises_are_moved_and_cancelled(floor: Floor) -> None:
    call = await floor.dialled()
    floor.talks(call)
    await floor.ask("cmd.callback.form", call=call)
    await floor.ask("cmd.callback.promise", wish("2026-11-19T10:30"), call)
    (mine,) = floor.shown["callbacks"]
    late = {"callback": mine["callback"], "local": "2026-11-19T22:00"}
    assert (await floor.ask("cmd.callback.move", late))["err"]["code"] == "hours"
    other = Screen("jonas")
    floor.desk.resume(other, {})
    floor.screen, hers = other, floor.screen
    for t, d in (
        ("cmd.callback.move", {**late, "local": "2026-11-19T12:00"}),
        ("cmd.callback.cancel", {"callback": mine["callback"]}),
    ):
        assert (await floor.ask(t, d))["err"]["code"] == "not_your_promise"
    floor.screen = hers
    assert (await floor.ask("cmd.callback.cancel", {"callback": mine["callback"]}))["t"] == "done"
    assert floor.shown["callbacks"] == []
    gone = await floor.ask("cmd.callback.cancel", {"callback": mine["callback"]})
    assert gone["err"]["code"] == "not_your_promise"


async def test_a_caller_who_is_on_a_list_is_that_lead(floor: Floor) -> None:
    floor.talks("c-1", number=book.number_of(1))
    await floor.ask("cmd.callback.form", call="c-1")
    assert floor.shown["form"]["name"] == "Eve Park"
    body = wish("2026-11-19T10:30", number=book.number_of(1))
    assert (await floor.ask("cmd.callback.promise", body, "c-1"))["t"] == "done"
    (due,) = await floor.store.due_promises(HOLIDAYS.campaign, at("2026-11-19T10:30"))
    assert (due.made.lead, due.made.number) == ("a", book.number_of(1))


async def test_a_caller_whom_no_list_knows_is_put_on_the_queues_campaigns(floor: Floor) -> None:
    stranger = "+12125550177"
    floor.talks("c-1", number=stranger)
    await floor.ask("cmd.callback.form", call="c-1")
    body = wish("2026-11-19T10:30", number=stranger)
    assert (await floor.ask("cmd.callback.promise", body, "c-1"))["t"] == "done"
    assert [row["number"] for row in floor.shown["callbacks"]] == [stranger]
    assert floor.shown["form"]["promised"]["local"] == "2026-11-19T10:30"
    (due,) = await floor.store.due_promises(HOLIDAYS.campaign, at("2026-11-19T10:30"))
    found = await floor.looking.whom(due.made.lead)
    assert found is not None
    assert found.state is LeadState.OPEN, "it will be dialled when it is due"


@pytest.mark.parametrize("number", ["", "anonymous", "+12125550177"])
async def test_whom_nobody_may_call_back_cannot_be_promised_anything(
    floor: Floor, number: str
) -> None:
    floor.campaigns = {CampaignId("winter"): CAMPAIGN}
    floor.talks("c-1", number=number, queue="returns")
    refused = (await floor.ask("cmd.callback.form", call="c-1"))["err"]
    assert refused["code"] == "nobody_to_call"


async def test_a_call_of_somebody_elses_cannot_be_asked_about(floor: Floor) -> None:
    call = await floor.dialled()
    floor.talks("c-1", number=book.number_of(0))
    assert (await floor.ask("cmd.callback.form", call=call))["err"]["code"] == "not_talking"
    answer = await floor.ask("cmd.callback.promise", wish("2026-11-19T10:30"), call)
    assert answer["err"]["code"] == "nobody_to_call"


async def test_a_promise_can_still_be_made_when_wrap_up_has_run_out_meanwhile(floor: Floor) -> None:
    call = await floor.dialled()
    floor.talks(call)
    await floor.ask("cmd.callback.form", call=call)
    floor.desk.publish(
        [
            f.AgentChanged(
                at=floor.now,
                agent=AgentId("maria"),
                presence=f.Presence.READY,
                reason="",
                work=f.Work.IDLE,
                since=floor.now,
            )
        ]
    )
    answer = await floor.ask("cmd.callback.promise", wish("2026-11-19T10:30"), call)
    assert answer["t"] == "done"


async def test_the_list_is_on_the_screen_again_after_a_reload(floor: Floor) -> None:
    call = await floor.dialled()
    floor.talks(call)
    await floor.ask("cmd.callback.form", call=call)
    await floor.ask("cmd.callback.promise", wish("2026-11-19T10:30"), call)
    before = floor.shown
    floor.screen = Screen("maria")
    floor.desk.resume(floor.screen, {})
    assert floor.shown == before


async def test_without_a_dialer_nothing_is_promised(floor: Floor) -> None:
    floor.desk.promises = None
    answer = await floor.ask("cmd.callback.form", call="c-1")
    assert answer["err"]["code"] == "no_dialer"


async def test_a_wish_that_fails_is_said_and_the_next_is_granted(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = await floor.dialled()
    floor.talks(call)
    with monkeypatch.context() as patch:

        async def broken(_: str) -> None:
            raise RuntimeError("the row makes no sense")

        patch.setattr(floor.looking, "called", broken)
        answer = await floor.ask("cmd.callback.form", call=call)
        assert answer["err"]["code"] == "not_now"
    assert (await floor.ask("cmd.callback.form", call=call))["t"] == "done"


async def away(*_: Any) -> None:
    raise DatabaseUnavailableError("the database cannot be used")


@pytest.fixture
def rounds_follow_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_callbacks, "AGAIN_S", 0.1)


@pytest.mark.usefixtures("rounds_follow_soon")
async def test_a_promise_that_is_kept_and_cannot_be_shown_is_told_as_kept(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = await floor.dialled()
    floor.talks(call)
    await floor.ask("cmd.callback.form", call=call)
    with monkeypatch.context() as patch:
        patch.setattr(floor.looking, "promises_of", away)
        answer = await floor.ask("cmd.callback.promise", wish("2026-11-19T10:30"), call)
        assert answer["t"] == "done"
        assert floor.shown["callbacks"] == []
    await until(lambda: floor.shown["callbacks"] != [], "the promise on the screen")
    assert floor.shown["form"]["promised"]["local"] == "2026-11-19T10:30"


async def test_what_storage_cannot_do_is_told_as_what_it_was(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = await floor.dialled()
    floor.talks(call)
    with monkeypatch.context() as patch:
        patch.setattr(floor.looking, "promises_of", away)
        answer = await floor.ask("cmd.callback.form", call=call)
        assert answer["err"]["code"] == "unread"
    await floor.ask("cmd.callback.form", call=call)
    with monkeypatch.context() as patch:
        patch.setattr(floor.looking, "whom", away)
        answer = await floor.ask("cmd.callback.promise", wish("2026-11-19T10:30"), call)
        assert answer["err"]["code"] == "storage"
    never = asyncio.Event()
    monkeypatch.setattr(desk_callbacks, "WITHIN_S", 0.05)
    monkeypatch.setattr(floor.looking, "called", lambda _: never.wait())
    answer = await floor.ask("cmd.callback.form", call=call)
    assert answer["err"]["code"] == "timeout"

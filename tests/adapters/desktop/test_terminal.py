"""The desk for the terminal."""

import asyncio
import os
import pty
import sys

from contact_center.adapters.desktop import script_messages as sm
from contact_center.adapters.desktop.payloads import Problem
from contact_center.adapters.desktop.script_messages import ScriptCommand
from contact_center.adapters.desktop.wish import problem
from contact_center.core import facts as f
from contact_center.core import requests as r
from contact_center.core.dialing import ClickToDialRequested, PreviewSkipRequested
from contact_center.core.ids import CallId, ReservationId
from contact_center.core.outcomes import JobState
from contact_center.desk_client.terminal import TerminalDesk
from tests.adapters.desktop.conftest import PASSWORD, Center, until

PROGRAM = (
    "import sys; from contact_center.desk_client.command import agent_command; "
    "sys.exit(agent_command(sys.argv[1:]))"
)


async def terminal(center: Center, *, is_auto: bool = False) -> tuple[TerminalDesk, list[str]]:
    maria = await center.agent()
    lines: list[str] = []
    desk = TerminalDesk(maria.client, lines.append, is_auto=is_auto, auto_talk_s=0.01)
    desk.screen = maria.screen
    hear = desk.hear
    maria.client.on_message = hear
    return desk, lines


async def test_keys_take_a_call_from_ready_to_disposition(center: Center) -> None:
    desk, lines = await terminal(center)
    core = center.core
    desk.key("r")
    await until(lambda: core.state.presence is f.Presence.READY)
    core.offer("call-1")
    core.complete("call-1")
    await until(lambda: desk.screen.call and desk.screen.call["more"])
    shown = "\n".join(lines)
    assert "*** Anna Kowalska [Gold]  +48221234567" in shown
    assert "before: Order status with Jonas Weber" in shown
    desk.key("a")
    await until(lambda: core.state.work is f.Work.TALKING)
    await until(lambda: desk.screen.state["work"] == "talking")
    for key in ["n", *"x marks it", "\r"]:
        desk.key(key)
    await until(lambda: desk.screen.call["notes"] == "x marks it")
    desk.key("h")
    await until(lambda: core.state.held and desk.screen.state["held"])
    desk.key("h")
    await until(lambda: not core.state.held)
    desk.key("x")
    await until(lambda: desk.screen.state["work"] == "wrap_up")
    desk.key("2")
    await until(lambda: desk.screen.call is None)
    chosen = [q.code for q in core.requests if isinstance(q, r.DispositionRequested)]
    assert chosen == ["return"]
    assert not desk.key("q")


async def test_keys_ask_for_one_call_only_and_for_wrap_up_and_more_of_it(center: Center) -> None:
    desk, _ = await terminal(center)
    core = center.core
    desk.key("c")
    await until(lambda: core.state.presence is f.Presence.READY)
    core.offer("call-1")
    core.complete("call-1")
    await until(lambda: desk.screen.call and desk.screen.call["more"])
    desk.key("a")
    await until(lambda: desk.screen.state["work"] == "talking")
    desk.key("e")
    desk.key("x")
    await until(lambda: desk.screen.state["work"] == "wrap_up")
    desk.key("e")
    await until(lambda: len([q for q in core.requests if isinstance(q, r.WrapUpRequested)]) == 2)
    once = [q.once for q in core.requests if isinstance(q, r.PresenceRequested)]
    assert once == [True]
    wishes = [(q.call, q.extend) for q in core.requests if isinstance(q, r.WrapUpRequested)]
    assert wishes == [("call-1", False), ("call-1", True)]


async def test_a_pause_asks_for_its_reason(center: Center) -> None:
    desk, lines = await terminal(center)
    desk.key("p")
    assert "1 Lunch  2 Coffee  3 Training" in lines[-1]
    desk.key("3")
    await until(lambda: center.core.state.reason == "training")


async def test_keys_out_of_place_are_answered_here(center: Center) -> None:
    desk, lines = await terminal(center)
    for key in "adhxn1":
        desk.key(key)
    assert lines[-6:] == [
        "  nothing rings",
        "  nothing rings",
        "  there is no call",
        "  there is no call",
        "  there is no call",
        "  there is no call",
    ]
    assert center.core.requests == []


async def test_left_alone_it_takes_calls_one_after_the_other(center: Center) -> None:
    desk, _ = await terminal(center, is_auto=True)
    core = center.core
    core.publish(core.change(presence=f.Presence.PAUSED, reason="signed_in"))
    await until(lambda: core.state.presence is f.Presence.READY)
    for number in range(3):
        core.offer(f"call-{number}")
        await until(lambda: core.state.work is f.Work.IDLE)
        await until(lambda: desk.screen.call is None)
    chosen = [q.code for q in core.requests if isinstance(q, r.DispositionRequested)]
    assert chosen == ["order"] * 3


class Strict:
    """A script that lets no call end as an order."""

    def take(self, agent: str, command: ScriptCommand) -> Problem | None:
        return None

    def against(self, agent: str, call: str, disposition: str) -> Problem | None:
        return problem("unsaid", "Say the terms first.") if disposition == "order" else None

    def look_at(self, agent: str) -> None:
        pass


class Led(Strict):
    """A script whose page asks something."""

    def __init__(self) -> None:
        self.taken: list[ScriptCommand] = []

    def take(self, agent: str, command: ScriptCommand) -> Problem | None:
        self.taken.append(command)
        return None


PAGE = sm.ScriptPage(
    call="call-1",
    fence=3,
    begun=True,
    script="sale",
    version="1",
    page="open",
    title="Good morning",
    say=[sm.ScriptSpan(text="Hello.")],
    questions=[],
    objections=[],
    actions=[
        sm.ScriptAction(name="terms", does="open", title="Terms", to="https://example.com/t"),
        sm.ScriptAction(name="boss", does="transfer", title="To the boss", to="agent:ben"),
    ],
)


async def test_a_call_script_is_read_and_gone_through_by_typed_lines(center: Center) -> None:
    desk, lines = await terminal(center)
    core = center.core
    center.desk.scripts = led = Led()
    desk.key("v")
    assert lines[-1] == "  there is no call script"
    core.publish(core.change(presence=f.Presence.READY))
    core.offer("call-1")
    await until(lambda: desk.screen.is_ringing)
    desk.key("a")
    await until(lambda: desk.screen.state["work"] == "talking")
    center.desk.show_script(core.state.agent, sm.ScriptShown(page=PAGE))
    await until(lambda: desk.screen.script is not None)
    assert "--- Good morning" in lines[-1]
    for line in ("", "!1", "@terms", "@boss"):
        for key in ["v", *line, "\r"]:
            desk.key(key)
    await until(lambda: any(isinstance(q, r.TransferRequested) for q in core.requests))
    moved, *acted = led.taken
    assert isinstance(moved, sm.CmdScriptMove)
    assert (moved.call, moved.d.fence, moved.d.do) == ("call-1", 3, "next")
    assert [type(command) for command in acted] == [sm.CmdScriptAct] * 2
    assert "  no objection 1 is here" in lines
    assert "  open https://example.com/t" in lines


async def test_left_alone_it_ends_calls_as_their_script_lets_it(center: Center) -> None:
    desk, lines = await terminal(center, is_auto=True)
    center.desk.scripts = Strict()
    core = center.core
    core.publish(core.change(presence=f.Presence.PAUSED, reason="signed_in"))
    await until(lambda: core.state.presence is f.Presence.READY)
    core.offer("call-1")
    await until(lambda: core.state.work is f.Work.IDLE and desk.screen.call is None)
    chosen = [q.code for q in core.requests if isinstance(q, r.DispositionRequested)]
    assert chosen == ["return"]
    assert "  refused: unsaid: Say the terms first." in lines


async def test_the_command_logs_in_and_prints_what_happens(center: Center) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        PROGRAM,
        *("--url", center.url, "--login", "maria", "--auto", "--talk", "0"),
        env={"CONTACT_CENTER_PASSWORD": PASSWORD},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
    )
    await until(lambda: center.desk.screen_of("maria"))
    center.core.publish(center.core.change(presence=f.Presence.READY))
    center.core.offer("call-1")
    await until(lambda: center.core.state.work is f.Work.IDLE and len(center.core.requests) >= 3)
    screen = center.desk.screen_of("maria")
    assert screen is not None
    screen.close(4409, "enough")
    out, _ = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 1
    assert "*** Anna Kowalska" in out.decode()
    assert "closed by the server: 4409" in out.decode()


async def test_single_keys_work_in_a_real_terminal(center: Center) -> None:
    ours, theirs = pty.openpty()
    try:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", PROGRAM, "--url", center.url, "--login", "maria"),
            env={"CONTACT_CENTER_PASSWORD": PASSWORD},
            stdin=theirs,
            stdout=asyncio.subprocess.DEVNULL,
        )
        await until(lambda: center.desk.screen_of("maria"))
        os.write(ours, b"r")
        await until(lambda: center.core.state.presence is f.Presence.READY)
        os.write(ours, b"q")
        assert await asyncio.wait_for(process.wait(), 20) == 0
        assert center.core.state.presence is f.Presence.LOGGED_OUT
    finally:
        os.close(ours)
        os.close(theirs)


async def test_a_wrong_password_ends_the_command_with_words(center: Center) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", PROGRAM, "--url", center.url, "--login", "maria"),
        env={"CONTACT_CENTER_PASSWORD": "wrong"},
        stdin=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, err = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 1
    assert "cannot log in: Login or password is wrong. (401)" in err.decode()


async def test_who_is_on_the_phone_elsewhere_or_at_several_things_sees_it(center: Center) -> None:
    desk, lines = await terminal(center)
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
    center.core.publish(center.core.change(presence=f.Presence.READY, outside=True))
    await until(lambda: desk.screen.state.get("outside"))
    assert lines[-1] == "  = ready, idle, on the phone elsewhere"
    both = {"work": f.Work.TALKING, "call": CallId("w-one"), "jobs": chats, "load": 50}
    center.core.publish(center.core.change(outside=False, **both))
    await until(lambda: len(desk.screen.state["jobs"]) == 2)
    assert [job["since"] for job in desk.screen.state["jobs"]] == [7, 7]
    assert lines[-1] == (
        "  = ready, talking; 2 at once, 50 % taken: chat w-one talking, chat w-two talking"
    )
    late = await center.agent()  # a screen that is opened now is told as well
    await until(lambda: late.screen.state.get("load") == 50)
    assert len(late.screen.state["jobs"]) == 2


async def test_a_lead_is_shown_and_dialled_or_skipped_with_a_reason(center: Center) -> None:
    desk, lines = await terminal(center)
    core = center.core
    desk.key("r")
    await until(lambda: core.state.presence is f.Presence.READY)
    core.show_lead("d-1")
    await until(lambda: desk.screen.preview)
    shown = "\n".join(lines)
    assert "??? Eve Park  +14155550123  (spring)" in shown
    assert "roof: slate" in shown
    assert "the customer is left" in shown
    desk.key("d")
    assert lines[-1] == "  skip because: 1 not now  2 wrong fit"
    desk.key("2")
    await until(lambda: desk.screen.call is None)
    skipped = [q for q in core.requests if isinstance(q, PreviewSkipRequested)]
    assert [q.reason for q in skipped] == ["wrong_fit"]
    core.show_lead("d-2")
    await until(lambda: desk.screen.preview)
    desk.key("a")
    await until(lambda: desk.screen.state["work"] == "talking")
    assert desk.screen.preview is None


async def test_a_number_is_typed_and_called(center: Center) -> None:
    desk, _ = await terminal(center)
    for key in ["l", *"+14155550123", "\r"]:
        desk.key(key)
    core = center.core
    await until(lambda: any(isinstance(q, ClickToDialRequested) for q in core.requests))

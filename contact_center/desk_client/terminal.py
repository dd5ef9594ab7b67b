"""A desk for the terminal: what its keys do, and what it shows.

Single keys while nothing is typed: r ready, c ready for one call, p pause, a accept, d decline,
h hold, x hang up, n notes, 1-9 disposition (or reason of a pause after p), e wrap-up or more of it,
l call a number, q log out. With the caller: m mute, t transfer, u back to the queue, z park,
o recording; k consult, and then f finish, s swap, j join all, b back; g takes a parked caller.
Targets are typed: agent:ben, queue:sales, number:+1415...
v leads through the call script: see `contact_center.desk_client.script`.
Somebody whom a campaign wants called is shown first: a calls them, d skips.
With ``--auto`` it goes ready, accepts what rings and gives the first disposition that is taken.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Final

from contact_center.desk_client.cards import (
    history_text,
    numbered,
    pop_text,
    preview_text,
    skip_choices,
)
from contact_center.desk_client.connection import CommandFailedError, DeskClient
from contact_center.desk_client.screen import Screen, state_text
from contact_center.desk_client.script import HELP as HELP_FOR_SCRIPTS
from contact_center.desk_client.script import (
    NotUnderstoodError,
    command_for,
    key_of,
    page_text,
)

HELP: Final = (
    "r ready  c one call  p pause  a accept  d decline  h hold  x hang up  n notes  1-9 end\n"
    "  e wrap-up, more of it  l call a number  q log out\n"
    "  m mute  t transfer  u back to the queue  z park  g get parked  o recording\n"
    "  k consult, then: f finish  s swap  j join all  b back\n"
    "  v script, then a line: Enter next, back, said, an answer, !1 objection, @1 button"
)
AUTO_TALK_S: Final = 5.0


@dataclass
class TerminalDesk:
    """Prints what happens and sends what is typed; `out` takes the text."""

    client: DeskClient
    out: Callable[[str], None]
    is_auto: bool = False
    auto_talk_s: float = AUTO_TALK_S
    screen: Screen = field(default_factory=Screen)
    typing: str | None = None
    """What is being typed, or None when keys are commands."""
    _typed: Callable[[str], None] | None = None
    _choosing: tuple[list[dict[str, str]], Callable[[str], None]] | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _seen: str = ""
    _read: tuple[Any, ...] = ()
    _dealt_with: set[tuple[str, str]] = field(default_factory=set)

    def hear(self, message: dict[str, Any]) -> None:
        """Take a message from the connection."""
        self.screen.apply(message)
        self._show(message)
        state = self.screen.state
        seen = state_text(state) if state else ""
        if seen != self._seen and state:
            self._seen = seen
            self.out(seen)
        if self.is_auto:
            self._act_alone()

    def _show_script(self) -> None:
        page = self.screen.script
        if page is not None and key_of(page) != self._read:
            self.out(page_text(page))
        self._read = key_of(page)

    def _show(self, message: dict[str, Any]) -> None:
        match message["t"]:
            case "script.state":
                self._show_script()
            case "pop.show" if not message["d"]["ended"]:
                self.out(pop_text(message["d"]))
            case "pop.more":
                self.out(history_text(message["d"]))
            case "call.offered" if message["d"].get("preview"):
                self.out(preview_text(message["d"]["preview"], message["ts"]))
            case "call.missed":
                row = message["d"]
                who = row["name"] or row["ani"] or "withheld"
                self.out(f"  missed: {who} ({row['result'].replace('_', ' ')})")
            case "call.consult":
                d = message["d"]
                why = f" ({d['reason'].replace('_', ' ')})" if d["reason"] else ""
                self.out(f"  consulting {d['to']}: {d['state']}{why}")
            case "call.parked":
                self.out(f"  parked in slot {message['d']['slot']}")
            case "call.transferred":
                self.out(f"  passed on to {message['d']['to']}")
            case "provider.state":
                up = message["d"]["up"]
                self.out(f"  the phone system is {'there' if up else 'out of reach'}")

    def level(self, name: str) -> None:
        """Hear how the connection is."""
        self.out(f"  [{name}]")

    def key(self, key: str) -> bool:
        """Take one key; False when the person wants to leave."""
        if self.typing is not None:
            self._type(key)
        elif key.isdigit() and key != "0":
            self._number(int(key) - 1)
        elif key == "q":
            return False
        elif key in _KEYS:
            _KEYS[key](self)
        elif key.strip():
            self.out(f"  {HELP}")
        return True

    def ask(self, t: str, d: dict[str, Any] | None = None, *, call: str = "") -> None:
        """Send a command and print why, if it is refused."""

        async def work() -> None:
            try:
                await self.client.command(t, d, call=call)
            except CommandFailedError as error:
                self.out(f"  refused: {error}")
            except TimeoutError:
                self.out(f"  no answer to {t}")

        self._start(work())

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @property
    def call(self) -> str:
        """The current call, or nothing."""
        return self.screen.call["call"] if self.screen.call else ""

    def offer(self, t: str) -> None:
        """Accept or decline what rings."""
        if self.screen.is_ringing and self.screen.call is not None:
            self.ask(t, {"reservation": self.screen.call["reservation"]})
        else:
            self.out("  nothing rings")

    def in_call(self, t: str, d: dict[str, Any] | None = None) -> None:
        """Do something about the call."""
        if self.call:
            self.ask(t, d, call=self.call)
        else:
            self.out("  there is no call")

    def pause(self) -> None:
        """Ask for the reason of a pause."""
        self._choosing = (
            self.screen.pause_reasons,
            lambda reason: self.ask("cmd.pause", {"reason": reason}),
        )
        self.out("  pause for: " + numbered(self.screen.pause_reasons))

    def decline(self) -> None:
        """Decline what rings, or ask for the reason not to call who is shown."""
        preview = self.screen.preview
        if preview is None:
            self.offer("cmd.decline")
        elif reasons := skip_choices(preview):
            self._choosing = (
                reasons,
                lambda code: self.in_call("cmd.preview_skip", {"reason": code}),
            )
            self.out("  skip because: " + numbered(reasons))
        else:
            self.in_call("cmd.preview_skip")

    def begin_script(self) -> None:
        """Type a line for the call script."""
        if self.screen.script is None:
            self.out("  there is no call script")
            return
        self._begin_typing(f"{HELP_FOR_SCRIPTS}:", self._do_in_script)

    def _do_in_script(self, line: str) -> None:
        page = self.screen.script
        if page is None:
            self.out("  there is no call script any more")
            return
        try:
            t, d = command_for(page, line)
        except NotUnderstoodError as error:
            self.out(f"  {error}")
            return
        self._start(self._command_script(page, t, d))

    async def _command_script(self, page: dict[str, Any], t: str, d: dict[str, Any]) -> None:
        """Ask for it, and then for what a button stands for, as with the keys of this desk."""
        try:
            await self.client.command(t, d, call=page["call"])
        except (CommandFailedError, TimeoutError) as error:
            self.out(f"  refused: {error}")
            return
        buttons = page.get("actions", []) if t == "cmd.script.act" else []
        button = next((one for one in buttons if one["name"] == d["action"]), None)
        if button is None:
            return
        if button["does"] == "transfer":
            self.ask("cmd.transfer", {"to": button["to"]}, call=page["call"])
        elif button["does"] == "open":
            self.out(f"  open {button['to']}")
        else:
            self.out("  a call back is promised in the browser")

    def ask_number(self) -> None:
        """Type a number to be called."""
        self._begin_typing(
            "call +1415...:", lambda number: self.ask("cmd.dial", {"number": number})
        )

    def begin_notes(self) -> None:
        """Type notes until Enter."""
        if not self.call or self.screen.call is None:
            self.out("  there is no call")
            return
        self._begin_typing("notes (Enter saves, Esc drops):", self._save_notes)

    def ask_whom(self, t: str) -> None:
        """Type whom to call or to pass the caller on to."""
        if not self.call:
            self.out("  there is no call")
            return
        self._begin_typing(
            "agent:ID, queue:ID or number:+1415...:", lambda to: self.in_call(t, {"to": to})
        )

    def ask_slot(self) -> None:
        """Type the slot of a parked caller."""

        def take(text: str) -> None:
            if text.isdecimal():
                self.ask("cmd.retrieve", {"slot": int(text)})
            else:
                self.out("  no such slot")

        self._begin_typing("slot:", take)

    def _begin_typing(self, what: str, then: Callable[[str], None]) -> None:
        self.typing, self._typed = "", then
        self.out(f"  {what}")

    def _save_notes(self, typed: str) -> None:
        before = self.screen.call["notes"] if self.screen.call else ""
        self.in_call("cmd.notes", {"text": f"{before}\n{typed}".strip()})

    def record(self) -> None:
        """Pause the recording, or let it go on."""
        recording = self.screen.call.get("recording") if self.screen.call else None
        self.in_call("cmd.record", {"on": bool(recording and recording["paused"])})

    def more_time(self) -> None:
        """Ask for wrap-up while talking, and in wrap-up for more of it."""
        self.in_call("cmd.wrapup", {"extend": self.screen.state.get("work") == "wrap_up"})

    def mute(self) -> None:
        """Be heard no more, or again."""
        muted = bool(self.screen.call and self.screen.call.get("muted"))
        self.in_call("cmd.mute", {"on": not muted})

    def _type(self, key: str) -> None:
        assert self.typing is not None
        if key in "\r\n":
            typed, then = self.typing, self._typed
            self.typing = self._typed = None
            if then is not None:
                then(typed)
        elif key == "\x1b":
            self.typing = self._typed = None
            self.out("  dropped")
        elif key in "\x7f\b":
            self.typing = self.typing[:-1]
        else:
            self.typing += key

    def _number(self, index: int) -> None:
        choices, then = self._choosing or (
            self.dispositions(),
            lambda code: self.in_call("cmd.disposition", {"code": code}),
        )
        self._choosing = None
        if index >= len(choices):
            self.out("  no such number")
        else:
            then(choices[index]["code"])

    def dispositions(self) -> list[dict[str, str]]:
        """The codes that may end the current call."""
        queue = self.screen.call.get("queue") if self.screen.call else None
        known = next((q for q in self.screen.queues if q["queue"] == queue), None)
        codes = known["dispositions"] if known else []
        return [c for c in self.screen.dispositions if not codes or c["code"] in codes]

    def _act_alone(self) -> None:
        work = self.screen.state.get("work", "")
        if not self.call:
            if self.screen.state.get("presence") == "paused" and self._once("ready"):
                self.ask("cmd.ready")
            return
        if work == "offered" and self._once(work):
            self.offer("cmd.accept")
        elif work == "talking" and self._once(work):
            self._start(self._talk_a_while(self.call))
        elif work == "wrap_up" and self._once(work):
            self._start(self._end_somehow(self.call))

    async def _end_somehow(self, call: str) -> None:
        """Give the first disposition that is taken: a script may have something against one."""
        for choice in self.dispositions():
            try:
                await self.client.command("cmd.disposition", {"code": choice["code"]}, call=call)
            except (CommandFailedError, TimeoutError) as error:
                self.out(f"  refused: {error}")
                if getattr(error, "code", "") == "unsaid":
                    continue
            return

    async def _talk_a_while(self, call: str) -> None:
        await asyncio.sleep(self.auto_talk_s)
        if self.call == call and self.screen.state.get("work") == "talking":
            self.ask("cmd.hangup", call=call)

    def _once(self, what: str) -> bool:
        key = (self.call or str(self.screen.state.get("since")), what)
        is_new = key not in self._dealt_with
        if len(self._dealt_with) > 1000:
            self._dealt_with.clear()
        self._dealt_with.add(key)
        return is_new


_KEYS: Final[dict[str, Callable[[TerminalDesk], None]]] = {
    "r": lambda desk: desk.ask("cmd.ready"),
    "c": lambda desk: desk.ask("cmd.ready", {"once": True}),
    "e": TerminalDesk.more_time,
    "p": TerminalDesk.pause,
    "a": lambda desk: desk.offer("cmd.accept"),
    "d": TerminalDesk.decline,
    "l": TerminalDesk.ask_number,
    "h": lambda desk: desk.in_call("cmd.hold", {"on": not desk.screen.state.get("held")}),
    "x": lambda desk: desk.in_call("cmd.hangup"),
    "n": TerminalDesk.begin_notes,
    "v": TerminalDesk.begin_script,
    "m": TerminalDesk.mute,
    "o": TerminalDesk.record,
    "t": lambda desk: desk.ask_whom("cmd.transfer"),
    "u": lambda desk: desk.in_call("cmd.requeue"),
    "z": lambda desk: desk.in_call("cmd.park"),
    "g": TerminalDesk.ask_slot,
    "k": lambda desk: desk.ask_whom("cmd.consult"),
    "f": lambda desk: desk.in_call("cmd.consult.step", {"step": "complete"}),
    "s": lambda desk: desk.in_call("cmd.consult.step", {"step": "swap"}),
    "j": lambda desk: desk.in_call("cmd.consult.step", {"step": "conference"}),
    "b": lambda desk: desk.in_call("cmd.consult.step", {"step": "return"}),
}

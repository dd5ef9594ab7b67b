"""A flow tried out in a terminal: what the caller hears as text, keys and commands as lines.

Time is that of the tryout. As fast as keys come, it runs on until the caller is waited for; in
steps, it passes only when somebody says so; in real time, it is that of the clock on the wall.
"""

import os
import re
import select
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from enum import Enum
from zoneinfo import ZoneInfo

from contact_center.app.ivr.hearing import Moment, What
from contact_center.app.ivr.tryout import SECOND_US, CannotError, Tryout
from contact_center.content.build_scenarios import instant
from contact_center.core.commands import NO_MUSIC
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.ids import FlowId
from contact_center.core.ivr.scenario import Answered, Given
from contact_center.runtime.clock import WallClock

_KEYS = re.compile(r"[0-9*#A-D]+\Z")
_DIGIT = "0"
"""Any will do to ask whether keys are secret now."""
_SECONDS = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m)?\Z")
_UNITS_US = {"ms": 1_000, "s": SECOND_US, "m": 60 * SECOND_US, None: SECOND_US}
UTC = ZoneInfo("UTC")
OUTCOMES = ("ok", "not_found", "timeout", "error")
HELP = """\
  12#                    keys the caller presses; several in one line are typed ahead
  (an empty line)        listen on until something happens
  :wait 6                let six seconds pass; also 500ms, 2m
  :silence [3]           press nothing until the flow has waited in vain, or so many times
  :say WORDS             say something; balance (0.5) is a word that is half understood
  :hangup                hang up
  :agent answers|leaves  let somebody take the call, or hang up
  :lookup NAME OUTCOME [NAME=VALUE ...]   how a service answers from now on
  :emergency on|off      what operations switch
  :time 2026-11-23T10:00-05:00            a new call at that time
  :again                 a new call
  :state                 where the caller is, and what the flow knows
  :quit                  enough
"""


class Pace(Enum):
    """When time passes."""

    FAST = "fast"
    STEPS = "steps"
    REAL = "real"


class Terminal:
    """One person who tries a flow out. `write` is given whole lines."""

    def __init__(
        self,
        configuration: CenterConfiguration,
        flow: FlowId,
        given: Given,
        write: Callable[[str], None],
        pace: Pace = Pace.FAST,
        zone: ZoneInfo = UTC,
    ) -> None:
        self._configuration = configuration
        self._flow = flow
        self.given = given
        self._write = write
        self._pace = pace
        self._zone = zone
        self.tryout: Tryout

    def call(self) -> None:
        """Call, for the first time or again."""
        given = self.given
        number = given.number or "nobody"
        words = f"to {number} by" if given.outbound else f"from {number} to"
        self._write(f"{self._date(given.at)}  a call {words} {self._flow}\n")
        self.tryout = Tryout(self._configuration, self._flow, given, self._tell)
        try:
            self.tryout.call()
        except CannotError as problem:
            self._write(f"         ! {problem}\n")
        self._go_on()

    def do(self, line: str) -> bool:
        """Do what a line says; False when that was enough."""
        text = line.strip()
        name, _, rest = text.removeprefix(":").partition(" ")
        try:
            if not text:
                self._listen_on()
            elif not text.startswith(":"):
                self._press(text)
            elif name in {"quit", "q"}:
                return False
            elif name in _COMMANDS:
                _COMMANDS[name](self, rest.strip())
            else:
                raise CannotError(f"there is no command :{name}; :help names them all")
        except CannotError as problem:
            self._write(f"         ! {problem}\n")
        self._go_on()
        return True

    def shown(self, line: str) -> str:
        """Give a line as it may be written down: keys that are secret, or may be, are stars.

        Which key of a line comes where is known only when it was pressed; so where anything is
        secret, only the first can be shown. What is no keys but has digits may be meant as some.
        """
        text = line.strip()
        if not text or text.startswith(":"):
            return text
        hidden = self.tryout.hides(_DIGIT)
        if not hidden and not self.tryout.has_secrets:
            return text
        if not _KEYS.match(text):
            return re.sub(r"\d", "*", text)
        return "*" * len(text) if hidden else text[0] + "*" * (len(text) - 1)

    # --- commands -----------------------------------------------------------------------------

    def _press(self, keys: str) -> None:
        if not _KEYS.match(keys):
            raise CannotError(
                f"{self.shown(keys)!r} are no keys; commands begin with a colon, see :help"
            )
        self.tryout.press(keys)

    def _listen_on(self) -> None:
        if not self.tryout.over and not self.tryout.rest():
            raise CannotError("nothing happens by itself any more")

    def wait(self, rest: str) -> None:
        """Let time pass."""
        match = _SECONDS.match(rest)
        if match is None:
            raise CannotError("write :wait 6, :wait 500ms or :wait 2m")
        self.tryout.wait(round(float(match[1]) * _UNITS_US[match[2]]))

    def silence(self, rest: str) -> None:
        """Press nothing."""
        times = rest.removesuffix("x") or "1"
        if not times.isdecimal():
            raise CannotError("write :silence, or :silence 3")
        self.tryout.be_silent(int(times))

    def say(self, rest: str) -> None:
        """Say something."""
        if not rest:
            raise CannotError("write what the caller says: :say my balance")
        self.tryout.speak(rest)

    def agent(self, rest: str) -> None:
        """Let somebody take the call, or leave it."""
        if rest == "answers":
            self.tryout.agent_answers()
        elif rest == "leaves":
            self.tryout.others_leave()
        else:
            raise CannotError("write :agent answers or :agent leaves")

    def lookup(self, rest: str) -> None:
        """Say how a service answers."""
        name, *more = rest.split() or [""]
        outcome, values = (more[0], more[1:]) if more else ("", [])
        if not name or outcome not in OUTCOMES or not all("=" in value for value in values):
            raise CannotError(
                "write :lookup NAME ok NAME=VALUE ..., or another of " + str(OUTCOMES)
            )
        answer = Answered(outcome=outcome, values=dict(v.split("=", 1) for v in values))
        self.given = replace(self.given, services={**self.given.services, name: answer})
        self.tryout.given = self.given

    def emergency(self, rest: str) -> None:
        """Switch the emergency on or off."""
        if rest not in {"on", "off"}:
            raise CannotError("write :emergency on or :emergency off")
        self.tryout.emergency(on=rest == "on")

    def time(self, rest: str) -> None:
        """Call anew at another time."""
        try:
            at = instant(datetime.fromisoformat(rest), self._zone)
        except ValueError:
            raise CannotError("write :time 2026-11-23T10:00-05:00") from None
        self.given = replace(self.given, at=at)
        self.call()

    def state(self, _: str) -> None:
        """Say where the caller is and what the flow knows."""
        now, session = self.tryout, self.tryout.session
        rows = {
            "time": self._date(now.now),
            "node": now.node + (" (the call is over)" if now.over else ""),
            "queue": now.queue,
            "talks with": now.talking,
            "language": now.language,
            "tags": ", ".join(session.tags) if session is not None else "",
        }
        for name, value in session.variables.items() if session is not None else ():
            rows[f"vars.{name}"] = repr(value)
        self._write("".join(f"         {k:12} {v}\n" for k, v in rows.items() if v))

    # --- output and time ----------------------------------------------------------------------

    def _tell(self, moment: Moment) -> None:
        words = describe(moment)
        if words:
            passed = (moment.at - self.given.at) / SECOND_US
            clock = f"{int(passed // 60)}:{passed % 60:04.1f}"
            self._write(f"{clock:>7}  {moment.node:16}  {words}\n")

    def _date(self, at: int) -> str:
        return datetime.fromtimestamp(at / SECOND_US, self._zone).isoformat(" ", "seconds")

    def _go_on(self) -> None:
        if self._pace is Pace.FAST:
            self.tryout.run_to_caller()


_COMMANDS: dict[str, Callable[[Terminal, str], None]] = {
    "wait": Terminal.wait,
    "silence": Terminal.silence,
    "say": lambda terminal, rest: terminal.say(rest),
    "speech": lambda terminal, rest: terminal.say(rest),
    "hangup": lambda terminal, _: terminal.tryout.hang_up(),
    "agent": Terminal.agent,
    "lookup": Terminal.lookup,
    "emergency": Terminal.emergency,
    "time": Terminal.time,
    "again": lambda terminal, _: terminal.call(),
    "state": Terminal.state,
    "help": lambda terminal, _: terminal._write(HELP),
}


def describe(moment: Moment) -> str:
    """Say what happened, for a line; "" for what nobody notices."""
    if moment.what is What.MUSIC and moment.text == NO_MUSIC:
        return ""
    return _WORDS[moment.what].format(moment.text)


_WORDS = {
    What.SAYS: '"{}"',
    What.MUSIC: "(music: {})",
    What.BEEP: "(beep: the caller is recorded)",
    What.RINGING: "(rings at {})",
    What.LEFT: "-> {}",
    What.QUEUED: "waits in the queue {}",
    What.UNQUEUED: "waits no more: {}",
    What.OFFERED: "the phone of {} rings",
    What.JOINED: "talks with {}",
    What.ALONE: "talks no more with {}",
    What.NOTED: "noted: {}",
    What.ASKED: "(the service {})",
    What.FAULT: "A BUG OF OURS: {}",
    What.ENDED: "the call is over: {}",
}


# --- lines from somewhere -----------------------------------------------------------------------


def run_lines(terminal: Terminal, lines: Iterable[str], echo: Callable[[str], None]) -> None:
    """Do line by line; whoever is still on the line at the end hangs up."""
    terminal.call()
    for line in lines:
        echo(terminal.shown(line))
        if not terminal.do(line):
            return
    if not terminal.tryout.over:
        terminal.do(":hangup")


def run_in_real_time(terminal: Terminal, fd: int) -> None:
    """The same in real time: what is typed comes when it is typed. `fd` is read for lines."""
    clock, typed = WallClock(), b""
    terminal.call()
    began = clock.now()
    while True:
        tryout = terminal.tryout
        due = tryout.next_due()
        passed = clock.now() - began
        left = None if due is None else max(0, due - terminal.given.at - passed) / SECOND_US
        if b"\n" not in typed and select.select([fd], [], [], left)[0]:
            read = os.read(fd, 4096)
            typed += read or b":quit\n"
        tryout.wait(max(0, terminal.given.at + clock.now() - began - tryout.now))
        if b"\n" in typed:
            line, _, typed = typed.partition(b"\n")
            if not terminal.do(line.decode("utf-8", "replace")):
                return
            if terminal.tryout is not tryout:
                began = clock.now()
            began -= max(0, terminal.tryout.now - terminal.given.at - (clock.now() - began))


def read_lines(prompt: str) -> Iterable[str]:
    """Lines that somebody types, with a prompt before each; ends with the input."""
    while True:
        sys.stdout.write(prompt)
        sys.stdout.flush()
        line = sys.stdin.readline()
        if not line:
            return
        yield line.rstrip("\n")

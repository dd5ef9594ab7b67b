"""Call scripts at desks: pages as messages, and what agents do there."""

import asyncio
import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from contact_center.adapters.desktop import script_messages as sm
from contact_center.adapters.desktop.desk import Desk
from contact_center.adapters.desktop.payloads import Problem
from contact_center.adapters.desktop.wish import problem
from contact_center.adapters.sql.errors import DatabaseUnavailableError
from contact_center.adapters.sql.scripts import ScriptRecords
from contact_center.content.center import Center as Content
from contact_center.core import recording
from contact_center.core.center import Center
from contact_center.core.errors import InboxFullError
from contact_center.core.facts import Fact
from contact_center.core.ids import AgentId, CallId, CommandId
from contact_center.core.requests import RecordingRequested
from contact_center.core.scripting import reading
from contact_center.core.scripting.facts import ScriptFact
from contact_center.core.scripting.reading import ScriptRefusedError
from contact_center.core.scripting.run import Run
from contact_center.core.scripting.texts import Span
from contact_center.core.scripting.view import ObjectionView, PageView, QuestionView
from contact_center.ports import Post
from contact_center.runtime.scripting import Act, CallScripts

log = logging.getLogger(__name__)

_MOVES: Final[Mapping[str, Act]] = {
    "next": reading.go_on,
    "back": lambda run, names, now: reading.go_back(run, now),
    "close": reading.close_objection,
    "take": partial(reading.close_objection, go=True),
    "accepted": partial(reading.answer_offer, accepted=True),
    "declined": partial(reading.answer_offer, accepted=False),
}


class DeskScripts:
    """A ScriptDoor and a FactSink: the scripts of a center's calls, at its desks.

    `clock` gives microseconds UTC; `records` keep what happens; `center` gives the core's state,
    for where in a recording something was said.
    """

    def __init__(
        self,
        desk: Desk,
        post: Post,
        content: Content,
        clock: Callable[[], int],
        records: ScriptRecords,
        center: Callable[[], Center],
    ) -> None:
        self._center = center
        self._desk, self._post = desk, post
        self.scripts = CallScripts(
            content.call_scripts,
            _agents(content),
            clock,
            self.show,
            self.secure,
            records,
            self._wake,
        )
        self._clock = clock
        self._alarm: asyncio.TimerHandle | None = None
        self._alarm_at = 0
        self._records = records
        desk.scripts = self

    async def restore(self, center: Center) -> None:
        """Go on with what an earlier process had open, as far as storage can be asked."""
        calls = [call.call for call in center.calls.calls.values() if call.screens]
        try:
            found = [await self._records.find(call) for call in calls]
        except DatabaseUnavailableError:
            log.warning("scripts of live calls cannot be read, and begin again")
            return
        self.scripts.restore(run for run in found if run is not None)

    def publish(self, facts: Sequence[Fact]) -> None:
        """Take facts, in order."""
        self.scripts.publish(facts)

    def reseat(self, content: Content) -> None:
        """Go on with another center; calls that have a script finish on it."""
        self.scripts.reseat(content.call_scripts, _agents(content))

    # --- the door ---------------------------------------------------------------------------------

    def take(self, agent: str, command: sm.ScriptCommand) -> Problem | None:
        """Do it, or say why not."""
        try:
            self.scripts.act(
                AgentId(agent), CallId(command.call), command.d.fence, self._act_of(command)
            )
        except ScriptRefusedError as refused:
            return problem(refused.code, _words(refused))
        return None

    def against(self, agent: str, call: str, disposition: str) -> Problem | None:
        """Say why a call may not end like this yet, if the script has something against it."""
        missing = self.scripts.missing(AgentId(agent), CallId(call), disposition)
        if not missing:
            return None
        return problem("unsaid", f"Before a call may end like this, say: {', '.join(missing)}.")

    def look_at(self, agent: str) -> None:
        """Show them what they have open."""
        self.scripts.look_at(AgentId(agent))

    def _act_of(self, command: sm.ScriptCommand) -> Act:
        if isinstance(command, sm.CmdScriptMove):
            return self._confirm if command.d.do == "confirm" else _MOVES[command.d.do]
        if isinstance(command, sm.CmdScriptObjection):
            name = command.d.objection
            return lambda run, names, now: reading.object_to(run, name, now)
        if isinstance(command, sm.CmdScriptAct):
            action = command.d.action
            return lambda run, names, now: reading.act(run, names, action, now)
        if isinstance(command, sm.CmdScriptHint):
            hint, go = command.d.hint, command.d.go
            return lambda run, names, now: reading.close_hint(run, names, hint, now, go=go)
        question, given = command.d.question, command.d.answer
        return lambda run, names, now: reading.answer(run, question, given, now)

    def _confirm(self, run: Run, names: Mapping[str, object], now: int) -> list[ScriptFact]:
        call = self._center().calls.calls.get(CallId(run.call))
        heard = None
        if call is not None:
            heard = recording.stretch(call, AgentId(run.agent), run.since, now)
        return reading.confirm(run, now, heard)

    # --- what comes up ----------------------------------------------------------------------------

    def show(self, agent: AgentId, call: CallId, view: PageView | None, *, begun: bool) -> None:
        """Put a page on a screen."""
        page = None if view is None else _page(call, view, begun=begun)
        self._desk.show_script(agent, sm.ScriptShown(page=page))

    def _wake(self, at: int) -> None:
        """Have hints come up at a time (microseconds UTC), or earlier if that was asked for."""
        if self._alarm is not None and not self._alarm.cancelled() and self._alarm_at <= at:
            return
        if self._alarm is not None:
            self._alarm.cancel()
        wait_s = max(0, at - self._clock()) / 1_000_000
        self._alarm_at = at
        self._alarm = asyncio.get_running_loop().call_later(wait_s, self._tick)

    def _tick(self) -> None:
        self._alarm = None
        try:
            self.scripts.tick()
        except Exception:
            log.exception("hints of scripts cannot be shown")

    def secure(self, agent: AgentId, call: CallId, secure: bool) -> None:
        """Leave a gap in the recording while something is asked that must not be in it."""
        cmd = CommandId(f"script-{secrets.token_hex(8)}")
        wish = RecordingRequested(cmd=cmd, agent=agent, call=call, on=not secure, by_script=True)
        try:
            self._post(wish)
        except InboxFullError:
            # The agent's own button is still there; the page says that it has to be used.
            self._desk.counts.failures += 1


def _agents(content: Content) -> dict[AgentId, str]:
    return {agent.agent: agent.name for agent in content.configuration.agents.values()}


def _words(refused: ScriptRefusedError) -> str:
    words = str(refused)
    return f"{words[:1].upper()}{words[1:]}."


def _page(call: CallId, view: PageView, *, begun: bool) -> sm.ScriptPage:
    return sm.ScriptPage(
        call=call,
        fence=view.fence,
        begun=begun,
        script=view.script,
        version=view.version,
        page=view.page,
        title=view.title,
        say=_spans(view.say),
        questions=[_question(each) for each in view.questions],
        objections=[_objection(each) for each in view.objections],
        confirm=_spans(view.confirm),
        confirmed=view.confirmed,
        confirm_from=-(-view.confirm_from // 1000),
        open=None if view.open is None else _objection(view.open),
        actions=[
            sm.ScriptAction(name=a.name, does=a.does, title=a.title, to=a.to) for a in view.actions
        ],
        hints=[_objection(each) for each in view.hints],
        offer=view.offer,
        suggested=view.suggested,
        can_go_back=view.can_go_back,
        end=view.end,
        over=view.over,
        secure=view.secure,
    )


def _spans(spans: tuple[Span, ...]) -> list[sm.ScriptSpan]:
    return [sm.ScriptSpan(text=span.text, kind=span.kind) for span in spans]


def _question(view: QuestionView) -> sm.ScriptQuestion:
    answer = list(view.answer) if isinstance(view.answer, tuple) else view.answer
    return sm.ScriptQuestion(
        name=view.name,
        kind=view.kind,
        ask=_spans(view.ask),
        help=_spans(view.help),
        options=[sm.ScriptOption(code=code, label=label) for code, label in view.options],
        required=view.required,
        given=view.given,
        answer=answer,
    )


def _objection(view: ObjectionView) -> sm.ScriptObjection:
    return sm.ScriptObjection(
        name=view.name, title=view.title, say=_spans(view.say), leads_on=view.leads_on
    )

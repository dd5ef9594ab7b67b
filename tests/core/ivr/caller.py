"""A caller for tests: presses keys, waits, hangs up, and says what was heard.

Every step is checked for what must hold always: ids are new, at most one playback and one listening
are live, every wait has a timer, nothing comes after the end.
"""

import copy
from collections.abc import Callable, Mapping
from typing import TypeVar

from contact_center.core.commands import (
    Command,
    Listen,
    PlaySequence,
    PromptItem,
    PromptKind,
    StartRecording,
    StopListen,
    StopPlayback,
)
from contact_center.core.events import (
    CommandFailed,
    Event,
    KeyPressed,
    KeysCollected,
    PlaybackFailed,
    PlaybackFinished,
    RecordingFailed,
    RecordingFinished,
    SpeechFinal,
    SpeechStarted,
    TimerFired,
)
from contact_center.core.facts import CallFact, NodeLeft
from contact_center.core.ids import CallId, CallIds, CommandId, FlowId, LegId, ListenId
from contact_center.core.ivr.expressions import ExpressionFailedError, Scalar
from contact_center.core.ivr.flow import (
    AnyNode,
    Edge,
    Failure,
    FlowBundle,
    Prompt,
    Speech,
    SpeechKind,
)
from contact_center.core.ivr.interpreter import Interpreter
from contact_center.core.ivr.session import Exit, IvrSession, IvrStarted, Phase, Step

Kind = TypeVar("Kind")
CALL = CallId("c1")
LEG = LegId("c1")
SECOND = 1_000_000
MONDAY_TEN = 1_795_446_000 * SECOND  # 2026-11-23T15:00Z
WAITING = (
    *(
        Phase.PROMPT,
        Phase.KEYS,
        Phase.RECORDING,
        Phase.STOPPING,
        Phase.TAPING,
    ),
    *(Phase.LOOKING, Phase.CHECKING, Phase.PAUSING),
)


class Formula:
    """An expression written in Python; what goes wrong in it is a failed expression."""

    def __init__(self, source: str, compute: Callable[[Mapping[str, object]], object]) -> None:
        self.source = source
        self._compute = compute

    def evaluate(self, names: Mapping[str, object]) -> Scalar:
        try:
            return self._compute(names)  # type: ignore[return-value]
        except (KeyError, TypeError, ZeroDivisionError) as problem:
            raise ExpressionFailedError(self.source) from problem


def formula(source: str) -> Formula:
    """``vars["x"] == 1`` in Python, with the roots as names."""
    code = compile(source, source, "eval")
    return Formula(source, lambda names: eval(code, {}, dict(names)))


BROKEN = formula("vars['nobody set this']")


def to(goto: str, tag: str = "") -> Edge:
    return Edge(goto=goto, tag=tag)


def text(words: str, **others: str) -> Speech:
    return Speech(kind=SpeechKind.TEXT, texts={"en-US": words, **others})


def say(*words: str) -> Prompt:
    return tuple(text(word) for word in words)


def again(*words: str) -> Failure:
    return Failure(say=say(*words))


def away(goto: str, *words: str) -> Failure:
    return Failure(say=say(*words), edge=to(goto))


def bundle(*nodes: AnyNode, **more: object) -> FlowBundle:
    fields = {
        "flow": FlowId("bank"),
        "version": "v1",
        "entry": nodes[0].name,
        "nodes": {node.name: node for node in nodes},
        "language": "en-US",
        "variables": {},
    }
    return FlowBundle(**{**fields, **more})  # type: ignore[arg-type]


def new_session(flow: FlowBundle, **more: object) -> IvrSession:
    fields = {
        "flow": flow.flow,
        "version": flow.version,
        "leg": LEG,
        "ani": "+14155550100",
        "did": "+18005550199",
    }
    return IvrSession(**{**fields, **more})  # type: ignore[arg-type]


class Caller:
    """One caller in one flow; `heard` grows, `said` is what the last step made them hear."""

    def __init__(self, flow: FlowBundle, *, start: bool = True, **session: object) -> None:
        self.flow = flow
        self.session = new_session(flow, **session)
        self.ids = CallIds(call=CALL)
        self.now = MONDAY_TEN
        self.interpreter = Interpreter(flow)
        self.outputs: list[Command | CallFact] = []
        self.last: Step = Step()
        self.exit: Exit | None = None
        self.emergencies: frozenset[str] = frozenset()
        self._seen: set[str] = set()
        self._recording = ""
        self._playing: set[str] = set()
        self._listening: set[str] = set()
        if start:
            self.step(IvrStarted())

    # --- what a caller and a switch do ---

    def step(self, event: Event) -> "Caller":
        was_done = self.session.phase is Phase.DONE
        if isinstance(event, PlaybackFinished | PlaybackFailed):
            self._playing.discard(event.playback)
        if isinstance(event, KeysCollected):
            self._listening.discard(event.listen)
        if isinstance(event, CommandFailed):
            for output in self.of(PlaySequence):
                if output.cmd == event.cmd:
                    self._playing.discard(output.playback)
        self.last = self.interpreter.step(self.session, self.ids, event, self.now, self.emergencies)
        self.outputs += self.last.outputs
        if self.last.exit is not None:
            self.exit = self.last.exit
        assert not was_done or self.last == Step()
        for output in self.last.outputs:
            self._check(output)
        if type(event).__name__ != "CallerHungUp":
            assert len(self._playing) <= 1
            assert len(self._listening) <= 1
        waits = self.session.phase in WAITING
        assert (self.session.timer is not None) == (self.session.timer_due is not None) == waits
        assert len(self.session.buffer) <= 32
        assert len(self.session.history) <= 20
        return self

    def _check(self, output: Command | CallFact) -> None:
        ids = [output.cmd] if isinstance(output, Command) else [f"fact {output.seq}"]
        if isinstance(output, PlaySequence):
            ids.append(output.playback)
            assert output.items
            self._playing.add(output.playback)
        elif isinstance(output, Listen):
            ids.append(output.listen)
            self._listening.add(output.listen)
        elif isinstance(output, StartRecording):
            # Asked for again after events were lost, a recording keeps its name.
            ids += [output.recording] if output.recording != self._recording else []
            self._recording = output.recording
        elif isinstance(output, StopPlayback):
            self._playing.discard(output.playback)
        elif isinstance(output, StopListen):
            self._listening.discard(output.listen)
        assert not self._seen.intersection(ids)
        self._seen.update(ids)
        assert len(self._playing) <= 1
        assert len(self._listening) <= 1

    def press(self, keys: str, after_s: float = 0.2) -> "Caller":
        for key in keys:
            self.now += round(after_s * SECOND)
            self.step(KeyPressed(call=CALL, leg=LEG, key=key))
        return self

    def prompt_over(self) -> "Caller":
        playback = self.session.playback
        assert playback is not None, "nothing is playing"
        return self.step(PlaybackFinished(call=CALL, leg=LEG, playback=playback))

    def prompt_fails(self) -> "Caller":
        playback = self.session.playback
        assert playback is not None, "nothing is playing"
        return self.step(PlaybackFailed(call=CALL, leg=LEG, playback=playback))

    def time_passes(self) -> "Caller":
        """Wait until the timer is due, and fire it."""
        timer, due = self.session.timer, self.session.timer_due
        assert timer is not None
        assert due is not None
        self.now = max(self.now, due)
        return self.step(TimerFired(call=CALL, leg=LEG, timer=timer))

    def silent(self) -> "Caller":
        """Hear the prompt out, then do nothing until the time is over."""
        if self.session.phase is Phase.PROMPT:
            self.prompt_over()
        return self.time_passes()

    def collected(self, keys: str, reason: str = "timeout") -> "Caller":
        listen = self.session.listen
        assert listen is not None
        event = KeysCollected(call=CALL, leg=LEG, listen=listen, keys=keys, reason=reason)
        return self.step(event)

    def command_fails(self, cmd: CommandId | None = None, code: str = "refused") -> "Caller":
        cmd = cmd if cmd is not None else self.session.command
        assert cmd is not None
        retryable = code == "unreachable"
        return self.step(CommandFailed(call=CALL, leg=LEG, cmd=cmd, code=code, retryable=retryable))

    def says(self, words: str, confidence: float = 1.0, listen: str = "") -> "Caller":
        """Say something, as a recogniser tells of it; of a listening that is over, if one is."""
        of = ListenId(listen) if listen else self.session.listen
        assert of is not None, "nobody listens"
        event = SpeechFinal(call=CALL, leg=LEG, listen=of, text=words, confidence=confidence)
        return self.step(event)

    def speaks(self) -> "Caller":
        """Begin to say something."""
        assert self.session.listen is not None, "nobody listens"
        return self.step(SpeechStarted(call=CALL, leg=LEG, listen=self.session.listen))

    def recorded(self, ms: int = 5000) -> "Caller":
        recording = self.session.recording
        assert recording is not None
        url = f"kept/{recording}"
        return self.step(RecordingFinished(call=CALL, leg=LEG, recording=recording, url=url, ms=ms))

    def recording_fails(self) -> "Caller":
        recording = self.session.recording
        assert recording is not None
        return self.step(RecordingFailed(call=CALL, leg=LEG, recording=recording))

    # --- what came of it ---

    def of(self, kind: type[Kind]) -> list[Kind]:
        return [o for o in self.outputs if isinstance(o, kind)]

    @property
    def exit_now(self) -> Exit | None:
        """The exit of the last step alone."""
        return self.last.exit

    @property
    def node(self) -> str:
        return self.session.node

    @property
    def phase(self) -> Phase:
        return self.session.phase

    @property
    def waits_s(self) -> float:
        assert self.session.timer_due is not None
        return (self.session.timer_due - self.now) / SECOND

    @property
    def said(self) -> list[str]:
        """What the last step began to play."""
        return [w for o in self.last.outputs if isinstance(o, PlaySequence) for w in words(o.items)]

    @property
    def heard(self) -> list[str]:
        return [w for o in self.outputs if isinstance(o, PlaySequence) for w in words(o.items)]

    @property
    def edges(self) -> list[str]:
        return [f"{o.node}/{o.edge}" for o in self.outputs if isinstance(o, NodeLeft)]

    @property
    def did(self) -> list[str]:
        """The kinds of commands of the last step."""
        return [type(o).__name__ for o in self.last.outputs if isinstance(o, Command)]

    def fork(self) -> "Caller":
        return copy.deepcopy(self)


def words(items: tuple[PromptItem, ...]) -> list[str]:
    return [i.text if i.kind is not PromptKind.SILENCE else f"<{i.ms} ms>" for i in items]

"""People on the phone, following their scripts."""

from dataclasses import dataclass
from random import Random

from contact_center.adapters.simulated.deadlines import Deadline
from contact_center.adapters.simulated.handsets import Handsets
from contact_center.adapters.simulated.hearing import Heard, HeardKind
from contact_center.adapters.simulated.parties import Leg
from contact_center.adapters.simulated.scripts import Does, Step, read_script
from contact_center.adapters.simulated.switch import Switch

_WAITS = frozenset({Does.HEAR, Does.MUSIC, Does.SOMEBODY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls whom and what they do. `patience_s`: hangs up when nobody talks by then."""

    ani: str
    did: str
    name: str = ""
    script: tuple[Step, ...] = ()
    patience_s: float | None = None


def caller(data: dict[str, object]) -> Caller:
    """Read a caller from plain data: ``ani``, ``did``, ``name``, ``script``, ``patience_s``.

    Raises ValueError for missing, unknown or misshapen entries.
    """
    unknown = set(data) - {"ani", "did", "name", "script", "patience_s"}
    script, patience = data.get("script", []), data.get("patience_s")
    if unknown or "did" not in data:
        raise ValueError(f"a caller needs 'did' and has no {sorted(unknown)}")
    if not isinstance(script, list) or not all(isinstance(line, str) for line in script):
        raise ValueError("the script of a caller is a list of lines")
    if patience is not None and not isinstance(patience, int | float):
        raise ValueError("patience_s is a number of seconds")
    return Caller(
        ani=str(data.get("ani", "")),
        did=str(data["did"]),
        name=str(data.get("name", "")),
        script=read_script(script),
        patience_s=patience,
    )


class Person:
    """One person on one leg, from answer (or from dialling) to the end of the script."""

    def __init__(
        self,
        switch: Switch,
        handsets: Handsets,
        leg: Leg,
        rng: Random,
        script: tuple[Step, ...],
        patience_us: int | None = None,
    ) -> None:
        self._switch = switch
        self._handsets = handsets
        self._leg = leg
        self._rng = rng
        self._script = script
        self._index = 0
        self._mark = 0
        self._timer: Deadline | None = None
        self._patience: Deadline | None = None
        if patience_us is not None:
            at = switch.now + patience_us
            self._patience = switch.deadlines.set(at, self._lose_patience)
        self._begin_step()

    def heard(self) -> None:
        """Look at the transcript: is what the script waits for there?"""
        if self._patience is not None and _somebody(self._leg.transcript.now):
            self._patience.cancel()
        if self._index < len(self._script):
            step = self._script[self._index]
            if step.does in _WAITS and self._is_heard(step):
                self._next_step()

    def stop(self) -> None:
        """The leg is gone."""
        self._index = len(self._script)
        for deadline in (self._timer, self._patience):
            if deadline is not None:
                deadline.cancel()

    def _begin_step(self) -> None:
        if self._index >= len(self._script) or not self._leg.alive:
            return
        step = self._script[self._index]
        if step.does in _WAITS and self._is_heard(step):
            self._next_step()
            return
        if step.span is None:
            return
        after = step.span.draw_us(self._rng)
        action = self._next_step if step.does in _WAITS else self._act
        self._timer = self._switch.deadlines.set(self._switch.now + after, action)

    def _next_step(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._index += 1
        self._mark = max(0, self._leg.transcript.total - 1)
        self._begin_step()

    def _act(self) -> None:
        step = self._script[self._index]
        if step.does is Does.PRESS:
            self._handsets.press(self._leg.leg, step.what)
        elif step.does is Does.SAY:
            self._handsets.say(self._leg.leg, step.what)
        elif step.does is Does.HANG_UP:
            self._handsets.hang_up(self._leg.leg)
        self._next_step()

    def _is_heard(self, step: Step) -> bool:
        heard = self._leg.transcript.since(self._mark)
        if step.does is Does.MUSIC:
            return any(sound.kind is HeardKind.MUSIC for sound in heard)
        if step.does is Does.SOMEBODY:
            return any(_somebody(sound) for sound in heard)
        words = step.what.casefold()
        return any(words in sound.text.casefold() for sound in heard)

    def _lose_patience(self) -> None:
        self._handsets.hang_up(self._leg.leg)


def _somebody(sound: Heard | None) -> bool:
    return sound is not None and sound.kind in (HeardKind.TALK, HeardKind.SPEECH)

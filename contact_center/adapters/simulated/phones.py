"""The phones on the network and what each does when it rings, as data."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from contact_center.adapters.simulated.scripts import AT_ONCE, Span, Step, read_script, read_span
from contact_center.adapters.simulated.switch import Switch
from contact_center.core.commands import EndCause

_BEHAVIOUR = re.compile(
    r"(?P<does>manual|announce|answer|wordy|machine|silent|decline|ignore|busy|unregistered)"
    r"(?P<after> .+)?\Z"
)


GREETING = Span(8.0, 8.0)


class Rings(Enum):
    """What happens when a phone is called.

    MACHINE: an answering machine does. WORDY: somebody whose greeting is as long as a machine's.
    SILENT: somebody picks up and says nothing. ANNOUNCES: it does not ring; the network says
    something before anybody answers, and nobody does by themselves.
    """

    MANUAL = "manual"
    ANSWERS = "answer"
    WORDY = "wordy"
    MACHINE = "machine"
    SILENT = "silent"
    ANNOUNCES = "announce"
    DECLINES = "decline"
    IGNORES = "ignore"
    BUSY = "busy"
    UNREGISTERED = "unregistered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """One phone, or a number outside. MANUAL rings until somebody answers it.

    ``device``: the bare name or number, as in ``device:1001`` and ``number:+14155550123``.
    ``after``: seconds of ringing before it answers or declines. ``then``: what the person does once
    the call is up. ``lines``: calls at once; one more gets busy. ``greets``: how long a machine
    talks before it takes a message.
    """

    device: str
    rings: Rings = Rings.MANUAL
    after: Span = AT_ONCE
    then: tuple[Step, ...] = ()
    lines: int = 1
    greets: Span = GREETING

    @property
    def picks_up(self) -> bool:
        """Whether the call is answered, by somebody or something, without anybody's doing."""
        return self.rings in (Rings.ANSWERS, Rings.WORDY, Rings.MACHINE, Rings.SILENT)


Population = Callable[[str], Phone | None]
"""Who is at a number outside that nobody plugged in; None for a number that is none."""


def address(to: str) -> tuple[str, str]:
    """Split ``device:1001`` or ``number:+1415...`` into scheme and name."""
    scheme, _, name = to.partition(":")
    return scheme, name


def phone(device: str, behaviour: str = "manual", then: tuple[Step, ...] = ()) -> Phone:
    """Read a phone from words: ``manual``, ``answer after 2..4 s``, ``machine``, ``ignore``...

    What the person does then may follow, as in ``answer after 2 s, press 1 after 3 s``.

    Raises ValueError for anything else.
    """
    behaviour, *afterwards = behaviour.split(",")
    then = (*then, *read_script(afterwards))
    match = _BEHAVIOUR.match(behaviour.strip())
    if match is None:
        raise ValueError(
            f"{device}: {behaviour!r} is not manual, announce, answer, wordy, machine, silent, "
            "decline, ignore, busy or unregistered"
        )
    after = read_span(match["after"].removeprefix(" after")) if match["after"] else AT_ONCE
    return Phone(device=device, rings=Rings(match["does"]), after=after, then=then)


class Phones:
    """The directory of phones; answers what calling one of them comes to."""

    def __init__(self, switch: Switch) -> None:
        self._switch = switch
        self._phones: dict[str, Phone] = {}
        self.rung: Counter[str] = Counter()
        self.population: Population = lambda number: None

    def plug_in(self, phone: Phone) -> None:
        """Put a phone on the network, in place of one with the same address."""
        self._phones[phone.device] = phone

    def unplug(self, device: str) -> None:
        """Take a phone away: calls to it find nobody. Calls it is in live on."""
        self._phones.pop(device, None)

    def find(self, device: str) -> Phone | None:
        """Find a phone by its address, or whoever lives at that number."""
        return self._phones.get(device) or self.population(device)

    def devices(self) -> tuple[str, ...]:
        """List the addresses, oldest first."""
        return tuple(self._phones)

    def called(self, to: str) -> EndCause | None:
        """Count a call to an address, and say why it would not even ring; None when it would."""
        self.rung[address(to)[1]] += 1
        return self.refusal(to)

    def refusal(self, to: str) -> EndCause | None:
        """Say why an address would not even ring; None when it would."""
        scheme, name = address(to)
        phone = self._phones.get(name) if scheme == "device" else self.find(name)
        if phone is None or scheme not in ("device", "number"):
            known = scheme == "device" and phone is None
            return EndCause.UNREGISTERED if known else EndCause.INVALID_NUMBER
        if phone.rings is Rings.UNREGISTERED:
            return EndCause.UNREGISTERED
        taken = sum(leg.device == name for leg in self._switch.legs.values())
        if phone.rings is Rings.BUSY or taken >= phone.lines:
            return EndCause.BUSY
        return None

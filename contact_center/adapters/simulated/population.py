"""Who lives at the numbers outside: the same person at the same number, every time.

Made of the number and a seed, so that a campaign over made-up numbers meets people, machines, busy
lines and numbers that are none, in shares that are known.
"""

from dataclasses import dataclass
from random import Random

from contact_center.adapters.simulated.phones import Phone, Population, Rings
from contact_center.adapters.simulated.scripts import Span, read_script

_TALKS = read_script(["wait for somebody for at most 40 s", "hang up after 20..90 s"])
_HURRIED = read_script(["hang up after 1..2 s"])
_REFUSES = read_script(["wait until hearing press 9 for at most 20 s", "press 9 after 1 s"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """What share of numbers does what, in percent; what is left over rings and is not answered.

    ``answers``: talk with whoever is there. ``hurried``: answer and hang up. ``refuses``: answer,
    and press the key against more calls when they are told of one. ``wordy``: talk like those who
    answer, after a greeting that is taken for a machine's.
    """

    answers: int = 30
    hurried: int = 3
    refuses: int = 2
    silent: int = 2
    machine: int = 25
    busy: int = 7
    declines: int = 3
    invalid: int = 5
    wordy: int = 1

    def __post_init__(self) -> None:
        shares = [getattr(self, name) for name in self.__slots__]
        if min(shares) < 0 or sum(shares) > 100:
            raise ValueError("shares are percentages, and 100 together at most")


def population(seed: int, shares: Shares | None = None) -> Population:
    """Let people live at numbers in E.164; nobody lives at anything else."""
    wanted = shares or Shares()

    def who(number: str) -> Phone | None:
        if not number.startswith("+"):
            return None
        return _phone(number, Random(f"{seed}:{number}"), wanted)  # noqa: S311 - not secrets

    return who


def _phone(number: str, rng: Random, shares: Shares) -> Phone | None:
    drawn = rng.randrange(100)
    after = Span(*sorted((rng.uniform(3, 12), rng.uniform(6, 18))))
    people = (("answers", _TALKS), ("hurried", _HURRIED), ("refuses", _REFUSES))
    for name, then in people:
        drawn -= getattr(shares, name)
        if drawn < 0:
            return Phone(device=number, rings=Rings.ANSWERS, after=after, then=then)
    greets = Span(*sorted((rng.uniform(4, 8), rng.uniform(6, 15))))
    others = (
        ("silent", Rings.SILENT),
        ("machine", Rings.MACHINE),
        ("busy", Rings.BUSY),
        ("declines", Rings.DECLINES),
    )
    for name, rings in others:
        drawn -= getattr(shares, name)
        if drawn < 0:
            return Phone(device=number, rings=rings, after=after, greets=greets)
    drawn -= shares.invalid
    if drawn < 0:
        return None
    if drawn < shares.wordy:
        return Phone(device=number, rings=Rings.WORDY, after=after, then=_TALKS)
    return Phone(device=number, rings=Rings.IGNORES)

"""What callers hear and may do while they wait in a queue. Built and checked by ``content``.

Apart from `QueueSettings`, since prompts hold compiled expressions and are never written down.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from contact_center.core.ivr.flow import Prompt


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingRoom:
    """What callers hear and may do while they wait.

    ``comfort``: said in turn (or drawn), from `comfort_first_us` on, every `comfort_every_us`.
    Position is told when it is at most `position_most` (else "more than"), only when it got better
    if `only_better`. The expected wait is told as a range, rounded to `round_us`, at most
    `expected_most_us`. 0 for `announce_every_us` announces neither.

    ``keys`` maps a key to what it does: ``leave``, ``callback``, ``voicemail`` or the name of a
    flow's edge; ``offer`` says which keys there are. ``whisper`` is what the agent hears, alone,
    before they are connected.
    """

    greeting: Prompt = ()
    comfort: tuple[Prompt, ...] = ()
    comfort_first_us: int = 20_000_000
    comfort_every_us: int = 45_000_000
    comfort_random: bool = False
    announce_first_us: int = 10_000_000
    announce_every_us: int = 0
    position: bool = True
    position_most: int = 10
    only_better: bool = False
    expected: bool = True
    expected_most_us: int = 3_600_000_000
    round_us: int = 60_000_000
    keys: Mapping[str, str] = field(default_factory=dict)
    offer: Prompt = ()
    offer_every_us: int = 0
    whisper: Prompt = ()

"""What a command comes to: the requests that carry it out, or why it is not sent. Pure."""

from dataclasses import dataclass

from contact_center.adapters.asterisk.ari_link import Ask
from contact_center.core.events import Event
from contact_center.core.ids import TalkId

NOT_FOUND = frozenset({404})
CONFLICT = frozenset({409})


@dataclass(frozen=True, slots=True)
class Step:
    """One request, and the statuses besides the 200s that are as good."""

    ask: Ask
    fine: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What Asterisk is asked for a command.

    ``done``: told when the last step was carried out. ``failed``: told behind the CommandFailed.
    ``verify``: asked when it is unclear whether it happened; 404 means it did not. ``joins``: the
    one step puts one leg into this talk, and others may come along.
    """

    steps: tuple[Step, ...] = ()
    done: tuple[Event, ...] = ()
    failed: tuple[Event, ...] = ()
    verify: Ask | None = None
    joins: TalkId | None = None

    @staticmethod
    def of(*steps: Step) -> "Plan":
        """Make a plan of which nothing is told when it works."""
        return Plan(steps=steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A command that is not sent: one of the port's failure codes, and events behind it."""

    code: str
    detail: str = ""
    failed: tuple[Event, ...] = ()


NOTHING = Plan()


@dataclass(slots=True)
class Progress:
    """How many steps of a plan are unanswered, and whether one failed."""

    left: int
    failed: bool = False

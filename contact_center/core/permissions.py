"""Who may do what: a permission for each kind of thing, and a table of what each role may.

Every door of the process and every command of a desk names what it needs (`needs`); whoever has no
role with that permission is refused. Nothing is allowed that is not in the table.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Any, Final, TypeVar


class Permission(Enum):
    """One kind of thing that somebody may do: a verb and what it is done to."""

    TAKE_CALLS = "take.calls"
    DIAL_NUMBERS = "dial.numbers"
    PROMISE_CALLBACKS = "promise.callbacks"
    SEE_FLOOR = "see.floor"
    SEE_NUMBERS = "see.numbers"
    SEE_REPORTS = "see.reports"
    SEE_FACTS = "see.facts"
    SEE_CAMPAIGNS = "see.campaigns"
    SEE_FLOWS = "see.flows"
    SEE_AUDIT = "see.audit"
    SEE_SESSIONS = "see.sessions"
    STEER_CALLS = "steer.calls"
    STEER_AGENTS = "steer.agents"
    STEER_CAMPAIGNS = "steer.campaigns"
    STOP_DIALLING = "stop.dialling"
    SWITCH_EMERGENCY = "switch.emergency"
    HEAR_CALLS = "hear.calls"
    HEAR_RECORDINGS = "hear.recordings"
    KEEP_PEOPLE = "keep.people"
    SEE_CUSTOMERS = "see.customers"
    KEEP_CUSTOMERS = "keep.customers"
    SEE_VULNERABLE = "see.vulnerable"
    MERGE_CUSTOMERS = "merge.customers"
    PUBLISH_FLOWS = "publish.flows"
    FEED_WORK = "feed.work"
    RELOAD_CENTER = "reload.center"
    END_SESSIONS = "end.sessions"


class Open(Enum):
    """How a door is gone through that takes no permission."""

    EVERYBODY = "everybody"
    LOGGED_IN = "logged in"
    SIGNED = "signed"


Needs = Permission | Open
"""What a door or a command takes."""


class Role(Enum):
    """What somebody is. The last two are programs with a token; all others are people."""

    AGENT = "agent"
    LEAD = "lead"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"
    AUTHOR = "author"
    COMPLIANCE = "compliance"
    AUDITOR = "auditor"
    ADMIN = "admin"
    READER = "reader"
    SYSTEM = "system"


_P = Permission
_AGENT: Final = frozenset(
    {
        _P.TAKE_CALLS,
        _P.DIAL_NUMBERS,
        _P.PROMISE_CALLBACKS,
        _P.SEE_CUSTOMERS,
        _P.KEEP_CUSTOMERS,
    }
)
_READER: Final = frozenset(
    {_P.SEE_FLOOR, _P.SEE_REPORTS, _P.SEE_CAMPAIGNS, _P.SEE_FLOWS, _P.SEE_FACTS}
)
_LEAD: Final = _AGENT | {_P.SEE_FLOOR, _P.SEE_REPORTS, _P.STEER_AGENTS, _P.SEE_VULNERABLE}
_SUPERVISOR: Final = (
    _LEAD
    | _READER
    | {
        _P.SEE_NUMBERS,
        _P.SEE_AUDIT,
        _P.STEER_CALLS,
        _P.STEER_CAMPAIGNS,
        _P.STOP_DIALLING,
        _P.SWITCH_EMERGENCY,
        _P.HEAR_CALLS,
        _P.HEAR_RECORDINGS,
        _P.KEEP_PEOPLE,
        _P.MERGE_CUSTOMERS,
    }
)

ALLOWED: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.AGENT: _AGENT,
    Role.LEAD: _LEAD,
    Role.SUPERVISOR: _SUPERVISOR,
    Role.MANAGER: _SUPERVISOR | {_P.PUBLISH_FLOWS, _P.SEE_SESSIONS},
    Role.AUTHOR: frozenset({_P.SEE_FLOWS, _P.PUBLISH_FLOWS, _P.SEE_REPORTS}),
    Role.COMPLIANCE: frozenset(
        {
            _P.SEE_NUMBERS,
            _P.SEE_REPORTS,
            _P.SEE_CAMPAIGNS,
            _P.SEE_AUDIT,
            _P.STOP_DIALLING,
            _P.HEAR_RECORDINGS,
            _P.KEEP_PEOPLE,
            _P.SEE_CUSTOMERS,
            _P.SEE_VULNERABLE,
        }
    ),
    # Looks at everything but at customers, and changes nothing.
    Role.AUDITOR: _READER | {_P.SEE_AUDIT, _P.SEE_SESSIONS},
    # Runs the place; neither hears customers nor steers the day.
    Role.ADMIN: _READER
    | {_P.SEE_AUDIT, _P.SEE_SESSIONS, _P.END_SESSIONS, _P.PUBLISH_FLOWS, _P.RELOAD_CENTER},
    Role.READER: _READER,
    Role.SYSTEM: _READER
    | {
        _P.SEE_NUMBERS,
        _P.HEAR_RECORDINGS,
        _P.KEEP_PEOPLE,
        _P.PUBLISH_FLOWS,
        _P.FEED_WORK,
        _P.SEE_CUSTOMERS,
        _P.KEEP_CUSTOMERS,
    },
}
"""The table: what each role may."""

OF_TEAMS: Final = frozenset(
    {
        _P.TAKE_CALLS,
        _P.DIAL_NUMBERS,
        _P.PROMISE_CALLBACKS,
        _P.SEE_FLOOR,
        _P.SEE_NUMBERS,
        _P.SEE_REPORTS,
        _P.STEER_CALLS,
        _P.STEER_AGENTS,
        _P.HEAR_CALLS,
        _P.HEAR_RECORDINGS,
        # Customers are of no team: who leads one sees of them what agents do.
        _P.SEE_CUSTOMERS,
        _P.KEEP_CUSTOMERS,
        _P.SEE_VULNERABLE,
    }
)
"""What somebody keeps who leads a team (`teams.Reach`), for that team. All else is of the whole
center, and not theirs, whatever their role."""

PAGES: Final[Mapping[str, Permission]] = {
    "floor": _P.SEE_FLOOR,
    "alerts": _P.SEE_FLOOR,
    "reports": _P.SEE_REPORTS,
    "recordings": _P.HEAR_RECORDINGS,
    "campaigns": _P.SEE_CAMPAIGNS,
    "audit": _P.SEE_AUDIT,
}
"""What each page of the console takes. Somebody sees those they may, and begins with the first."""

PEOPLE: Final = tuple(role for role in Role if role not in (Role.READER, Role.SYSTEM))
"""Roles that a person may have."""


def is_allowed(roles: Iterable[Role], what: Needs, *, bound: bool = False) -> bool:
    """Tell whether somebody with these roles may; with none of them, only what is open.

    ``bound``: they lead a team and may what is of teams only; of which is looked at elsewhere.
    """
    if isinstance(what, Open):
        return True
    return (not bound or what in OF_TEAMS) and any(what in ALLOWED[role] for role in roles)


def role_for(roles: Iterable[Role], what: Needs) -> str:
    """Name the role by which somebody may, the humblest if several; "" for none."""
    given = frozenset(roles)
    return next((r.value for r in Role if r in given and is_allowed((r,), what)), "")


def may_of(roles: Iterable[Role], *, bound: bool = False) -> tuple[Permission, ...]:
    """Give all that somebody with these roles may, in the order of the table."""
    given = tuple(roles)
    return tuple(what for what in Permission if is_allowed(given, what, bound=bound))


def pages_of(roles: Iterable[Role], *, bound: bool = False) -> tuple[str, ...]:
    """Name the pages of the console that are for somebody with these roles; () for none."""
    given = tuple(roles)
    return tuple(page for page, what in PAGES.items() if is_allowed(given, what, bound=bound))


_F = TypeVar("_F", bound=Callable[..., Any])


def needs(what: Needs) -> Callable[[_F], _F]:
    """Write on a door what it takes. It is for whoever keeps the door to ask for it."""

    def write(door: _F) -> _F:
        vars(door)["needs"] = what
        return door

    return write


def needed(door: object) -> Needs | None:
    """Read what a door takes; None when that is written nowhere."""
    found = getattr(door, "needs", None)
    return found if isinstance(found, Permission | Open) else None

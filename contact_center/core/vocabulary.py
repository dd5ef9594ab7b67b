"""The vocabulary: every module that messages are written in, and every message.

Whoever reads, writes, documents or tests messages asks here, so that a module that is added is
known to all of them at once.
"""

from types import ModuleType

from contact_center.core import (
    acd_events,
    alerts,
    caller_facts,
    commands,
    dialing,
    events,
    facts,
    live_changes,
    lookups,
    requests,
    staff_facts,
    supervisor_requests,
    talk_facts,
    visits,
)

MODULES: tuple[ModuleType, ...] = (
    events,
    requests,
    acd_events,
    supervisor_requests,
    live_changes,
    alerts,
    commands,
    facts,
    talk_facts,
    staff_facts,
    caller_facts,
    dialing,
    lookups,
    visits,
)
ROOTS: tuple[type, ...] = (events.Event, commands.Command, facts.Fact)


def messages(root: type, *modules: ModuleType) -> list[type]:
    """List the messages below `root` that are sent as such, in the order they are written in.

    `modules` are those to look into, all of them when none is named.
    """
    made = [
        kind
        for module in modules or MODULES
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, root) and kind.__module__ == module.__name__
    ]
    abstract = {base for kind in made for base in kind.__mro__[1:]} | {root}
    return [kind for kind in made if kind not in abstract]

"""One list of messages, and no message that is not on it."""

import importlib
from pathlib import Path

from contact_center.core.acd_events import DeviceChanged
from contact_center.core.events import CallEvent, Event
from contact_center.core.ivr import session
from contact_center.core.supervisor_requests import SupervisorRequest, WithdrawRequested
from contact_center.core.vocabulary import MODULES, ROOTS, messages

CORE = Path(__file__).parents[2] / "contact_center" / "core"


def test_every_module_that_messages_are_written_in_is_known() -> None:
    found = set()
    for path in CORE.rglob("*.py"):
        parts = path.relative_to(CORE.parents[1]).with_suffix("").parts
        module = importlib.import_module(".".join(parts))
        kinds = [k for k in vars(module).values() if isinstance(k, type) and issubclass(k, ROOTS)]
        if any(kind.__module__ == module.__name__ for kind in kinds):
            found.add(module.__name__)
    # What a call tells its flow never leaves the core.
    assert found - {session.__name__} == {module.__name__ for module in MODULES}


def test_what_others_are_made_from_is_no_message() -> None:
    all_events = messages(Event)
    assert {DeviceChanged, WithdrawRequested} <= set(all_events)
    assert not {Event, CallEvent, SupervisorRequest} & set(all_events)


def test_no_two_messages_have_one_name() -> None:
    names = [kind.__name__ for root in ROOTS for kind in messages(root)]
    assert len(names) == len(set(names)) > 120

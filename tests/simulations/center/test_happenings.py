"""Emergencies, and calls that a simulated center makes: what may be written, and what follows."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from contact_center.content.problems import ContentError
from contact_center.core.events import Event
from contact_center.core.supervisor_requests import EmergencySwitched
from simulations.arrivals import Steady
from simulations.center.clock import Clock
from simulations.center.happenings import Emergency, Happenings, Outbound
from simulations.center.scenario import load_scenario
from simulations.durations import Constant
from simulations.streams import Streams
from simulations.workload import Caller
from tests.simulations.center.busy_hour import FOLDER

HOUR_US = 3_600_000_000
NURSERY = (Path(FOLDER) / "nursery_lines.yaml").read_text(encoding="utf-8")


def calls(**people: float) -> Outbound:
    return Outbound(
        flow="notice",
        shows="+14155550100",
        calls=Steady(per_hour=30),
        people={name.replace("_", " "): weight for name, weight in people.items()},
        talk=Constant(seconds=90.0),
    )


def happened(*emergencies: Emergency, **outbound: Outbound) -> tuple[Clock, list[Event], list]:
    clock, told, dialled = Clock(0), [], []
    happenings = Happenings(
        emergencies,
        outbound,
        Streams(7),
        clock,
        lambda event: told.append((clock.now, event)),
        lambda asked, person, does: dialled.append((clock.now, asked, person, does)),
    )
    happenings.begin(0, date(2026, 11, 2), range(1))
    clock.run(until=24 * HOUR_US)
    return clock, told, dialled


def test_an_emergency_is_on_from_then_to_then_on_its_day() -> None:
    _, told, _ = happened(Emergency(start="08:30", end="09:15", flow="main"))
    assert [(at, one.on, one.flow) for at, one in told] == [
        (8.5 * HOUR_US, True, "main"),
        (9.25 * HOUR_US, False, "main"),
    ]
    _, told, _ = happened(Emergency(start="08:30", end="09:15"))
    assert [one.flow for _, one in told if isinstance(one, EmergencySwitched)] == [None, None]
    assert happened(Emergency(start="08:30", end="09:15", day=3))[1] == []


def test_an_emergency_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="before it begins"):
        Emergency(start="09:00", end="09:00")


def test_calls_are_made_all_day_to_people_who_differ_by_their_weights() -> None:
    _, _, dialled = happened(frost=calls(answer=3, ignore=1))
    assert 500 < len(dialled) < 950
    share = sum(does == "answer" for *_, does in dialled) / len(dialled)
    assert 0.68 < share < 0.82
    instants = [at for at, *_ in dialled]
    assert instants == sorted(instants)
    _, asked, person, _ = dialled[0]
    assert (asked.flow, asked.queue, asked.caller_id) == ("notice", None, "+14155550100")
    assert isinstance(person, Caller)
    assert (person.talk_s, person.patience_s) == (90.0, float("inf"))
    assert len({one.call for _, one, *_ in dialled}) == len(dialled)


def test_the_same_seed_calls_the_same_people() -> None:
    first, again = (happened(frost=calls(answer=3, ignore=1))[2] for _ in range(2))
    assert first == again


def test_what_a_telephone_cannot_do_is_refused() -> None:
    with pytest.raises(ValueError, match="'dances' is not manual"):
        replace(calls(answer=1), people={"dances": 1.0})


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("flow: outbound-message\n", "flow: outbound-mesage\n", "no flow .outbound-mesage."),
        ("queue: support\n", "queue: suport\n", "no queue .suport."),
        ('shows: "+14155550100"', 'shows: "+14155550109"', "no number"),
        ("flow: larkfield}", "flow: larkfeld}", "no flow .larkfeld."),
        ('end: "16:55"', 'end: "16:20"', "before it begins"),
    ],
)
def test_mistakes_are_told_with_their_place(tmp_path: Path, old: str, new: str, says: str) -> None:
    center = (Path(FOLDER) / "../../config/retailer/center.yaml").resolve()
    text = NURSERY.replace("../../config/retailer/center.yaml", str(center))
    assert old in text
    path = tmp_path / "scenario.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContentError, match=says) as caught:
        load_scenario(path)
    assert "scenario.yaml:" in str(caught.value)

"""Whatever callers, agents and services do in the shipped flows, every step has an answer."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contact_center.app.ivr.hearing import What
from contact_center.app.ivr.tryout import CannotError, Tryout
from contact_center.content.center_files import load_center_file
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.ivr.scenario import Answered, Given
from tests.app.ivr.shop import SECOND, TEN

ROOT = Path(__file__).parents[3]
Act = Callable[[Tryout], object]


@cache
def center(name: str) -> CenterConfiguration:
    return load_center_file(ROOT / "config" / name).configuration


acts = st.one_of(
    st.text("0123456789*#", min_size=1, max_size=6).map(lambda keys: lambda r: r.press(keys)),
    st.integers(0, 40).map(lambda seconds: lambda r: r.wait(seconds * SECOND)),
    st.integers(1, 3).map(lambda times: lambda r: r.be_silent(times)),
    st.sampled_from(
        [
            lambda r: r.agent_answers(),
            lambda r: r.others_leave(),
            lambda r: r.run_to_caller(),
            lambda r: r.speak("Please call me back."),
            lambda r: r.emergency(on=True),
            lambda r: r.emergency(on=False),
            lambda r: r.hang_up(),
        ]
    ),
)
answers = st.sampled_from(
    [
        Answered(outcome="timeout"),
        Answered(outcome="not_found"),
        Answered(outcome="error", after_us=SECOND),
        Answered(values={"verified": True}),
        Answered(values={"customer": "c-1"}, after_us=2 * SECOND),
        Answered(values={"balance": "12.50"}),
        Answered(values={"state": "packed"}),
    ]
)
givens = st.builds(
    Given,
    at=st.integers(0, 7 * 24).map(lambda hour: TEN + hour * 3_600 * SECOND),
    number=st.sampled_from(["", "+14155550123"]),
    customer=st.sampled_from([{}, {"name": "Ann", "language": "es-US", "tier": "gold"}]),
    services=st.dictionaries(
        st.sampled_from(["identify", "verify", "balance", "order"]), answers, max_size=4
    ),
    numbers=st.sampled_from([{}, {"+14155550190": "busy"}, {"+14155550190": "ignore"}]),
    agents=st.booleans(),
)


@settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(
    where=st.sampled_from(["bank", "retailer"]),
    which=st.integers(0, 5),
    about=givens,
    does=st.lists(acts, max_size=12),
)
def test_no_step_ends_in_a_bug_and_every_call_can_be_ended(
    where: str, which: int, about: Given, does: list[Act]
) -> None:
    flows = list(center(where).flows)
    them = Tryout(center(where), flows[which % len(flows)], about)
    them.call()
    for act in does:
        with suppress(CannotError):
            act(them)
    with suppress(CannotError):
        them.hang_up()
    them.wait(60 * SECOND)
    assert [moment.text for moment in them.moments if moment.what is What.FAULT] == []
    assert them.over
    times = [moment.at for moment in them.moments]
    assert times == sorted(times)

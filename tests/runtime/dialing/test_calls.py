"""From an attempt to the call that the center is asked for."""

from __future__ import annotations

from dataclasses import replace

from contact_center.core.dialing import CountsFrom, MachineAction
from contact_center.runtime.dialing.calls import dial_request
from dialer.attempt import Source
from dialer.campaign import External, Mode, OnMachine
from dialer.ids import AgentId, AttemptId
from dialer.machine_audit import drawn
from dialer.messages import OfferPreview
from dialer.policy import StartPoint
from tests.runtime.dialing.parts import ATTEMPT, LEAD, SPRING


def test_a_dialled_call_goes_to_the_campaigns_queue_and_flow() -> None:
    made = dial_request(SPRING, ATTEMPT, LEAD)
    assert (made.queue, made.flow, made.agent, made.agent_first) == (
        "sales",
        "outbound-sale",
        None,
        False,
    )
    assert (made.name, made.reason, made.preview_us) == ("Rosa Diaz", "Spring", 0)
    assert ("note", "None") not in made.fields
    # By both of these a call script may be chosen.
    assert (made.campaign, made.lead_list) == (SPRING.campaign, LEAD.list)


def test_an_agent_who_clicked_or_was_promised_is_on_the_line_first() -> None:
    mine = replace(ATTEMPT, agent=AgentId("ana"))
    for source, first in (
        (Source.MANUAL, True),
        (Source.CALLBACK, True),
        (Source.AUTO, False),
    ):
        made = dial_request(SPRING, replace(mine, source=source), LEAD)
        assert (made.agent, made.agent_first) == ("ana", first)
    assert not dial_request(SPRING, replace(ATTEMPT, source=Source.CALLBACK), LEAD).agent_first


def test_a_preview_gives_the_agent_the_campaigns_time() -> None:
    campaign = replace(SPRING, mode=Mode.PREVIEW, preview_dials=True)
    offer = OfferPreview(campaign=SPRING.campaign, attempt=ATTEMPT, lead=LEAD, agent=AgentId("ben"))
    made = dial_request(campaign, ATTEMPT, LEAD, offer)
    assert (made.agent, made.agent_first) == ("ben", True)
    assert (made.preview_us, made.preview_dials) == (60_000_000, True)


def test_a_call_without_agents_has_no_queue() -> None:
    campaign = replace(SPRING, mode=Mode.AGENTLESS, amd=True, on_machine=OnMachine.DROP)
    made = dial_request(campaign, replace(ATTEMPT, source=Source.AGENTLESS), LEAD)
    assert made.queue is None
    assert made.on_machine is MachineAction.DROP
    # An agent who asks for a number within such a campaign talks themselves.
    assert dial_request(campaign, replace(ATTEMPT, source=Source.MANUAL), LEAD).queue == "sales"


def test_an_endpoint_outside_stands_for_its_agent() -> None:
    partner = External(agent=AgentId("external.bot"), to="number:+14155550166", most=3)
    campaign = replace(SPRING, external=(partner,))
    made = dial_request(campaign, replace(ATTEMPT, agent=partner.agent), LEAD)
    assert (made.external, made.agent) == ("number:+14155550166", None)


def test_the_seconds_of_a_hold_count_from_where_the_strictest_policy_says() -> None:
    starts = {"us": StartPoint.GREETING_END, "gb": StartPoint.SPEECH_START, "x": StartPoint.ANSWER}

    def counts(*policies: str) -> CountsFrom:
        attempt = replace(ATTEMPT, policies=policies)
        return dial_request(SPRING, attempt, LEAD, None, starts).counts_from

    assert counts("us") is CountsFrom.GREETING
    assert counts("us", "gb") is CountsFrom.SPEECH
    assert counts("us", "x", "gb") is CountsFrom.ANSWER
    assert counts() is counts("unheard of") is CountsFrom.ANSWER


def test_no_phone_rings_shorter_than_every_policy_of_the_call_wants() -> None:
    rings = {"us-tsr": 15_000_000, "house": 20_000_000, "other": 60_000_000}
    strict = replace(ATTEMPT, policies=("us-tsr", "house"))
    hurried = replace(SPRING, ring_us=10_000_000)
    # Two seconds besides, until it rings at all.
    assert dial_request(hurried, strict, LEAD, rings=rings).ring_us == 22_000_000
    assert dial_request(SPRING, strict, LEAD, rings=rings).ring_us == SPRING.ring_us
    assert dial_request(hurried, ATTEMPT, LEAD, rings=rings).ring_us == 10_000_000


def test_a_share_of_the_calls_are_samples_should_a_machine_answer() -> None:
    campaign = replace(SPRING, amd=True, machine_samples=0.2, seed=4)
    attempts = [replace(ATTEMPT, attempt=AttemptId(f"d-l{n}-1")) for n in range(500)]
    asked = {a.attempt: dial_request(campaign, a, LEAD).machine_sample for a in attempts}
    assert asked == {a.attempt: drawn(a.attempt, 0.2, 4) for a in attempts}
    assert 60 < sum(asked.values()) < 140


def test_nothing_is_a_sample_that_no_agent_of_ours_would_hear() -> None:
    every = replace(SPRING, amd=True, machine_samples=1.0)
    assert dial_request(every, ATTEMPT, LEAD).machine_sample
    clicked = replace(ATTEMPT, source=Source.MANUAL, agent=AgentId("ana"))
    partner = External(agent=AgentId("external.bot"), to="number:+14155550166", most=3)
    recorded = replace(ATTEMPT, source=Source.AGENTLESS)
    promised = replace(ATTEMPT, source=Source.CALLBACK)
    for campaign, attempt in (
        (replace(every, amd=False), ATTEMPT),
        (replace(every, mode=Mode.AGENTLESS), recorded),
        (replace(every, external=(partner,)), replace(ATTEMPT, agent=partner.agent)),
        (every, clicked),
        (every, promised),
    ):
        assert not dial_request(campaign, attempt, LEAD).machine_sample

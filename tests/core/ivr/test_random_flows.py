"""Any flow and any events: the interpreter keeps its promises, and a session is all there is."""

import copy

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contact_center.core.events import Event
from contact_center.core.facts import NodeLeft
from contact_center.core.ids import RecordingId
from contact_center.core.ivr.edges import edges_of, edges_of_flow
from contact_center.core.ivr.interpreter import Interpreter
from contact_center.core.ivr.picture import to_mermaid
from contact_center.core.ivr.prompts import files_of, texts_of
from contact_center.core.ivr.session import Phase
from tests.core.ivr.caller import SECOND, Caller
from tests.core.ivr.random_flows import any_flow
from tests.core.ivr.test_session import ACTIONS, event_of, written_and_read

EVENTS = st.lists(ACTIONS | st.just(("hang_up", None)), max_size=25)
TAPES = st.none() | st.just(RecordingId("r-tape"))
EMERGENCIES = st.sampled_from([frozenset[str](), frozenset({"bank"}), frozenset({"*"})])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(flow=any_flow(), actions=EVENTS, emergencies=EMERGENCIES, tape=TAPES)
def test_any_flow_bears_any_events_and_can_be_taken_up_anywhere(flow, actions, emergencies, tape):
    caller = Caller(flow, start=False, tape=tape)
    caller.emergencies = emergencies
    journal: list[tuple[Event, int]] = []
    for action, detail in [("start", None), *actions]:
        caller.now += SECOND // 10
        for event in event_of(action, detail, caller.session):
            journal.append((event, caller.now))
            kept, ids = written_and_read(caller.session), copy.deepcopy(caller.ids)
            caller.step(event)
            again = Interpreter(flow).step(kept, ids, event, caller.now, emergencies)
            assert again == caller.last
            assert kept == caller.session
    left = caller.of(NodeLeft)
    assert len(left) <= caller.session.steps  # whoever comes into a node leaves it once
    if caller.session.phase is Phase.DONE and "connected" not in [fact.edge for fact in left]:
        assert len(left) == caller.session.steps
    replay = Caller(flow, start=False, tape=tape)
    replay.emergencies = emergencies
    for event, now in journal:
        replay.now = now
        replay.step(event)
    assert replay.outputs == caller.outputs


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(flow=any_flow())
def test_any_flow_can_be_drawn_and_its_prompts_listed(flow):
    assert to_mermaid(flow).startswith("flowchart")
    assert texts_of(flow) >= texts_of(flow.subflows["inner"])
    assert files_of(flow) == set()
    for node in flow.nodes.values():
        assert all(edge.goto for _, edge in edges_of(node))
    assert len(edges_of_flow(flow)) >= len(flow.global_keys)

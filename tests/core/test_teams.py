"""How far somebody reaches who leads teams."""

from contact_center.core.ids import AgentId, QueueId
from contact_center.core.permissions import OF_TEAMS, PEOPLE, Permission, Role, is_allowed, pages_of
from contact_center.core.teams import Reach

FRONT = Reach(agents=frozenset({AgentId("ana")}), queues=frozenset({QueueId("sales")}))


def test_a_call_is_of_a_team_by_its_queue_or_by_its_agent() -> None:
    assert FRONT.has_call("sales", None)
    assert FRONT.has_call("orders", "ana")
    assert not FRONT.has_call("orders", "erin")
    assert not FRONT.has_call(None, None)


def test_all_who_are_named_have_to_be_of_the_team() -> None:
    assert FRONT.has_agents(["ana"])
    assert not FRONT.has_agents(["ana", "erin"])
    assert not FRONT.has_queues(["orders"])


def test_who_leads_a_team_may_nothing_that_is_of_the_whole_center_in_any_role() -> None:
    for role in PEOPLE:
        for what in Permission:
            bound = is_allowed([role], what, bound=True)
            assert bound is (what in OF_TEAMS and is_allowed([role], what)), (role, what)
    assert pages_of([Role.MANAGER], bound=True) == ("floor", "alerts", "reports", "recordings")

from contact_center.core.caller_facts import SurveyEnded, attributed
from contact_center.core.ids import AgentId, CallId, QueueId


def test_a_survey_without_an_agent_before_it_is_nobodys():
    fact = SurveyEnded(
        at=1, call=CallId("c"), seq=1, survey="s", outcome="done", questions=2, answered=1
    )
    assert attributed(fact, QueueId("sales"), None) is fact
    served = attributed(fact, QueueId("sales"), AgentId("anna"))
    assert (served.queue, served.agent) == ("sales", "anna")

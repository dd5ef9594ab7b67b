from contact_center.core.ivr.flow import Play
from contact_center.core.ivr.names import names_of
from tests.core.ivr.caller import MONDAY_TEN, Caller, bundle, say, to


def test_expressions_can_read_the_caller_the_call_the_customer_and_the_variables():
    flow = bundle(Play(name="p", say=say("x"), next=to("hangup")), variables={"tier": "none"})
    caller = Caller(flow, ani_name="Ada", customer={"name": "Ada L.", "points": 7}, language="es")
    assert names_of(caller.session, MONDAY_TEN) == {
        "caller": {"number": "+14155550100", "name": "Ada"},
        "call": {
            "did": "+18005550199",
            "direction": "inbound",
            "flow": "bank",
            "language": "es",
            "tags": [],
        },
        "customer": {"known": False, "name": "Ada L.", "tier": "", "language": "", "points": 7},
        "vars": {"tier": "none"},
        "queue": {},
        "sys": {"now": MONDAY_TEN // 1_000_000, "failures": 0, "steps": 1},
    }

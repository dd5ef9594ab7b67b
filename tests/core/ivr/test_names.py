from contact_center.core.events import Customer
from contact_center.core.ids import CustomerId
from contact_center.core.ivr.flow import Play
from contact_center.core.ivr.names import customer_values, names_of
from tests.core.ivr.caller import MONDAY_TEN, Caller, bundle, say, to


def test_expressions_can_read_the_caller_the_call_the_customer_and_the_variables():
    flow = bundle(Play(name="p", say=say("x"), next=to("hangup")), variables={"tier": "none"})
    caller = Caller(flow, ani_name="Ada", customer={"name": "Ada L.", "points": 7}, language="es")
    assert names_of(caller.session, MONDAY_TEN) == {
        "caller": {"number": "+14155550100", "name": "Ada", "language": ""},
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


def test_a_flow_reads_attributes_of_the_customer_that_can_be_written_and_do_not_hide_others():
    attributes = (("owner", "ada"), ("open case", "7"), ("tier", "none"), ("2nd", "x"))
    eve = Customer(customer=CustomerId("7"), name="Eve", tier="gold", attributes=attributes)
    assert dict(customer_values(eve)) == {
        "known": True,
        "name": "Eve",
        "tier": "gold",
        "language": "",
        "owner": "ada",
    }
    assert dict(customer_values(None)) == {"known": False, "name": "", "tier": "", "language": ""}

"""Who calls a flow, or is called by one: numbers, and what is known of them."""

from collections.abc import Mapping
from dataclasses import replace

from contact_center.core.configuration import CenterConfiguration, NumberSettings
from contact_center.core.dialing import DialRequested
from contact_center.core.events import Customer
from contact_center.core.ids import CallId, CustomerId, FlowId
from contact_center.core.ivr.flow import FlowBundle, Queue
from contact_center.core.ivr.scenario import Given

ANY_NUMBER = "+14155550100"
_OWN = ("name", "tier", "language")


def reached(
    configuration: CenterConfiguration, flow: FlowId, dialled: str
) -> tuple[CenterConfiguration, str]:
    """Give a number that is answered by the flow, and the center where it is."""
    own = [n.did for n in configuration.numbers.values() if n.flow == flow]
    did = dialled or next(iter(own), ANY_NUMBER)
    numbers = {**configuration.numbers, did: NumberSettings(did=did, flow=flow)}
    return replace(configuration, numbers=numbers), did


def customers_of(given: Given) -> tuple[Customer, ...]:
    """Give what storage knows of the caller: nothing of a stranger."""
    if not given.customer or given.outbound:
        return ()
    own = {name: given.customer.get(name, "") for name in _OWN}
    others = _attributes(given.customer)
    return (Customer(customer=CustomerId("given"), attributes=others, **own),)


def dialled(call: CallId, bundle: FlowBundle, given: Given, shown: str) -> DialRequested:
    """Ask for a call to the number, as a campaign does whose lists know the customer."""
    first = bundle.nodes.get(bundle.entry)
    return DialRequested(
        call=call,
        campaign="tryout",
        number=given.number,
        caller_id=shown,
        flow=bundle.flow,
        queue=first.queue if isinstance(first, Queue) else None,
        name=given.customer.get("name", ""),
        language=given.customer.get("language", ""),
        fields=_attributes(given.customer),
    )


def _attributes(known: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((n, v) for n, v in known.items() if n not in (*_OWN, "known")))

"""Messages of campaigns held against the rule books of the center's country."""

from dataclasses import replace
from pathlib import Path

from contact_center.content.abandoned_message import check_messages
from contact_center.content.campaigns import around, load_campaigns_file
from contact_center.content.center_files import load_center_file
from contact_center.content.policies import load_policies_folder
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.ids import FlowId
from contact_center.core.ivr.flow import Menu, Queue
from dialer.campaign import CampaignSettings, Mode
from dialer.pacers import PACERS

BOOKS = load_policies_folder(Path("config/compliance"))
CENTER = load_center_file(Path("config/retailer/center.yaml")).configuration
NAMES = {book.policy for book in BOOKS}
CAMPAIGNS = load_campaigns_file(
    Path("config/retailer/campaigns.yaml"), around(CENTER, NAMES, PACERS)
)
SALE = FlowId("outbound-sale")


def said(
    center: CenterConfiguration = CENTER, campaigns: tuple[CampaignSettings, ...] = CAMPAIGNS
) -> list[str]:
    found = check_messages("campaigns.yaml", campaigns, center, BOOKS)
    assert {(p.file, p.code, p.is_error) for p in found} <= {("campaigns.yaml", "W110", False)}
    return [problem.message for problem in found]


def changed(node: str, **changes: object) -> CenterConfiguration:
    flow = CENTER.flows[SALE]
    nodes = {**flow.nodes, node: replace(flow.nodes[node], **changes)}  # type: ignore[arg-type]
    return replace(CENTER, flows={**CENTER.flows, SALE: replace(flow, nodes=nodes)})


def test_what_the_shipped_campaigns_say_is_in_order() -> None:
    assert said() == []


def test_a_message_without_the_key_or_without_the_seller_is_warned_of() -> None:
    menu = CENTER.flows[SALE].nodes["sorry"]
    assert isinstance(menu, Menu)
    untagged = {key: replace(edge, tag="") for key, edge in menu.keys.items()}
    assert said(changed("sorry", keys=untagged)) == [
        'campaign "spring": the message to people for whom nobody was free offers no key to get '
        "no more calls, or does not say which (en-US)"
    ]
    renamed = tuple(replace(one, seller="Tidewater") for one in CAMPAIGNS)
    assert len(said(campaigns=renamed)) == 1


def test_a_message_that_comes_too_late_or_not_at_all_is_warned_of() -> None:
    assert len(said(changed("agents", max_wait_us=2_000_001))) == 1
    assert len(said(changed("agents", max_wait_us=None))) == 1
    entry = CENTER.flows[SALE].nodes["agents"]
    assert isinstance(entry, Queue)
    silent = said(changed("agents", timeout=replace(entry.timeout, goto="hangup")))
    assert silent == ['campaign "spring": nothing is said to people for whom nobody was free']


def test_a_flow_that_begins_otherwise_has_no_agent_for_who_answers() -> None:
    elsewhere = tuple(replace(one, flow="larkfield") for one in CAMPAIGNS)
    assert "does not begin with a queue" in said(campaigns=elsewhere)[0]


def test_campaigns_that_never_abandon_anybody_are_not_asked() -> None:
    by_hand = tuple(replace(one, mode=Mode.PREVIEW, seller="Nobody") for one in CAMPAIGNS)
    assert said(campaigns=by_hand) == []

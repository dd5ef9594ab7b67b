"""What a campaign says to somebody for whom nobody was free, held against the rule books."""

from collections.abc import Iterable

from contact_center.content.problems import Problem, Severity
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.dialing import OPT_OUT
from contact_center.core.ids import FlowId
from contact_center.core.ivr.flow import FlowBundle, HangUp, Menu, Play, Prompt, Queue
from dialer.campaign import CampaignSettings, Mode
from dialer.jurisdiction import Terms, holding, terms
from dialer.message_lint import lint
from dialer.policy import Policy

_MODES = frozenset({Mode.PROGRESSIVE, Mode.POWER, Mode.RATIO, Mode.PREDICTIVE})
_WORDS = {
    "seller": "does not name the seller",
    "telephone": "names no telephone number",
    "purpose": "does not say what the call was for",
    "opt_out": "offers no key to get no more calls, or does not say which",
    "pitch": "sells something, which it may not",
}


def check_messages(
    file: str,
    campaigns: Iterable[CampaignSettings],
    configuration: CenterConfiguration,
    policies: Iterable[Policy],
) -> tuple[Problem, ...]:
    """Warn of messages that the rule books of the center's own country would not have."""
    books = tuple(policies)
    found: list[Problem] = []
    for campaign in campaigns:
        flow = configuration.flows.get(FlowId(campaign.flow))
        if campaign.mode not in _MODES or flow is None:
            continue
        held = holding(books, configuration.region, campaign.purpose, campaign.policies)
        found += [
            Problem(
                file=file,
                code="W110",
                severity=Severity.WARNING,
                message=f'campaign "{campaign.campaign}": {said}',
                hint=f'change the flow "{campaign.flow}"',
            )
            for said in _said_wrong(campaign, flow, terms(held))
        ]
    return tuple(found)


def _said_wrong(campaign: CampaignSettings, flow: FlowBundle, asked: Terms) -> Iterable[str]:
    entry = flow.nodes[flow.entry]
    if not isinstance(entry, Queue):
        yield "its flow does not begin with a queue, so nobody who answers has an agent at once"
        return
    if entry.max_wait_us is None or entry.max_wait_us > asked.hold_us:
        yield f"people wait longer than {asked.hold_us / 1_000_000:g} s before they are told"
    texts, keys = _message(flow, entry.timeout.goto)
    if not texts:
        yield "nothing is said to people for whom nobody was free"
    for language, text in sorted(texts.items()):
        for code in lint(text, campaign.seller, campaign.purpose, asked, keys):
            yield f"the message to people for whom nobody was free {_WORDS[code]} ({language})"


def _message(flow: FlowBundle, node: str) -> tuple[dict[str, str], frozenset[str]]:
    """Gather what is said from a node on until somebody may press a key, by language."""
    texts: dict[str, str] = {}
    seen: set[str] = set()
    while node in flow.nodes and node not in seen:
        seen.add(node)
        here = flow.nodes[node]
        if not isinstance(here, Play | Menu | HangUp):
            break
        _add(texts, here.say)
        if isinstance(here, Menu):
            return texts, frozenset(k for k, edge in here.keys.items() if edge.tag == OPT_OUT)
        if isinstance(here, HangUp):
            break
        node = here.next.goto
    return texts, frozenset()


def _add(texts: dict[str, str], prompt: Prompt) -> None:
    for speech in prompt:
        for language, text in speech.texts.items():
            texts[language] = f"{texts.get(language, '')} {text}"

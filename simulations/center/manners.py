"""What callers do in flows, and what services answer them, as a scenario says it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from contact_center.content.problems import did_you_mean
from contact_center.content.yaml_source import Document
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.ids import FlowId
from contact_center.core.ivr.flow import FlowBundle
from simulations.durations import FOREVER, STRICT, Constant, Duration, Positive

NOTHING = "nothing"
"""What a caller does who waits for what comes next."""
HANG_UP = "hang up"
ACTS = (NOTHING, HANG_UP)
_KEYS = re.compile(r"[0-9*#A-D]+\Z")
_SOON, _WHILE = Constant(seconds=0.3), Constant(seconds=4.0)
Share = Annotated[float, Field(ge=0, le=1)]
Scalar = str | int | float | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What a service answers.

    ``found`` is the share of requests for which there is something, with one of `values` for each
    name, each as likely as the others; ``failed`` the share that end in an error. ``time``: until
    the answer; what takes longer than the flow waits is a time-out.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    found: Share = 1.0
    failed: Share = 0.0
    time: Duration = _SOON
    values: dict[str, Annotated[list[Scalar], Field(min_length=1)]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """Callers in one flow.

    ``nodes``: by node, the keys that callers press where it asks for some, with weights; the words
    ``nothing`` and ``hang up`` stand among them. Where nothing is written nothing is pressed.
    ``silent``: the share of callers who never press anything. ``thinks``: until they press, from
    when they are asked, or may answer. ``patience``: who is still in the flow then hangs up.
    ``stays``: the share of callers who stay on the line when their agent has hung up, and hear what
    the flow has for them then. ``lookups``: what its services answer; those that are not here find
    nothing.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    nodes: dict[str, dict[str, Positive]] = field(default_factory=dict)
    silent: Share = 0.0
    thinks: Duration = _WHILE
    patience: Duration = FOREVER
    stays: Share = 0.0
    lookups: dict[str, Answers] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for node, acts in self.nodes.items():
            wrong = [act for act in acts if act not in ACTS and not _KEYS.match(act)]
            if wrong or not acts:
                raise ValueError(f"{node}: {wrong} are no keys; write keys, nothing or hang up")


def check_manners(
    document: Document, flows: Mapping[str, Manners], center: CenterConfiguration
) -> None:
    """Report names that the center's flows do not know."""
    for name, manners in flows.items():
        path = ("scenario", "flows", name)
        bundle = center.flows.get(FlowId(name))
        if bundle is None:
            hint = did_you_mean(name, center.flows, "name a flow of the center")
            document.report(path, "E012", f'there is no flow "{name}"', hint, key=True)
        else:
            _check_names(document, path, manners, bundle)


def _check_names(
    document: Document, path: tuple[str, ...], manners: Manners, bundle: FlowBundle
) -> None:
    known = (("nodes", "node", manners.nodes, bundle.nodes),)
    services = (("lookups", "service", manners.lookups, bundle.services),)
    for section, what, said, there in (*known, *services):
        for name in said:
            if name not in there:
                hint = did_you_mean(name, there, f"name a {what} of the flow")
                where = (*path, section, name)
                document.report(where, "E012", f'there is no {what} "{name}"', hint, key=True)
    for name, answers in manners.lookups.items():
        service = bundle.services.get(name)
        returned = {one.name for one in service.returns} if service is not None else answers.values
        for value in answers.values:
            if value not in returned:
                hint = did_you_mean(value, returned, "name what the service returns")
                where = (*path, "lookups", name, "values", value)
                document.report(where, "E012", f'it returns no "{value}"', hint, key=True)

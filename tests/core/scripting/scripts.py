"""Scripts for tests, from texts as authors write them."""

from __future__ import annotations

from pathlib import Path

from contact_center.content.problems import ContentError
from contact_center.content.scripts import load_script
from contact_center.content.yaml_source import read
from contact_center.core.scripting.run import Run
from contact_center.core.scripting.script import Script

SHIPPED = Path(__file__).parents[3] / "scripts_library"


SALE = """\
script: sale
schema: 1
entry: open
questions:
  wants: {ask: Do they want it?, type: bool, required: true, write: wants_it}
  colour:
    ask: Which colour?
    type: choice
    options: {red: Red, blue: Blue}
    required: true
    write: colour
    map: {red: R}
  card: {ask: The card?, type: secret, required: true}
  remark: {ask: Anything else?}
disclosures:
  terms: {say: No refunds., least: 5s, required_for: [sold]}
objections:
  price: {title: Too dear, say: It lasts for years.}
  later: {title: No time, say: We call again., goto: bye}
pages:
  open:
    say: "Hello ${customer.name | first | else there}, from ${call.queue}."
    ask: wants
    next: [{when: "!answers.wants", goto: bye}, fork]
  fork: {split: {a: {goto: terms}, b: {goto: terms}}}
  terms: {say: Before we go on., disclose: terms, next: order}
  order:
    ask: [colour, card, remark]
    next: [{when: "answers.colour == 'red'", goto: special}, done]
  special: {say: "${offer.text}", offer: {accepted: done, declined: order, none: done}}
  done: {say: "In ${answers.colour}.", disposition: sold, end: true}
  bye: {disposition: no_sale, end: true}
"""
NAMES: dict[str, object] = {
    "customer": {"known": True, "name": "Maria Ruiz", "tier": "", "language": ""},
    "call": {"id": "c1", "number": "", "direction": "inbound", "queue": "Sales"},
    "agent": {"name": "Ann"},
    "offer": {"id": "", "name": "", "text": "", "price": ""},
}
OFFERED = {**NAMES, "offer": {"id": "soil", "name": "Soil", "text": "Soil, too?", "price": "6"}}


def script(text: str = SALE) -> Script:
    """Load a script that has to be right."""
    document = read("sale.yaml", text)
    loaded = load_script(document, text)
    if loaded is None:
        raise ContentError(document.problems)
    return loaded.script


def run_of(made: Script, call: str = "c1") -> Run:
    """Make a run at its very beginning."""
    return Run(call=call, script=made, agent="ann", language=made.language)

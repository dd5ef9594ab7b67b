"""A small center and flow that load without a warning; tests break them one line at a time."""

from __future__ import annotations

from contact_center.content.center import load_content
from contact_center.content.problems import ContentError, Problem

CENTER = """\
center: Corner Shop
schema: 1
region: US
language: en-US
timezone: America/Los_Angeles
flows: [shop.yaml]
skills: {es: Spanish}
dispositions: {sold: Sold, other: Other}
numbers:
  "+14155550120": shop
  "600": {flow: shop, label: Inside}
queues:
  sales:
    label: Sales
    ring: 20s
    skills: {es: 3}
    script: ["Hello {customer}, this is {agent}."]
    dispositions: [sold, other]
agents:
  ann: {name: Ann Lee, login: ann, extension: 1001, queues: [sales], skills: {es: 5}}
  bob: {name: Bob Roe, login: bob, extension: 1002, queues: [sales]}
calendars:
  shop:
    weekly: {mon-fri: ["09:00-17:30"]}
    holidays:
      2026-12-25: closed
"""

FLOW = """\
flow: shop
schema: 1
entry: gate
languages: {default: en-US, offered: [en-US, es-US]}
vars:
  order: {type: string}
  tries: {type: int, default: 0}
prompts:
  sorry: {en-US: Sorry., es-US: Lo siento.}
global_keys: {"*": back}
nodes:
  gate: {do: hours, calendar: shop, open: main, closed: bye}
  main:
    do: menu
    say: {text: {en-US: Press 1 or 2., es-US: Oprima 1 o 2.}}
    keys:
      "1": ask
      "2": sales
    on_no_input: [{prompt: sorry}, {goto: sales}]
    on_no_match: [{prompt: sorry}, {goto: sales}]
  ask:
    do: collect
    say: [{text: {en-US: Your order., es-US: Su pedido.}}]
    into: order
    max: 6
    on_no_input: [{goto: sales}]
    on_no_match: [{goto: sales}]
    next: check
  check:
    do: branch
    cases: [{if: "vars.order != '' && vars.tries < 2", goto: read_back}]
    else: count
  count: {do: set, vars: {tries: vars.tries + 1}, next: sales}
  read_back:
    do: play
    say: {text: {en-US: "Order ${vars.order}.", es-US: "Pedido ${vars.order}."}}
    next: sales
  sales: {do: queue, queue: sales, timeout: message, no_agents: message, full: outside}
  outside: {do: transfer, to: "+14155550190", busy: message, no_answer: message, failed: message}
  message:
    do: voicemail
    box: shop
    say: {prompt: sorry}
    recorded: bye
    empty: bye
  bye: {do: hangup, say: {text: {en-US: Goodbye., es-US: Adiós.}}}
"""


def sources(center: str = CENTER, flow: str = FLOW) -> dict[str, str]:
    return {"center.yaml": center, "shop.yaml": flow}


def broken(text: str, old: str, new: str) -> str:
    """Replace one piece of text, which has to be there exactly once."""
    assert text.count(old) == 1, f"{text.count(old)} times: {old!r}"
    return text.replace(old, new)


def problems_of(center: str = CENTER, flow: str = FLOW) -> tuple[Problem, ...]:
    """Every problem, warnings too; none when all is well."""
    try:
        return load_content(sources(center, flow)).warnings
    except ContentError as error:
        return error.problems


def at(problem: Problem) -> tuple[str, str, int, int]:
    return problem.file, problem.code, problem.line, problem.column

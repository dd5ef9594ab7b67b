"""A shop with a flow that tests try out, and what is put into it."""

from __future__ import annotations

from contact_center.app.ivr.tryout import Tryout
from contact_center.content.center import load_center
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.ids import FlowId
from contact_center.core.ivr.scenario import Given

SHOP = FlowId("shop")
TEN = 1_795_456_800_000_000  # 2026-11-23T10:00-08:00, a Monday
SECOND = 1_000_000

CENTER = """\
center: Corner Shop
schema: 1
region: US
language: en-US
timezone: America/Los_Angeles
flows: [shop.yaml]
numbers: {"+14155550120": shop}
queues:
  sales: {label: Sales, ring: 20s, when_empty: [paused]}
agents:
  ann: {name: Ann Lee, login: ann, extension: 1001, queues: [sales]}
  bob: {name: Bob Roe, login: bob, extension: 1002, queues: [sales]}
calendars:
  shop: {weekly: {mon-fri: ["09:00-17:30"]}}
"""
FLOW = """\
flow: shop
schema: 1
entry: gate
languages: {default: en-US, offered: [en-US, es-US]}
vars: {order: {type: string}, pin: {type: secret}, state: {type: enum, of: [none, sent]}}
services:
  orders:
    method: POST
    url: "http://127.0.0.1:9/orders"
    body: {pin: secret.pin}
    timeout: 3s
    returns: {state: body.state}
nodes:
  gate: {do: hours, calendar: shop, open: main, closed: message}
  main:
    do: menu
    say: {text: {en-US: For an order press 1. To buy press 2., es-US: Marque 1 o 2.}}
    keys: {"1": ask, "2": {goto: sales, tag: buys}, "3": outside, "4": code, "9": spanish}
    on_no_input: [{text: {en-US: Hello?, es-US: Hola?}}, {goto: sales}]
    on_no_match: [{goto: sales}]
  spanish: {do: set, language: es-US, next: main}
  ask:
    do: collect
    say: {text: {en-US: Your order., es-US: Su pedido.}}
    into: order
    length: 4
    on_no_input: [{goto: sales}]
    on_no_match: [{goto: sales}]
    next: read
  read:
    do: play
    say: {text: {en-US: "Order ${vars.order}.", es-US: "Pedido ${vars.order}."}}
    next: sales
  code:
    do: collect
    say: {text: {en-US: Your code., es-US: Su clave.}}
    into: pin
    length: 4
    sensitive: true
    on_no_input: [{goto: sales}]
    on_no_match: [{goto: sales}]
    next: asked
  asked:
    {do: lookup, service: orders, ok: told, not_found: sales, timeout: sales, error: message}
  told: {do: play, say: {text: {en-US: It was sent., es-US: Ya.}}, next: bye}
  sales: {do: queue, queue: sales, timeout: message, no_agents: message, full: message}
  outside:
    {do: transfer, to: "+14155550190", busy: message, no_answer: message, failed: message}
  message:
    do: voicemail
    box: shop
    say: {text: {en-US: Leave a message., es-US: Hable.}}
    silence: 4s
    recorded: bye
    empty: bye
  bye: {do: hangup, say: {text: {en-US: Goodbye., es-US: Adios.}}, reason: told}
"""


def shop(tests: str = "") -> CenterConfiguration:
    """The shop, with tests in its flow's file."""
    return load_center({"center.yaml": CENTER, "shop.yaml": FLOW + tests})


def tryout(**given: object) -> Tryout:
    """A caller who has just called the shop, on a Monday at ten."""
    made = Tryout(shop(), SHOP, Given(**{"at": TEN, "number": "+14155550123", **given}))  # type: ignore[arg-type]
    made.call()
    return made

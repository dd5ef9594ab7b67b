"""Services of a flow: what is read, and what is refused with its place, code and advice."""

from __future__ import annotations

import pytest

from contact_center.content.center import load_content
from contact_center.core.ids import FlowId
from contact_center.core.ivr.flow import Collect, Lookup
from contact_center.core.ivr.services import IdempotencyKey, Place, Service
from tests.content.samples import at, broken, problems_of, sources

FLOW = """\
flow: shop
schema: 1
entry: who
vars:
  customer: {type: string}
  tier: {type: enum, of: [none, gold]}
  balance: {type: float}
  known: {type: bool}
  pin: {type: secret}
services:
  identify:
    url: "https://crm.example.com/by-phone/{phone}?in={shop}"
    timeout: 1500ms
    retries: 1
    returns: {customer: body.id, tier: "has(body.tier) ? body.tier : 'none'"}
    found: "body.id != ''"
  verify:
    method: POST
    url: "https://crm.example.com/verify"
    idempotency_key: visit
    retries: 2
    headers: {X-Shop: "'garden'"}
    body: {id: vars.customer, pin: secret.pin, twice: args.again}
    returns: {known: body.ok}
nodes:
  who:
    do: lookup
    service: identify
    args: {phone: caller.number, shop: "'main'"}
    filler: {after: 1200ms, say: {text: {en-US: One moment.}}}
    ok: check
    not_found: check
    timeout: sales
    error: sales
  check:
    do: lookup
    service: verify
    args: {again: "1 + 1"}
    into: {known: known}
    max_wait: 5s
    ok: sales
    not_found: sales
    timeout: sales
    error: sales
  sales: {do: queue, queue: sales, timeout: bye, no_agents: bye, full: bye}
  bye: {do: hangup}
"""


def service(name: str) -> Service:
    configuration = load_content(sources(flow=FLOW)).configuration
    return configuration.flows[FlowId("shop")].services[name]


def test_a_service_is_read_whole() -> None:
    identify, verify = service("identify"), service("verify")
    assert (identify.method, identify.timeout_us, identify.retries) == ("GET", 1_500_000, 1)
    assert [(s.place, s.name) for s in identify.sent] == [(Place.URL, "phone"), (Place.URL, "shop")]
    assert [(r.name, str(r.type)) for r in identify.returns] == [
        ("customer", "string"),
        ("tier", "enum"),
    ]
    assert identify.may_repeat
    assert verify.idempotency is IdempotencyKey.VISIT
    assert {s.key: s.secret for s in verify.sent} == {
        "header.X-Shop": "",
        "body.id": "",
        "body.pin": "pin",
        "body.twice": "",
    }


def test_a_lookup_is_read_whole() -> None:
    nodes = load_content(sources(flow=FLOW)).configuration.flows[FlowId("shop")].nodes
    who, check = nodes["who"], nodes["check"]
    assert isinstance(who, Lookup)
    assert isinstance(check, Lookup)
    assert (who.timeout_us, who.filler_after_us) == (1_500_000, 1_200_000)
    assert [name for name, _ in who.args] == ["phone", "shop"]
    assert (check.timeout_us, check.into) == (5_000_000, (("known", "known"),))
    assert who.error is not None


def test_the_sample_has_no_problems() -> None:
    assert [p for p in problems_of(flow=FLOW) if p.file == "shop.yaml"] == []


MISTAKES = {
    "no_such_service": ("service: identify", "service: identity", "E070", 28, 14, '"identify"'),
    "arg_too_many": ("args: {phone:", "args: {fone: '1', phone:", "E070", 29, 12, '"phone"'),
    "arg_missing": ("args: {phone: caller.number, shop", "args: {shop", "E070", 29, 11, "phone"),
    "no_args": ('    args: {again: "1 + 1"}\n', "", "E070", 37, 14, "args: {again"),
    "repeated_post": ("    idempotency_key: visit\n", "", "E071", 20, 14, "retries: 0"),
    "unknown_return": ("{known: body.ok}", "{knwon: body.ok}", "E040", 24, 15, '"known"'),
    "return_reads_vars": ("customer: body.id", "customer: vars.tier", "E040", 15, 25, "body"),
    "return_not_an_expression": ("customer: body.id", "customer: body..id", "E090", 15, 25, ""),
    "return_into_secret": ("{known: body.ok}", "{pin: body.ok}", "E042", 24, 15, "another"),
    "secret_in_condition": ('again: "1 + 1"', "again: secret.pin", "E042", 38, 19, "sent"),
    "secret_as_variable": ('again: "1 + 1"', "again: vars.pin", "E042", 38, 19, "sent"),
    "secret_computed": ("pin: secret.pin", "pin: \"secret.pin + '0'\"", "E042", 23, 36, "as it is"),
    "no_such_secret": ("pin: secret.pin", "pin: secret.pim", "E042", 23, 36, '"pin"'),
    "secret_with_default": (
        "pin: {type: secret}",
        "pin: {type: secret, default: 1}",
        "E042",
        9,
        8,
        "",
    ),
    "unknown_name": ("{id: vars.customer", "{id: vars.custommer", "E040", 23, 16, "customer"),
    "into_unknown": ("into: {known: known}", "into: {knwon: known}", "E040", 39, 12, '"known"'),
    "into_other_type": ("into: {known: known}", "into: {tier: known}", "E041", 39, 12, "one type"),
    "into_what_is_not_returned": ("{known: known}", "{known: knon}", "E070", 39, 19, '"known"'),
    "secret_in_url": ("crm.example.com/verify", "crm.example.com/{pin}", "E070", 38, 11, ""),
    "user_in_url": ("//crm.example.com/verify", "//a:b@crm.example.com/verify", "E200", 19, 10, ""),
    "place_in_host": ("crm.example.com/verify", "{again}.example.com/", "E201", 19, 10, "path"),
    "not_http": ("https://crm.example.com/verify", "ftp://crm.example.com/v", "E201", 19, 10, ""),
    "no_host": ("https://crm.example.com/verify", "https:///v", "E201", 19, 10, ""),
    "trailing_dot": ("crm.example.com/verify", "crm.example.com./v", "E201", 19, 10, ""),
    "backslash": ("crm.example.com/verify", "crm.example.com\\\\v", "E201", 19, 10, ""),
    "odd_place": ("crm.example.com/verify", "crm.example.com/{a-b}", "E201", 19, 10, "{name}"),
    "body_of_get": ("    method: POST\n", "", "E012", 22, 11, "POST"),
    "our_own_header": ("X-Shop:", "Content-Length:", "E012", 22, 15, "remove"),
    "no_such_method": ("method: POST", "method: LIST", "E012", 18, 13, "GET"),
    "too_patient": ("timeout: 1500ms", "timeout: 5m", "E012", 13, 14, "2s"),
    "no_edge": ("    not_found: check\n", "", "E080", 27, 5, ""),
    "misspelt_filler": ("filler: {after:", "filler: {aftr:", "E010", 30, 14, '"after"'),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_reported_where_it_is(name: str) -> None:
    old, new, code, line, column, hint = MISTAKES[name]
    found = problems_of(flow=broken(FLOW, old, new))
    errors = [p for p in found if p.file == "shop.yaml" and p.is_error]
    assert at(errors[0]) == ("shop.yaml", code, line, column), "\n".join(map(str, errors))
    assert hint in f"{errors[0].message} {errors[0].hint}"


def test_two_lookups_take_one_returned_value_into_variables_of_one_type() -> None:
    two = broken(FLOW, "returns: {known: body.ok}", "returns: {right: body.ok}")
    two = broken(two, "into: {known: known}", "into: {known: right}")
    again = '{do: lookup, service: verify, args: {again: "1"}, into: {tier: right}, '
    two += f"  again: {again}ok: bye, not_found: bye, timeout: bye, error: bye}}\n"
    two = broken(
        two,
        "    timeout: sales\n    error: sales\n  check:",
        "    timeout: again\n    error: sales\n  check:",
    )
    (problem,) = [p for p in problems_of(flow=two) if p.code == "E041"]
    assert (problem.line, problem.message) == (47, "known is bool, and tier is enum")
    alike = broken(two, "tier: right", "sure: right")
    alike = broken(alike, "  known: {type: bool}", "  known: {type: bool}\n  sure: {type: bool}")
    assert [p for p in problems_of(flow=alike) if p.is_error] == []


# --- what nobody may read ----------------------------------------------------------------------

CODE = """\
flow: shop
schema: 1
entry: code
vars:
  name: {type: string}
  pin: {type: secret}
nodes:
  code:
    do: collect
    say: {text: {en-US: Your code.}}
    into: pin
    length: 4
    sensitive: true
    check: {regex: "[1-9][0-9]{3}"}
    on_no_input: [{goto: sales}]
    on_no_match: [{goto: sales}]
    next: sales
  sales: {do: queue, queue: sales, timeout: bye, no_agents: bye, full: bye}
  bye: {do: hangup}
"""


def test_a_sensitive_node_never_takes_what_was_typed_ahead() -> None:
    node = load_content(sources(flow=CODE)).configuration.flows[FlowId("shop")].nodes["code"]
    assert isinstance(node, Collect)
    assert (node.sensitive, node.type_ahead, node.globals) == (True, False, False)
    assert node.check.regex == "[1-9][0-9]{3}"


def test_a_secret_is_no_variable_that_has_a_value() -> None:
    bundle = load_content(sources(flow=CODE)).configuration.flows[FlowId("shop")]
    assert bundle.variables == {"name": ""}


SECRETS = {
    "into_a_variable": ("into: pin", "into: name", 11, 11, "declare name: {type: secret}"),
    "not_sensitive": ("    sensitive: true\n", "", 11, 11, "sensitive: true"),
    "read_back": ("length: 4", "length: 4\n    confirm: {say: Right?}", 13, 5, "remove"),
    "global_keys": ("length: 4", "length: 4\n    globals: true", 13, 5, "remove"),
    "typed_ahead": ("length: 4", "length: 4\n    type_ahead: true", 13, 5, "remove"),
    "empty": ("length: 4", "length: 4\n    empty: accept", 13, 5, "remove"),
    "date": ('regex: "[1-9][0-9]{3}"', "date: MMDD", 14, 5, "luhn"),
    "condition": ('regex: "[1-9][0-9]{3}"', "cel: vars.name != ''", 14, 5, "luhn"),
    "spoken": ("en-US: Your code.", 'en-US: "Not ${vars.pin}."', 10, 17, "only be sent"),
    "spoken_as_value": ("{text: {en-US: Your code.}}", "{value: secret.pin}", 10, 18, "be sent"),
}


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_is_kept_from_where_it_could_be_read(name: str) -> None:
    old, new, line, column, hint = SECRETS[name]
    found = problems_of(flow=broken(CODE, old, new))
    errors = [p for p in found if p.file == "shop.yaml" and p.is_error]
    assert at(errors[0]) == ("shop.yaml", "E042", line, column), "\n".join(map(str, errors))
    assert hint in f"{errors[0].message} {errors[0].hint}"

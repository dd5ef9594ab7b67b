"""Flow definitions of Twilio Studio: each widget, and definitions that nobody should write."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contact_center.content.importing.flow_draft import FlowDraft
from contact_center.content.importing.plain_json import JsonError, read_json
from contact_center.content.importing.report import Report, Verdict
from contact_center.content.importing.studio import StudioError, import_studio
from contact_center.content.importing.studio_splits import condition_of
from tests.content.importing.test_flows_walked import FLOWS
from tests.content.importing.test_liquid import resolve


def widget(name: str, kind: str, properties: dict[str, Any], **events: str) -> dict[str, Any]:
    transitions = [{"event": event, "next": to} for event, to in events.items()]
    return {"name": name, "type": kind, "properties": properties, "transitions": transitions}


def made_of(*widgets: dict[str, Any]) -> FlowDraft:
    first = widget("Trigger", "trigger", {}, incomingCall=widgets[0]["name"])
    definition = {"states": [first, *widgets], "initial_state": "Trigger"}
    return import_studio("f.json", json.dumps(definition, indent=1), Report())


def said(draft: FlowDraft, words: str) -> list[Verdict | None]:
    return [entry.verdict for entry in draft.report.entries if words in "; ".join(entry.words)]


def test_a_gather_and_its_split_become_one_menu() -> None:
    draft = import_studio("clinic.json", (FLOWS / "clinic.json").read_text(), Report())
    menu = draft.nodes["main_menu"]
    assert menu["do"] == "menu"
    assert menu["keys"] == {
        "1": "appointments",
        "2": "prescriptions",
        "3": "address",
        "0": "front_desk",
        "9": "front_desk",
    }
    assert "which" not in draft.nodes
    assert said(draft, "speech > which_words") == [Verdict.LEFT_OUT]
    assert said(draft, "hints") == [Verdict.LEFT_OUT]
    assert said(draft, "on_no_input asked for ever") == [Verdict.TO_DO]


def test_a_gather_without_a_split_of_keys_collects_digits() -> None:
    ask = {"say": "Number?", "number_of_digits": 4, "finish_on_key": "*", "timeout": 7, "loop": 2}
    draft = made_of(
        widget("ask", "gather-input-on-call", ask, keypress="end", timeout="end"),
        widget("end", "say-play", {"say": "Bye"}),
    )
    node = draft.nodes["ask"]
    assert node["say"] == ["Number?", "Number?"]
    assert (node["max"], node["terminator"], node["into"]) == (4, "*", "ask_digits")
    assert (node["first_timeout"], node["inter_digit"]) == ("7s", "7s")


@pytest.mark.parametrize(
    ("kind", "value", "condition"),
    [
        ("equal_to", "a", "vars.x == 'a'"),
        ("not_equal_to", "a", "vars.x != 'a'"),
        ("matches_any_of", "a, b,", "vars.x == 'a' || vars.x == 'b'"),
        ("does_not_match_any_of", "a", "!(vars.x == 'a')"),
        ("is_blank", "", "vars.x == ''"),
        ("is_not_blank", "", "vars.x != ''"),
        ("regex", "^7[0-9]$", "vars.x.matches('^7[0-9]$')"),
        ("contains", "a", "vars.x.contains('a')"),
        ("does_not_contain", "a", "!vars.x.contains('a')"),
        ("starts_with", "+44", "vars.x.startsWith('+44')"),
        ("does_not_start_with", "a", "!vars.x.startsWith('a')"),
        ("less_than", "3", "vars.x != '' && double(vars.x) < 3.0"),
        ("greater_than", "2.5", "vars.x != '' && double(vars.x) > 2.5"),
    ],
)
def test_every_comparison_has_its_condition(kind: str, value: str, condition: str) -> None:
    row = read_json("f", json.dumps({"type": kind, "value": value}))
    assert condition_of(row, "{{flow.variables.x}}", resolve) == condition


def test_comparisons_of_times_and_unknown_ones_are_reported() -> None:
    rows = [
        {"event": "match", "next": "end", "conditions": [{"type": kind, "value": "x"}]}
        for kind in ("is_before_time", "is_after_date", "sounds_like")
    ]
    split = widget("split", "split-based-on", {"input": "{{trigger.call.From}}"}, noMatch="end")
    split["transitions"] += rows
    draft = made_of(split, widget("end", "say-play", {"say": "Bye"}))
    assert len(said(draft, "split > end: ")) == 3
    assert draft.nodes["split"]["cases"] == [{"if": "false", "goto": "end"}]


def test_widgets_without_a_counterpart_leave_a_tag_and_the_way_goes_on() -> None:
    draft = made_of(
        widget("text", "send-message", {"body": "x"}, sent="odd", failed="end"),
        widget("odd", "brand-new-widget", {}, whatever="end"),
        widget("end", "say-play", {"say": "Bye"}),
    )
    assert draft.nodes["text"] == {
        "do": "tag",
        "note": "f.json:15, here was send-message",
        "tags": ["not-imported"],
        "next": "odd",
    }
    assert draft.nodes["odd"]["next"] == "end"
    assert said(draft, "odd: brand-new-widget: there is no such widget") == [Verdict.LEFT_OUT]
    assert not draft.report.is_whole


def test_circles_that_wait_for_nothing_are_cut_and_named() -> None:
    draft = made_of(
        widget("a", "say-play", {"say": "A"}, audioComplete="b"),
        widget("b", "say-play", {"say": "B"}, audioComplete="a"),
    )
    assert draft.nodes["b"]["next"] == "hangup"
    assert said(draft, "b: leads back to a without waiting") == [Verdict.TO_DO]


def test_recordings_are_listed_with_what_they_were() -> None:
    address = "https://media.example.com/a/Welcome%20all.mp3"
    draft = made_of(widget("hello", "say-play", {"play": address}))
    assert draft.files == {"a-Welcome-20all": address}
    assert draft.nodes["hello"]["say"] == [{"file": "a-Welcome-20all"}]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{}", "f.json:1: no flow of Twilio Studio"),
        ('{"states": []}', "f.json:1: no flow of Twilio Studio"),
        ('{"states": [\n{"type": "trigger"}]}', "f.json:2: a widget without a name"),
        (
            '{"states": [{"name": "a"},\n{"name": "a"}]}',
            'f.json:2: a second widget "a"',
        ),
        ('{"states": [{"name": "a", "type": "say-play"}]}', "f.json:1: no widget begins"),
        ('{"states": [{"name": "a", "type": "trigger"}]}', "f.json:1: this flow takes no calls"),
    ],
)
def test_what_is_no_flow_of_calls_is_refused_with_its_line(text: str, words: str) -> None:
    with pytest.raises(StudioError) as refused:
        import_studio("f.json", text, Report())
    assert str(refused.value).startswith(words)


def test_more_widgets_than_studio_takes_are_refused() -> None:
    states = [{"name": f"w{n}", "type": "trigger"} for n in range(1_001)]
    with pytest.raises(StudioError, match="more than 1000 widgets"):
        import_studio("f.json", json.dumps({"states": states}), Report())
    with pytest.raises(JsonError):
        import_studio("f.json", "{" * 1_000_000, Report())


def test_widgets_of_the_wrong_shape_do_no_harm() -> None:
    odd: list[Any] = [None, 5, "x", [], {}, {"a": 1}, [[]], True, "{{", "{{x}}", "{%"]
    kinds = ["say-play", "gather-input-on-call", "split-based-on", "set-variables"]
    kinds += ["make-http-request", "connect-call-to", "record-voicemail", "enqueue-call"]
    names = ["say", "play", "loop", "timeout", "url", "variables", "input", "to", "body"]
    names += ["queue_name", "number_of_digits", "finish_on_key", "parameters", "language"]
    for value in odd:
        widgets = [
            widget(f"w-{n}", kind, dict.fromkeys(names, value), next=f"w-{n + 1}")
            for n, kind in enumerate(kinds)
        ]
        for one in widgets:
            one["transitions"].append({"event": value, "next": value, "conditions": value})
        assert made_of(*widgets).text("").startswith("# ") is False


def test_places_in_an_address_have_names_that_no_parameter_has() -> None:
    address = "https://shop.example.com/{{flow.variables.a}}/{{flow.variables.b}}/x"
    rows = [{"key": "v1", "value": "one"}, {"key": "v3", "value": "three"}]
    draft = made_of(
        widget("ask", "make-http-request", {"url": address, "method": "GET", "parameters": rows})
    )
    (service,) = draft.services.values()
    assert service["url"] == "https://shop.example.com/{v2}/{v4}/x?v1={v1}&v3={v3}"
    args = {"v2": "vars.a", "v4": "vars.b", "v1": "'one'", "v3": "'three'"}
    assert draft.nodes["ask"]["args"] == args

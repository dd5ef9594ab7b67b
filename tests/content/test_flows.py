"""What a flow file becomes: nodes, edges, prompts and values, exactly."""

from __future__ import annotations

from contact_center.content.cel_engine import CelExpression
from contact_center.content.center import load_center
from contact_center.core.ivr import flow
from contact_center.core.ivr.assigning import LANGUAGE
from contact_center.core.ivr.flow import Edge, FlowBundle, Speech, SpeechKind, ValueForm
from tests.content.samples import FLOW, broken, problems_of, sources

SECOND = 1_000_000


def loaded(text: str = FLOW) -> FlowBundle:
    return load_center(sources(flow=text)).flows["shop"]  # type: ignore[index]


def text(en: str, es: str) -> Speech:
    return Speech(kind=SpeechKind.TEXT, texts={"en-US": en, "es-US": es})


SORRY = text("Sorry.", "Lo siento.")


def test_a_menu_has_keys_escalation_and_the_flow_s_defaults() -> None:
    assert loaded().nodes["main"] == flow.Menu(
        name="main",
        say=(text("Press 1 or 2.", "Oprima 1 o 2."),),
        keys={"1": Edge(goto="ask"), "2": Edge(goto="sales")},
        on_no_input=(flow.Failure(say=(SORRY,)), flow.Failure(edge=Edge(goto="sales"))),
        on_no_match=(flow.Failure(say=(SORRY,)), flow.Failure(edge=Edge(goto="sales"))),
        first_timeout_us=5 * SECOND,
        inter_digit_us=3 * SECOND,
    )


def test_the_defaults_of_the_file_hold_where_a_node_says_nothing() -> None:
    changed = broken(
        FLOW,
        "vars:\n",
        "defaults: {first_timeout: 900ms, barge_in: false, type_ahead: false}\nvars:\n",
    )
    menu = loaded(broken(changed, "    max: 6", "    max: 6\n    barge_in: true")).nodes["main"]
    assert isinstance(menu, flow.Menu)
    assert (menu.first_timeout_us, menu.barge_in, menu.type_ahead) == (900_000, False, False)
    ask = loaded(broken(changed, "    max: 6", "    max: 6\n    barge_in: true")).nodes["ask"]
    assert isinstance(ask, flow.Collect)
    assert (ask.first_timeout_us, ask.barge_in) == (900_000, True)


def test_digits_of_open_length_end_with_the_pound_key() -> None:
    ask = loaded().nodes["ask"]
    assert isinstance(ask, flow.Collect)
    assert (ask.min, ask.max, ask.terminator, ask.into) == (1, 6, "#", "order")


def test_digits_of_a_fixed_length_need_no_terminator() -> None:
    ask = loaded(broken(FLOW, "    max: 6", "    length: 4")).nodes["ask"]
    assert isinstance(ask, flow.Collect)
    assert (ask.min, ask.max, ask.terminator) == (4, 4, "")


def test_a_terminator_may_be_switched_off() -> None:
    ask = loaded(broken(FLOW, "    max: 6", '    max: 6\n    terminator: ""')).nodes["ask"]
    assert isinstance(ask, flow.Collect)
    assert ask.terminator == ""


def test_a_value_inside_a_text_is_spoken_between_its_pieces() -> None:
    node = loaded(
        broken(FLOW, "Order ${vars.order}.", "Order ${ vars.order } is late.").replace(
            "Pedido ${vars.order}.", "Pedido ${vars.order}, con retraso."
        )
    ).nodes["read_back"]
    assert isinstance(node, flow.Play)
    assert node.say == (
        text("Order", "Pedido"),
        Speech(kind=SpeechKind.VALUE, value=CelExpression("vars.order"), form=ValueForm.DIGITS),
        text("is late.", ", con retraso."),
    )


def test_a_number_is_counted_and_a_text_is_spelt_unless_told_otherwise() -> None:
    said = "say: [{value: vars.tries}, {value: vars.order}, {value: vars.order, as: number}]"
    node = loaded(broken(FLOW, "say: {prompt: sorry}", said)).nodes["message"]
    assert isinstance(node, flow.Voicemail)
    assert [speech.form.value for speech in node.say] == ["number", "digits", "number"]


def test_silence_files_and_conditions_are_items_too() -> None:
    said = 'say: [{silence: 400ms}, {file: tune, when: "vars.tries > 0"}, '
    said += '{prompt: sorry, when: "true"}]'
    node = loaded(broken(FLOW, "say: {prompt: sorry}", said)).nodes["message"]
    assert isinstance(node, flow.Voicemail)
    assert node.say == (
        Speech(kind=SpeechKind.SILENCE, ms=400),
        Speech(kind=SpeechKind.FILE, file="tune", when=CelExpression("vars.tries > 0")),
        Speech(kind=SpeechKind.TEXT, texts=SORRY.texts, when=CelExpression("true")),
    )


def test_a_condition_on_a_library_prompt_joins_its_own() -> None:
    library = 'sorry: [{text: {en-US: Sorry., es-US: Lo siento.}, when: "vars.tries > 0"}]'
    changed = broken(FLOW, "sorry: {en-US: Sorry., es-US: Lo siento.}", library)
    node = loaded(
        broken(changed, "say: {prompt: sorry}", "say: {prompt: sorry, when: \"vars.order != ''\"}")
    ).nodes["message"]
    assert isinstance(node, flow.Voicemail)
    assert node.say[0].when == CelExpression("(vars.order != '') && (vars.tries > 0)")


def test_a_text_in_one_language_on_purpose_is_said_to_everybody() -> None:
    changed = broken(FLOW, "say: {prompt: sorry}", "say: [{text: {es-US: Para español.}}]")
    assert problems_of(flow=changed) == ()
    node = loaded(changed).nodes["message"]
    assert isinstance(node, flow.Voicemail)
    assert node.say[0].texts == {"es-US": "Para español."}


def test_a_bare_text_is_in_the_default_language_and_needs_a_fallback_for_the_others() -> None:
    changed = broken(FLOW, "say: {prompt: sorry}", "say: Leave a message.")
    assert [p.code for p in problems_of(flow=changed)] == ["E050"]
    changed = broken(changed, "[en-US, es-US]}", "[en-US, es-US], fallback: {es-US: en-US}}")
    assert problems_of(flow=changed) == ()


def test_a_flow_without_languages_speaks_the_center_s() -> None:
    changed = FLOW.replace("languages: {default: en-US, offered: [en-US, es-US]}\n", "")
    for spanish in ("Lo siento.", "Oprima 1 o 2.", "Su pedido.", "Adiós."):
        changed = broken(changed, f", es-US: {spanish}", "")
    changed = broken(changed, ', es-US: "Pedido ${vars.order}."', "")
    assert problems_of(flow=changed) == ()
    assert loaded(changed).language == "en-US"


def test_a_set_node_assigns_in_order_and_may_switch_the_language() -> None:
    changed = broken(FLOW, "{tries: vars.tries + 1}", "{tries: 7, order: \"''\"}, language: es-US")
    node = loaded(changed).nodes["count"]
    assert isinstance(node, flow.Set)
    assert node.assign == (
        ("tries", CelExpression("7")),
        ("order", CelExpression("''")),
        (LANGUAGE, CelExpression("'es-US'")),
    )


def test_variables_begin_with_what_is_written_or_their_type_s_nothing() -> None:
    declared = """vars:
  yes: {type: bool, default: true}
  share: {type: float, default: 2}
  tier: {type: enum, of: [none, gold]}
  best: {type: enum, of: [none, gold], default: gold}
"""
    assert loaded(broken(FLOW, "vars:\n", declared)).variables == {
        "yes": True, "share": 2.0, "tier": "none", "best": "gold", "order": "", "tries": 0,
    }  # fmt: skip


def test_a_queue_a_transfer_and_a_voicemail_carry_their_edges_and_times() -> None:
    nodes = loaded(
        broken(FLOW, "queue: sales, timeout", "queue: sales, priority: 7, max_wait: 2m, timeout")
    ).nodes
    queue, outside, message = nodes["sales"], nodes["outside"], nodes["message"]
    assert isinstance(queue, flow.Queue)
    assert (queue.priority, queue.max_wait_us) == (7, 120 * SECOND)
    assert (queue.timeout.goto, queue.no_agents.goto, queue.full.goto) == (
        "message",
        "message",
        "outside",
    )
    assert isinstance(outside, flow.Transfer)
    assert (outside.to, outside.timeout_us) == ("+14155550190", 30 * SECOND)
    assert isinstance(message, flow.Voicemail)
    assert (message.box, message.max_us, message.silence_us) == ("shop", 120 * SECOND, 4 * SECOND)


def test_a_transfer_takes_national_numbers_and_extensions() -> None:
    national = loaded(broken(FLOW, '"+14155550190"', "(415) 555-0190")).nodes["outside"]
    inside = loaded(broken(FLOW, '"+14155550190"', "2001")).nodes["outside"]
    assert isinstance(national, flow.Transfer)
    assert isinstance(inside, flow.Transfer)
    assert (national.to, inside.to) == ("+14155550190", "2001")


def test_hours_without_a_holiday_edge_treat_holidays_as_closed() -> None:
    gate = loaded().nodes["gate"]
    assert isinstance(gate, flow.Hours)
    assert gate.holiday == gate.closed == Edge(goto="bye")
    assert gate.calendar.zone.key == "America/Los_Angeles"


def test_the_version_follows_the_text() -> None:
    assert loaded().version == loaded().version
    assert loaded(FLOW + "# a comment\n").version != loaded().version


def test_handlers_limits_and_tags_reach_the_bundle() -> None:
    changed = broken(
        FLOW,
        "nodes:",
        "on: {error: {goto: bye, tag: broken}, limit: sales}\n"
        "limits: {steps: 50, call_failures: 4}\n"
        "farewell: {text: {en-US: Bye., es-US: Adiós.}}\nnodes:",
    )
    bundle = loaded(changed)
    assert bundle.on_error == Edge(goto="bye", tag="broken")
    assert bundle.on_limit == Edge(goto="sales")
    assert (bundle.max_steps, bundle.max_failures) == (50, 4)
    assert bundle.farewell == (text("Bye.", "Adiós."),)
    assert bundle.global_keys == {"*": Edge(goto="back")}

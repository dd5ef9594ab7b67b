"""Menus of Asterisk's dial plan: single lines, and plans that nobody should write."""

from __future__ import annotations

import pytest

from contact_center.content.importing.dialplan import DialplanError, import_dialplan
from contact_center.content.importing.dialplan_reading import expand, read_plan
from contact_center.content.importing.flow_draft import FlowDraft
from contact_center.content.importing.report import Report, Verdict


def made_of(text: str, context: str = "") -> FlowDraft:
    return import_dialplan("e.conf", text, context, Report())


def fate(draft: FlowDraft, line: int) -> tuple[Verdict | None, str]:
    entry = next(entry for entry in draft.report.entries if entry.line == line)
    return entry.verdict, "; ".join(entry.words)


def test_silence_goes_on_with_the_next_priority_and_else_to_t() -> None:
    rest = "exten => 1,1,Queue(a)\nexten => t,1,Queue(b)\nexten => x,1,NoOp\n"
    on = made_of("[m]\nexten => s,1,WaitExten(3)\nexten => s,2,Queue(c)\n" + rest)
    assert on.nodes["m"]["on_no_input"] == [{"goto": "m-2"}]
    assert on.nodes["m"]["first_timeout"] == "3s"
    else_ = made_of("[m]\nexten => s,1,WaitExten\n" + rest)
    assert else_.nodes["m"]["on_no_input"] == [{"goto": "m-t"}]
    assert else_.defaults == {"first_timeout": "10s", "inter_digit": "5s"}


def test_wrong_keys_lead_to_i_then_e_then_to_the_end() -> None:
    base = "[m]\nexten => s,1,Background(a)\nexten => s,2,WaitExten\nexten => 1,1,Queue(a)\n"
    assert made_of(base).nodes["m"]["on_no_match"] == [{"goto": "hangup"}]
    made = made_of(base + "exten => e,1,Queue(b)\n")
    assert made.nodes["m"]["on_no_match"] == [{"goto": "m-e"}]
    made = made_of(base + "exten => e,1,Queue(b)\nexten => i,1,Queue(c)\n")
    assert made.nodes["m"]["on_no_match"] == [{"goto": "m-i"}]


def test_simple_patterns_are_keys_and_wide_ones_are_reported() -> None:
    assert expand("_[1-3]") == ["1", "2", "3"]
    assert expand("_X") == list("0123456789")
    assert expand("_0Z") == [f"0{n}" for n in range(1, 10)]
    assert (expand("_XX"), expand("_9."), expand("_N!")) == ([], [], [])
    text = "[m]\nexten => s,1,WaitExten\nexten => _[1-2],1,Queue(q${EXTEN})\n"
    draft = made_of(text + "exten => _1XX,1,Dial(PJSIP/${EXTEN})\n")
    assert draft.nodes["m"]["keys"] == {"1": "m-1", "2": "m-2"}
    assert draft.nodes["m-2"]["queue"] == "q2"
    assert fate(draft, 4)[0] is Verdict.LEFT_OUT


@pytest.mark.parametrize(
    ("patterns", "dialled", "wins"),
    [
        (("_X.", "_XXX", "_123"), "123", "_123"),
        (("_X.", "_XXX"), "123", "_XXX"),
        (("_XX", "_NX", "_ZX", "_[1-2]X"), "25", "_[1-2]X"),
        (("_XX", "_NX", "_ZX"), "25", "_NX"),
        (("_XX", "_NX", "_ZX"), "15", "_ZX"),
        (("_X[12]", "_1X"), "11", "_1X"),
        (("_1!", "_1."), "12", "_1."),
        (("_1!", "_X."), "12", "_1!"),
        (("_1.", "_1X"), "123", "_1."),
        (("_X.", "12"), "12", "12"),
        (("_X-X", "_X."), "12", "_X-X"),
        (("_[1-3]-[4-6]",), "15", "_[1-3]-[4-6]"),
        (("_s-.",), "s-BUSY", "_s-."),
        (("_1-3",), "2", None),
        (("_1-3",), "1-3", "_1-3"),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_of_patterns_that_fit_the_most_exact_one_wins_wherever_it_stands(
    patterns: tuple[str, ...], dialled: str, wins: str | None, turned: bool
) -> None:
    rows = [f"exten => {name},1,Queue({n})" for n, name in enumerate(patterns)]
    text = "\n".join(["[m]", *(reversed(rows) if turned else rows)])
    steps = read_plan("e.conf", text, Report()).steps("m", dialled)
    assert (None if steps is None else patterns[int(steps[1].arguments)]) == wins


def test_a_dash_in_a_pattern_is_not_dialled() -> None:
    assert expand("_1-[2-3]") == ["12", "13"]
    assert expand("_1-3") == ["13"]


def test_what_an_include_includes_comes_before_the_next_include() -> None:
    text = "[m]\ninclude => a\ninclude => b\n[a]\ninclude => c\n"
    text += "[b]\nexten => _1X,1,Queue(b)\n[c]\nexten => _XX,1,Queue(c)\n"
    steps = read_plan("e.conf", text, Report()).steps("m", "12")
    assert steps is not None
    assert steps[1].arguments == "c"


def test_times_that_overlap_and_zones_that_are_not_there_are_in_the_report() -> None:
    times = "9:00-12:59&11:00-13:59,mon,*,*,Europe/Londn"
    draft = made_of(f"[m]\nexten => s,1,GotoIfTime({times}?2)\nexten => s,2,Queue(a)\n", "m")
    assert draft.calendars == {"hours-1": {"weekly": {"mon": ["09:00-14:00"]}}}
    verdict, words = fate(draft, 2)
    assert verdict is Verdict.TO_DO
    assert "times that overlap are one here" in words
    assert "there is no time zone 'Europe/Londn'" in words


def test_a_context_that_is_begun_twice_goes_on() -> None:
    text = "[m]\nexten => s,1,WaitExten\n[o]\n[m]\nexten => 1,1,Queue(a)\n"
    assert made_of(text).nodes["m"]["keys"] == {"1": "m-1"}


def test_old_and_new_ways_to_write_are_one() -> None:
    old = "[m]\nexten => s,1,Answer\nexten => s,2,WaitExten(4)\nexten => 1,1,Queue(a)\n"
    new = "[m]\nexten = s,1,Answer()\nsame = n,WaitExten(4)\nexten = 1,1,Queue(a)\n"
    assert made_of(old).text("") == made_of(new).text("")


def test_a_number_is_dialled_and_a_phone_becomes_a_queue() -> None:
    text = "[m]\nexten => s,1,WaitExten\nexten => 1,1,Dial(SIP/t/14155550111,20,g)\n"
    draft = made_of(text + "exten => 2,1,Dial(PJSIP/101&PJSIP/102)\n")
    assert draft.nodes["m-1"]["to"] == "14155550111"
    assert "answered" in draft.nodes["m-1"]
    assert draft.nodes["m-2"]["queue"] == "phone-101"
    assert "only the first of 2 is dialled" in fate(draft, 4)[1]


def test_unknown_applications_leave_a_tag_and_the_way_goes_on() -> None:
    text = "[m]\nexten => s,1,WaitExten\nexten => 1,1,Frobnicate(x)\nexten => 1,2,Queue(a)\n"
    draft = made_of(text)
    assert draft.nodes["m-1"]["tags"] == ["not-imported"]
    assert draft.nodes["m-1"]["next"] == "m-1-2"
    assert fate(draft, 3) == (
        Verdict.LEFT_OUT,
        "node m-1; frobnicate: there is no such thing here",
    )


def test_the_context_is_chosen_or_named() -> None:
    text = "[a]\nexten => s,1,Hangup\n[b]\nexten => s,1,WaitExten\nexten => 1,1,Queue(q)\n"
    assert made_of(text).entry == "b"
    draft = made_of(text, "a")
    assert draft.nodes == {"start": {"do": "hangup"}}
    assert "nothing leads here from [a]" in fate(draft, 4)[1]
    with pytest.raises(DialplanError, match=r"there is no context \[c\]; there are: a, b"):
        made_of(text, "c")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00\x01",
        "{}",
        "[general]\n",
        "[a]\nexten => s,1,Hangup\n",
        "[a]\nexten =>\nexten => s\nexten => s,x,y,z\nsame => n,Background(a)\n",
    ],
)
def test_what_has_no_menu_is_refused(text: str) -> None:
    with pytest.raises(DialplanError, match=r"e\.conf:1: no menu"):
        made_of(text)


def test_circles_and_routines_that_call_themselves_end() -> None:
    begin = "[m]\nexten => s,1,WaitExten\n"
    circle = made_of(begin + "exten => 1,1,Goto(2,1)\nexten => 2,1,Goto(1,1)\n")
    assert circle.nodes["m"]["keys"] == {"1": "hangup", "2": "hangup"}
    made_of(begin + "exten => 1,1,Gosub(m,1,1)\nexten => 1,2,Playback(a)\nexten => 1,3,Goto(1)\n")
    made_of(begin + "include => m\ninclude => n\nexten => 1,1,Queue(a)\n[n]\ninclude => m\n")
    play = made_of(begin + "exten => 1,1,Playback(a)\nexten => 1,2,Goto(1,1)\n")
    assert play.nodes["m-1"]["next"] == "hangup"


def test_plans_that_grow_without_end_are_refused() -> None:
    rows = ["[m]", "exten => s,1,WaitExten", "exten => 1,1,Gosub(m,2,1(x${ARG1}))"]
    rows += ["exten => 2,1,Playback(${ARG1})", "exten => 2,2,Set(A=${ARG1})"]
    many = [f"exten => {n},1,Playback(f{n})" for n in range(3, 3_000)]
    with pytest.raises(DialplanError, match="grows to over 2000 nodes"):
        made_of("\n".join([*rows, *many]))
    lines = "[m]\n" + "exten => s,n,NoOp\n" * 20_001
    with pytest.raises(DialplanError, match=r"e.conf:20002: more than 20000 lines"):
        made_of(lines)


def test_a_global_that_the_plan_itself_sets_is_counted_and_not_folded() -> None:
    globals_ = "[globals]\nTRIES=0\nMOST=3\nPIN=none\nFIRST=${TRIES}\n"
    text = globals_ + (
        "[m]\nexten => s,1,SayDigits(${FIRST})\nexten => s,n(try),Set(TRIES=$[${TRIES} + 1])\n"
        "exten => s,n,GotoIf($[${TRIES} >= ${MOST}]?out)\nexten => s,n,Read(PIN,enter,4)\n"
        'exten => s,n,GotoIf($["${PIN}" = "4711"]?in)\nexten => s,n,Goto(try)\n'
        "exten => s,n(in),Queue(in)\nexten => s,n(out),Queue(out)\n"
    )
    draft = made_of(text)
    assert draft.nodes["m"]["say"] == [{"value": "'0'", "as": "digits"}]
    assert draft.nodes["m-try"]["do"] == "set"
    assert draft.nodes["m-3"]["cases"][0]["goto"] == "m-out"
    assert draft.nodes["m-3"]["cases"][0]["if"].endswith("int(vars.TRIES)) >= 3)")
    assert draft.nodes["m-5"]["cases"] == [{"if": "(vars.PIN == '4711')", "goto": "m-in"}]
    assert draft.variables == {"TRIES": "0", "PIN": "none"}
    assert "TRIES: {type: string, default: '0'}" in draft.text("")


def test_an_argument_that_a_routine_sets_is_no_constant_from_there_on() -> None:
    text = (
        "[m]\nexten => s,1,Gosub(ask,s,1(0,1))\nexten => s,2,Queue(q)\n"
        "[ask]\nexten => s,1,Set(ARG1=$[${ARG1} + ${ARG2}])\n"
        "exten => s,n,GotoIf($[${ARG1} = 1]?b)\nexten => s,n,Read(ARG2,no)\n"
        "exten => s,n,GotoIf($[${ARG2} = 1]?b)\nexten => s,n,Gosub(ask,s,1(${ARG2}))\n"
        "exten => s,n(b),Return\n"
    )
    draft = made_of(text, "m")
    assert draft.nodes["ask"]["vars"] == {"ARG1": "string((0 + 1))"}
    assert draft.nodes["ask-2"]["cases"][0]["if"] == "(vars.ARG1 == '1')"
    assert draft.nodes["ask-4"]["cases"][0]["if"] == "(vars.ARG2 == '1')"
    assert "ARG1 (${ARG2}) is not known before the call" in fate(draft, 9)[1]


def test_options_are_their_letters_and_not_what_is_given_to_them() -> None:
    text = "[m]\nexten => s,1,WaitExten\nexten => 1,1,Dial(SIP/t/14155550111,0,U(greet)D(c))\n"
    text += "exten => 2,1,Dial(SIP/t/14155550112,0.0,U(greet)g)\nexten => 2,2,Queue(after)\n"
    text += "exten => 3,1,Dial(PJSIP/101,0)\nexten => 4,1,Queue(a,F(c,1)n,,,0)\n"
    text += "exten => 5,1,Queue(b,tF(m,s)c,,,30)\nexten => 6,1,Dial(SIP/t/14155550113,0.5)\n"
    draft = made_of(text)
    assert not {"answered", "timeout"} & draft.nodes["m-1"].keys()
    assert draft.nodes["m-2"]["answered"] == "m-2-2"
    assert "timeout" not in draft.nodes["m-2"]
    assert not {"max_wait", "connected"} & (draft.nodes["m-3"].keys() | draft.nodes["m-4"].keys())
    assert (draft.nodes["m-5"]["max_wait"], "connected" in draft.nodes["m-5"]) == ("30s", True)
    assert draft.nodes["m-6"]["timeout"] == "500ms"

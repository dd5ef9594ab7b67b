"""Script files: what is right, and every mistake with its place and its mend."""

from __future__ import annotations

import pytest

from contact_center.content.problems import Severity
from contact_center.content.script_tests import run_test
from contact_center.content.scripts import load_script
from contact_center.content.yaml_source import read
from tests.content.samples import broken
from tests.core.scripting.scripts import SALE, SHIPPED

TWO = """\
script: two
schema: 1
languages: {default: en-US, offered: [en-US, es-US]}
entry: only
pages:
  only: {say: {en-US: "Hello ${customer.name}", es-US: "Hola ${customer.name}"}, end: true}
"""


def problems(text: str, dispositions: tuple[str, ...] | None = None) -> list[str]:
    document = read("s.yaml", text)
    load_script(document, text, dispositions=dispositions)
    return [f"{p.line}:{p.column} {p.code}" for p in document.problems]


@pytest.mark.parametrize("file", sorted(SHIPPED.glob("*.yaml")), ids=lambda file: file.stem)
def test_a_shipped_script_is_right_and_passes_its_own_tests(file) -> None:  # type: ignore[no-untyped-def]
    text = file.read_text(encoding="utf-8")
    document = read(str(file), text)
    loaded = load_script(document, text)
    assert document.problems == []
    assert loaded is not None
    assert loaded.tests, "a shipped script has tests"
    assert [o.words for test in loaded.tests if (o := run_test(loaded.script, test)).words] == []


def test_a_column_of_the_record_is_written_by_its_whole_name() -> None:
    assert problems(SALE.replace("write: wants_it", "write: customer.tier")) == []


def test_a_script_that_is_right_has_no_problems() -> None:
    assert problems(SALE) == []
    assert problems(TWO) == []


MISTAKES = {
    "no_such_page": ("goto: bye}, fork]", "goto: by}, fork]", "E020", "24:43"),
    "no_such_question": ("ask: wants\n", "ask: wonts\n", "E140", "23:10"),
    "no_such_disclosure": ("disclose: terms", "disclose: trems", "E140", "26:44"),
    "no_such_name": ("${call.queue}", "${call.quoue}", "E040", "22:10"),
    "no_such_answer": ("!answers.wants", "!answers.wonts", "E040", "24:19"),
    "no_such_form": ("| first |", "| frist |", "E012", "22:10"),
    "condition_of_the_wrong_type": ("!answers.wants", "answers.wants + 1", "E041", "24:19"),
    "never_that_option": ("== 'red'", "== 'rde'", "E041", "29:19"),
    "secret_is_read": ('"In ${answers.colour}."', '"In ${answers.card}."', "E042", "31:15"),
    "secret_is_written": ("type: secret,", "type: secret, write: card,", "E042", "13:9"),
    "column_by_its_bare_name": ("write: wants_it", "write: tier", "E012", "5:10"),
    "whether_known_is_written": ("write: wants_it", "write: known", "E012", "5:10"),
    "read_before_asked": ("${call.queue}", "${answers.colour}", "E043", "22:10"),
    "options_missing": ("    options: {red: Red, blue: Blue}\n", "", "E011", "7:5"),
    "map_of_nothing": ("map: {red: R}", "map: {pink: P}", "E012", "12:11"),
    "page_without_a_way": ("end: true}\n  bye", "}\n  bye", "E012", "31:9"),
    "page_with_two_ways": ("sold, end: true}", "sold, end: true, next: bye}", "E012", "31:9"),
    "no_way_left": (", done]", "]", "E080", "29:11"),
    "way_never_taken": (
        '[{when: "!answers.wants", goto: bye}, fork]',
        "[fork, bye]",
        "E021",
        "24:12",
    ),
    "disclosure_can_be_missed": (
        "{goto: terms}, b: {goto: terms}}}",
        "{goto: terms}, b: {goto: order}}}",
        "E141",
        "31:3",
    ),
    "circle_without_a_question": (
        "say: Before we go on., disclose: terms, next: order",
        "next: fork",
        "E142",
        "25:3",
    ),
    "fragment_missing": ("say: Before we go on.", "say: [{fragment: hi}]", "E027", "26:28"),
    "unused_name_of_a_question": ("  remark: {", "  Remark: {", "E014", "14:3"),
    "hostile_pattern": ("  remark: {ask", '  remark: {pattern: "(a+)+", ask', "E012", "14:21"),
    "unknown_field": ("entry: open", "entry: open\nentri: open", "E010", "4:1"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_with_its_place(name: str) -> None:
    old, new, code, place = MISTAKES[name]
    found = problems(broken(SALE, old, new))
    assert f"{place} {code}" in found, found


def test_a_page_nobody_gets_to_and_one_nobody_gets_away_from() -> None:
    assert problems(SALE + "  island: {end: true}\n") == ["33:3 E021"]
    trap = broken(SALE, "bye: {disposition: no_sale, end: true}", "bye: {ask: remark, next: bye}")
    assert problems(trap) == ["32:3 E022"]


def test_every_language_says_and_shows_the_same() -> None:
    assert problems(TWO.replace(', es-US: "Hola ${customer.name}"', "")) == ["6:15 E050"]
    assert problems(TWO.replace("Hola ${customer.name}", "Hola")) == ["6:15 E052"]
    assert problems(TWO.replace('es-US: "Hola', 'fr-FR: "Hola'))[0] == "6:49 E105"


def test_what_a_call_ends_as_is_known_to_the_center() -> None:
    assert problems(SALE, ("sold", "no_sale")) == []
    assert problems(SALE, ("sold",)) == ["32:22 E028"]


def test_a_question_nobody_asks_is_a_warning() -> None:
    text = broken(SALE, ", remark]", "]")
    document = read("s.yaml", text)
    assert load_script(document, text) is not None
    (warning,) = document.problems
    assert (warning.code, warning.severity) == ("W140", Severity.WARNING)


def test_no_file_however_odd_does_more_than_be_refused() -> None:
    for text in (
        "",
        "[]",
        "5",
        "script: x",
        "script: [x]\npages: 5",
        "pages: {a: 5, b: {next: 7}}",
    ):
        assert problems(text), text


def test_a_test_that_expects_what_is_not_so_says_what_is() -> None:
    text = SALE + (
        "tests:\n  - name: wrong\n    steps:\n      - {answer: {wants: true}}\n      - next\n"
        "      - {expect: {page: order}}\n"
    )
    document = read("s.yaml", text)
    loaded = load_script(document, text)
    assert loaded is not None, document.problems
    outcome = run_test(loaded.script, loaded.tests[0])
    assert outcome.line == text.splitlines().index("      - {expect: {page: order}}") + 1
    assert outcome.words == "expected page: order, and it was terms"


@pytest.mark.parametrize(
    ("step", "code"),
    [
        ("{answer: {nobody: 1}}, {expect: {page: open}}", "E120"),
        ("{objection: none}, {expect: {page: open}}", "E120"),
        ("{expect: {page: nowhere}}", "E120"),
        ("next", "E120"),
        ("{expect: {}}", "E012"),
        ("{expect: }", "E012"),
        ("{answer: {wants: true}, objection: price}, {expect: {page: open}}", "E012"),
    ],
)
def test_a_test_that_cannot_come_true_is_a_mistake(step: str, code: str) -> None:
    found = problems(SALE + f"tests:\n  - name: t\n    steps: [{step}]\n")
    assert [each.split()[1] for each in found] == [code]


def test_every_script_of_the_page_for_authors_is_right() -> None:
    page = (SHIPPED.parent / "docs/scripts.md").read_text(encoding="utf-8")
    examples = [part.split("```")[0] for part in page.split("```yaml script\n")[1:]]
    assert examples
    for text in examples:
        document = read("docs/scripts.md", text)
        loaded = load_script(document, text, dispositions=("sold", "no_sale"))
        assert loaded is not None, document.problems
        assert [run_test(loaded.script, test).words for test in loaded.tests] == [""]


BESIDE = SALE.replace(
    "pages:\n",
    "hints:\n  h: {after: 30s, say: Hi.}\nactions:\n  a: {title: T, do: callback}\npages:\n",
).replace("    ask: wants\n", "    ask: wants\n    actions: a\n")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", []),
        ("after: 30s", "after: 1ms", ["21:14 E012"]),
        ("say: Hi.", "say: Hi., goto: by", ["21:35 E020"]),
        ("say: Hi.", "say: Hi., when: answers.wonts", ["21:35 E040"]),
        ("do: callback", "do: dance", ["23:21 E012"]),
        ("do: callback", "do: callback, to: you", ["23:6 E012"]),
        ("do: callback", "do: transfer", ["23:6 E012"]),
        ("do: callback", "do: transfer, to: 'number:911'", ["23:6 E012"]),
        ("do: callback", "do: open, to: 'javascript:alert(1)'", ["23:6 E012"]),
        ("do: callback", "do: open, to: 'http://example.com'", ["23:6 E012"]),
        ("actions: a\n", "actions: b\n", ["28:14 E140", "23:3 W140"]),
    ],
)
def test_a_mistake_in_what_comes_up_beside_a_page_is_told_with_its_place(
    old: str, new: str, expected: list[str]
) -> None:
    document = read("s.yaml", broken(BESIDE, old, new) if old else BESIDE)
    load_script(document, BESIDE)
    assert [f"{p.line}:{p.column} {p.code}" for p in document.problems] == expected
    assert all(p.hint for p in document.problems)


def test_what_is_written_wrong_is_not_told_to_be_missing_as_well() -> None:
    found = problems(broken(SALE, "least: 5s", "least: soon"))
    assert [one.split()[1] for one in found] == ["E015"], found


FRAGMENTS = SALE.replace(
    "pages:\n", "fragments:\n  a: [Hello., {fragment: b}]\n  b: [{fragment: a}]\npages:\n"
).replace("say: Before we go on.", "say: [{fragment: b}]")
SPOKEN = SALE + (
    "tests:\n  - name: x\n    given: {language: fr-FR}\n    steps: [{expect: {page: open}}]\n"
)


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        (FRAGMENTS, "21:26 E027", "not whole yet"),
        (SALE.replace("{ask: Anything else?}", "{ask: How many?, type: int, min: 9, max: 2}"),
         "14:44 E012", "no answer is from"),
        (SALE.replace('"!answers.wants"', '"answers.wants &&"'), "24:19 E090", "not an expression"),
        (SPOKEN, "35:23 E120", "does not speak"),
        (BESIDE.replace("after: 30s", "after: 9h"), "21:14 E012", "four hours"),
    ],
    ids=["circle_of_fragments", "no_answer_fits", "half_an_expression", "language", "too_late"],
)  # fmt: skip
def test_what_cannot_work_in_a_call_is_told_before_with_what_to_do(
    text: str, place: str, words: str
) -> None:
    document = read("s.yaml", text)
    load_script(document, text)
    (found,) = document.problems
    assert f"{found.line}:{found.column} {found.code}" == place
    assert words in found.message
    assert found.hint

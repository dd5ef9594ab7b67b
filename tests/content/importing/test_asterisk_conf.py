"""Asterisk's own form of files: sections, templates, comments, and what is neither."""

from __future__ import annotations

from contact_center.content.importing.asterisk_conf import is_true, read_conf
from contact_center.content.importing.report import Report, Verdict

TEXT = """\
lost = 1
[one](!)
a = 1
b => 2 ; two
[two](one)
b = 3\\;4
[three](one,two,nothing)
;-- c = 5
d = 6 --; e = 7
[two](+)
f += 8
[broken
[odd] more
"""


def read(text: str = TEXT) -> tuple[dict[str, dict[str, str]], Report]:
    report = Report()
    found = read_conf("x.conf", text, report)
    return {n: {o.key: o.value for o in s.options} for n, s in found.items()}, report


def test_a_section_begins_with_what_its_templates_say() -> None:
    found, _ = read()
    assert found["one"] == {"a": "1", "b": "2"}
    assert found["two"] == {"a": "1", "b": "3;4", "f": "8"}
    assert found["three"] == {"a": "1", "b": "3;4", "e": "7"}


def test_the_last_value_counts() -> None:
    section = read_conf("x.conf", "[a]\nb=1\nb=2\n", Report())["a"]
    assert section.last("b") == "2"
    assert section.last("c") is None


def test_what_cannot_be_read_is_said_at_its_line() -> None:
    _, report = read()
    said = {e.line: e for e in report.entries}
    assert "in no section" in said[1].words[0]
    assert "no template [nothing]" in said[7].words[0]
    assert said[8].verdict is Verdict.COMMENT
    assert said[10].words == ["goes on with [two]"]
    assert said[12].words == ["this is no section"]
    assert said[13].words == ["this is no section"]


def test_yes_and_no_are_read_as_asterisk_reads_them() -> None:
    assert all(is_true(word) for word in ("yes", "True", "y", "t", "1", "on "))
    assert not any(is_true(word) for word in ("no", "", "2", "off", "yess"))

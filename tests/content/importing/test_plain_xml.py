"""XML from strangers: read with the lines it stands on, and never opened beyond itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from contact_center.content.importing.plain_xml import XmlError, read_xml
from contact_center.content.importing.report import Report, Verdict

BOMB = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;&b;">]>\n<a>&c;</a>'


def test_elements_are_found_by_their_path_with_attributes_and_lines() -> None:
    root = read_xml("a.xml", '<a>\n <b x="1"/>\n <b x="2"><c/></b>\n</a>\n', Report())
    found = root.within("a", "b")
    assert [(e.attributes["x"], e.line) for e in found] == [("1", 2), ("2", 3)]
    assert [e.name for e in found[1].within("c")] == ["c"]


def test_a_document_type_is_refused_before_any_entity_is_read() -> None:
    with pytest.raises(XmlError, match=r"a\.xml:1: a document type is refused"):
        read_xml("a.xml", BOMB, Report())


def test_a_file_named_by_an_entity_is_never_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hidden")
    text = f'<!DOCTYPE a [<!ENTITY b SYSTEM "file://{secret}">]>\n<a>&b;</a>'
    with pytest.raises(XmlError, match="document type"):
        read_xml("a.xml", text, Report())


@pytest.mark.parametrize("text", ["", "<a>", "<a></b>", "not xml", '<a b="&x;"/>', "<a/><b/>"])
def test_what_is_no_xml_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(XmlError, match=r"a\.xml:1:\d+: \w+"):
        read_xml("a.xml", text, Report())


def test_a_comment_that_includes_a_file_is_named() -> None:
    report = Report()
    read_xml("a.xml", "<a>\n<!-- a remark -->\n<!--#include file -->\n</a>", report)
    verdicts = {e.line: e.verdict for e in report.entries}
    assert (verdicts[2], verdicts[3]) == (Verdict.COMMENT, Verdict.LEFT_OUT)

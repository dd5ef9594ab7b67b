"""Pictures of call scripts."""

from __future__ import annotations

from xml.etree import ElementTree

from contact_center.core.scripting.picture import to_mermaid, to_svg
from tests.core.scripting.scripts import SALE, script


def test_every_page_and_every_way_is_in_the_text() -> None:
    drawn = to_mermaid(script())
    for word in ("open, asks wants", "terms, says terms", "done, # sold", "bye, # no_sale"):
        assert word.replace("#", "#61;") in drawn
    assert 'p0 -->|"#33;answers.wants"| p6' in drawn
    assert 'p1 -->|"a (1) or b (1)"| p2' in drawn
    assert '{{"later"}} -.-> p6' in drawn


def test_the_drawing_is_well_formed_whatever_the_names_are() -> None:
    text = SALE.replace("answers.colour == 'red'", "answers.colour == 'red' && size('<&') > 1")
    root = ElementTree.fromstring(to_svg(script(text)))
    words = [each.text for each in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"open", "fork", "terms", "order", "special", "done", "bye"} <= set(words)
    assert to_svg(script(text)) == to_svg(script(text))

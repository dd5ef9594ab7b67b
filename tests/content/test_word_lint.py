"""Words that a recogniser cannot hear, or would take for one another."""

from __future__ import annotations

from contact_center.adapters.recognition.lexicon import Lexicon
from contact_center.app.ivr.finding import Place
from contact_center.content.center import load_content
from contact_center.content.word_lint import check_sounds
from tests.content.samples import at, sources
from tests.content.test_build_words import ENGLISH, with_words


def found(words: str) -> list[tuple[str, str]]:
    texts = sources(flow=with_words(words))
    flows = load_content(texts).configuration.flows
    problems = check_sounds(texts, flows, Lexicon)
    assert {at(problem) for problem in problems} <= {
        ("shop.yaml", "W104", 19, 5),
        ("shop.yaml", "W105", 19, 5),
    }
    assert not any(problem.is_error for problem in problems)
    return [(problem.code, problem.message) for problem in problems]


def test_words_that_sound_different_and_are_in_the_dictionary_are_fine() -> None:
    assert found("{ask: [my order, delivery], sales: [buy something]}") == []


def test_words_that_sound_alike_are_told_where_they_mean_different_options() -> None:
    ((code, message),) = found("{ask: [loan], sales: [lone]}")
    assert code == "W104"
    assert '"loan" and "lone"' in message
    assert found("{ask: [loan, lone], sales: [buy something]}") == []


def test_words_without_a_pronunciation_are_told() -> None:
    ((code, message),) = found("{ask: [larkfieldish order], sales: [buy something]}")
    assert code == "W105"
    assert "no pronunciation of larkfieldish" in message


def test_a_flow_without_words_needs_no_dictionary() -> None:
    texts = sources(flow=ENGLISH)
    flows = load_content(texts).configuration.flows

    def never() -> Lexicon:
        raise AssertionError("nothing is to be looked up")

    assert check_sounds(texts, flows, never) == ()


def test_the_command_check_tells_of_them_beside_other_problems(tmp_path) -> None:
    texts = sources(flow=with_words("{ask: [loan], sales: [lone]}"))
    place = Place(center=None, folder=tmp_path, sources=texts, only=None)
    assert [problem.code for problem in place.problems()] == ["W104"]

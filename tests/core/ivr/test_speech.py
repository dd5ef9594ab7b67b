import pytest

from contact_center.core.commands import PromptItem, PromptKind
from contact_center.core.ivr.expressions import ExpressionFailedError
from contact_center.core.ivr.flow import Speech, SpeechKind, ValueForm
from contact_center.core.ivr.speech import is_true, longest_us, speak
from tests.core.ivr.caller import BROKEN, SECOND, formula, say, text


def spoken(*prompt: Speech, language: str = "en-US", **names: object) -> list[tuple[str, str]]:
    items = speak(prompt, language, ("en-US",), lambda: names)
    return [(item.text or f"{item.ms} ms", item.language) for item in items]


def test_a_text_is_spoken_in_the_first_language_it_exists_in():
    assert spoken(text("Hello", es="Hola"), language="es") == [("Hola", "es")]
    assert spoken(text("Hello"), language="es") == [("Hello", "en-US")]
    only = Speech(kind=SpeechKind.TEXT, texts={"fr": "Bonjour"})
    assert spoken(only, language="es") == [("Bonjour", "fr")]


def test_a_text_that_exists_nowhere_is_left_out():
    assert spoken(text("")) == []
    assert spoken(Speech(kind=SpeechKind.TEXT)) == []


def test_files_and_silences_are_items_of_their_own():
    file, pause = (
        Speech(kind=SpeechKind.FILE, file="chime"),
        Speech(kind=SpeechKind.SILENCE, ms=400),
    )
    assert spoken(file, pause) == [("chime", "en-US"), ("400 ms", "")]


def test_values_are_spoken_as_digits_or_as_numbers():
    value = formula("vars['n']")
    digits = Speech(kind=SpeechKind.VALUE, value=value)
    number = Speech(kind=SpeechKind.VALUE, value=value, form=ValueForm.NUMBER)
    assert [t for t, _ in spoken(digits, number, vars={"n": 42})] == ["4", "2", "forty", "two"]
    assert [t for t, _ in spoken(number, language="fr", vars={"n": 42})] == ["4", "2"]


def test_a_value_without_an_expression_says_nothing():
    assert spoken(Speech(kind=SpeechKind.VALUE)) == []


def test_a_value_that_cannot_be_computed_is_an_error():
    with pytest.raises(ExpressionFailedError):
        spoken(Speech(kind=SpeechKind.VALUE, value=BROKEN), vars={})


def test_names_are_gathered_only_for_expressions():
    def never() -> dict[str, object]:
        raise AssertionError("nobody asked")

    assert len(speak(say("Hello", "there"), "en-US", (), never)) == 2


def test_a_condition_is_true_or_false_and_nothing_else():
    assert is_true(formula("1 == 1"), {})
    assert not is_true(formula("1 == 2"), {})
    with pytest.raises(ExpressionFailedError):
        is_true(formula("1"), {})


def test_the_longest_time_of_a_prompt_grows_with_what_is_in_it():
    sentence = PromptItem(kind=PromptKind.TEXT, text="x" * 100)
    silence = PromptItem(kind=PromptKind.SILENCE, ms=1500)
    file = PromptItem(kind=PromptKind.FILE, text="notice")
    assert longest_us((sentence,)) == 32 * SECOND
    assert longest_us((sentence, silence)) == 33.5 * SECOND
    assert longest_us((file,)) > 60 * SECOND

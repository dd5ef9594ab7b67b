from pathlib import Path

import pytest

from contact_center.adapters.recognition.lexicon import Lexicon


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon()


def test_words_without_a_pronunciation_are_named(lexicon: Lexicon):
    assert lexicon.unknown("Lost card") == ()
    assert lexicon.unknown("I don’t know") == ()
    assert lexicon.unknown("larkfieldish account") == ("larkfieldish",)


def test_only_the_language_of_the_model_is_heard(lexicon: Lexicon):
    assert lexicon.hears("en-US")
    assert lexicon.hears("en-GB")
    assert not lexicon.hears("es-US")


def test_words_that_sound_alike_are_found_and_others_are_not(lexicon: Lexicon):
    found = lexicon.alike(["loan", "lone", "loaned", "balance", "card", "cards"])
    assert ("loan", "lone") in found
    assert ("loan", "loaned") in found
    assert ("card", "cards") in found
    assert not any("balance" in pair for pair in found)
    assert lexicon.difference("loan", "lone") == 0
    assert lexicon.difference("no", "yes") == 1


def test_of_several_pronunciations_the_nearest_counts(tmp_path: Path):
    file = tmp_path / "words"
    file.write_text("read R EH D\nread(2) R IY D\nreed R IY D\n", encoding="utf-8")
    assert Lexicon(file).difference("read", "reed") == 0

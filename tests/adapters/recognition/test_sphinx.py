"""The engine itself, on words that espeak-ng says; needs espeak-ng."""

import shutil

import pytest

from contact_center.adapters.recognition.sphinx import Sphinx, spoken, sureness
from simulations.bench.speech import MENUS, PROGRAM, Utterance, on_the_telephone, speech, understood
from simulations.streams import Streams

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def engine() -> Sphinx:
    assert shutil.which(PROGRAM), f"{PROGRAM} is not there: apt-get install {PROGRAM}"
    return Sphinx()


def said(text: str, menu: str = "bank", voice: str = "en-us") -> Utterance:
    sound = on_the_telephone(speech(text, voice), Streams(1).of("noise"))
    return Utterance(menu=menu, voice=voice, text=text, option="", sound=sound)


@pytest.mark.parametrize(
    ("text", "option"),
    [("stolen card", "card"), ("balance", "account"), ("mortgage", "loan")],
)
def test_words_of_a_menu_are_understood(engine: Sphinx, text: str, option: str):
    result = understood(engine, said(text))
    assert result.option == option
    assert result.pieces == 1
    assert result.confidence > 0.3


def test_what_is_no_word_of_the_menu_is_hardly_believed(engine: Sphinx):
    assert max(understood(engine, said(text)).confidence for text in ("pizza", "weather")) < 0.3


def test_silence_and_words_without_a_sound_are_nothing(engine: Sphinx):
    assert engine.understand(b"", ["balance"]) == ("", 0.0)
    assert engine.understand(said("balance").sound, ["zzyzxq"]) == ("", 0.0)
    assert engine.understand(said("balance").sound, []) == ("", 0.0)


def test_a_phrase_comes_back_as_it_was_written(engine: Sphinx):
    assert engine.understand(said("mortgage").sound, ["Mortgage", "Balance"])[0] == "Mortgage"
    assert engine.can_say("I don’t know")
    assert not engine.can_say("larkfieldish")
    assert not engine.can_say("a | b")
    assert MENUS["bank"]["loan"] == ("mortgage", "loan")


def test_a_phrase_is_written_as_the_dictionary_writes_it():
    assert spoken("Check-in  Don’t") == "check in don't"


def test_the_better_the_words_explain_the_sound_the_surer_they_are():
    assert sureness(-1) < 0.01 < sureness(-0.3) < 0.5 < sureness(-0.1) < sureness(1) <= 1

"""Measuring how well words are understood: what is counted is what is meant."""

from __future__ import annotations

import math
from array import array

import pytest

from contact_center.core.ivr.flow_parts import Confidence
from simulations.__main__ import main
from simulations.bench import speech
from simulations.streams import Streams

SURE = Confidence(reject=0.3, accept=0.6)


def result(text: str, option: str, heard: str, confidence: float) -> speech.Result:
    said = speech.Utterance(menu="bank", voice="v", text=text, option=option, sound=b"")
    return speech.Result(said=said, option=heard, confidence=confidence, pieces=1)


def test_what_was_taken_asked_back_and_rejected_is_counted_apart() -> None:
    found = speech.document(
        [
            result("balance", "account", "account", 0.9),
            result("account", "account", "account", 0.4),
            result("loan", "loan", "account", 0.7),
            result("mortgage", "loan", "", 0.0),
            result("pizza", "", "loan", 0.7),
            result("hello", "", "loan", 0.1),
        ],
        SURE,
    )
    assert (found["words"], found["words_right"], found["strangers"]) == (4, 2, 2)
    assert found["accuracy"] == 0.5
    assert found["words_at_once"] == found["words_asked_back"] == 0.25
    assert found["words_taken_for_another"] == 0.25
    assert found["strangers_taken"] == found["strangers_rejected"] == 0.5
    assert found["confusion"][1] == {
        "menu": "bank", "said": "account", "card": 0, "account": 2, "loan": 0, "nothing": 0,
    }  # fmt: skip
    assert found["by_voice"] == {"v": "2 of 4"}


def test_the_set_has_words_of_two_menus_sentences_and_strangers() -> None:
    texts = list(speech._texts())
    assert len(texts) * len(speech.VOICES) == 282
    assert sum(not option for _, _, option in texts) == 2 * len(speech.STRANGERS)
    assert not set(speech.VOICES) & set(speech.TUNED)
    for menu, _, option in texts:
        assert not option or option in speech.MENUS[menu]


def test_sound_goes_through_g_711_and_comes_back_a_little_different() -> None:
    for sample in (0, 1, -1, 100, -1_000, 8_031, 32_635, -32_635):
        back = speech._mu_law(sample)
        assert abs(back - sample) <= max(8, abs(sample) / 16)
    assert speech._mu_law(speech._mu_law(1_234)) == speech._mu_law(1_234)
    assert speech._mu_law(-1_234) == -speech._mu_law(1_234)


def test_what_a_telephone_does_not_carry_is_gone() -> None:
    def loudness(hertz: float) -> float:
        tone = array("h", (round(9_000 * math.sin(2 * math.pi * hertz * n / 22_050)) for n in range(6_000)))  # noqa: E501  # fmt: skip
        return max(speech._slower(tone, 22_050)[500:1_500])

    assert loudness(1_000) == pytest.approx(9_000, rel=0.05)
    assert loudness(6_000) < 300


def test_the_same_noise_is_on_the_line_every_time() -> None:
    one, other = (
        speech.on_the_telephone((array("h", [500] * 100), 8_000), Streams(1).of("noise"))
        for _ in range(2)
    )
    assert one == other
    assert len(one) == 2 * (4_000 + 100 + 6_400)


@pytest.mark.real
def test_the_command_measures_one_voice(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(speech, "VOICES", ("en-us",))
    monkeypatch.setattr(speech, "STRANGERS", ("pizza",))
    assert main(["bench", "speech", "--json"]) == 0
    assert '"utterances": 17' in capsys.readouterr().out


def test_a_machine_without_the_program_that_speaks_is_told_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(speech, "PROGRAM", "no-such-program")
    assert main(["bench", "speech"]) != 0
    assert "apt-get install" in capsys.readouterr().err

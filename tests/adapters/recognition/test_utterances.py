from contact_center.adapters.recognition.sound import BYTES_A_SECOND
from contact_center.adapters.recognition.utterances import LONGEST_S, Utterances
from tests.adapters.recognition.sounds import frames, quiet, vowel


def cut(sound: bytes, ms: int = 20) -> tuple[list[bytes], Utterances]:
    cutter = Utterances()
    return [one for frame in frames(sound, ms) for one in cutter.feed(frame)], cutter


def test_one_utterance_is_cut_out_with_the_line_around_it():
    (one,), cutter = cut(quiet(1) + vowel(1) + quiet(2))
    assert 1.2 < len(one) / BYTES_A_SECOND < 3.5
    assert not cutter.speaking


def test_two_utterances_are_two_whatever_the_pieces_they_come_in():
    sound = quiet(1) + vowel(1) + quiet(2) + vowel(0.8) + quiet(2)
    assert len(cut(sound)[0]) == len(cut(sound, ms=170)[0]) == 2


def test_a_line_on_which_nobody_speaks_holds_nothing():
    found, cutter = cut(quiet(6))
    assert found == []
    assert cutter.end() == b""


def test_what_goes_on_for_ever_is_cut():
    found, _ = cut(quiet(0.5) + vowel(LONGEST_S * 2 + 2))
    assert len(found) == 2
    assert all(len(one) / BYTES_A_SECOND < LONGEST_S + 1.5 for one in found)


def test_what_is_being_said_when_the_sound_ends_is_not_lost():
    found, cutter = cut(quiet(1) + vowel(1))
    assert found == []
    assert cutter.speaking
    assert cutter.end()

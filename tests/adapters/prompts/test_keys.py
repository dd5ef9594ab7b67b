"""A prompt's key follows from everything that decides its sound, and from nothing else."""

import itertools

import pytest

from contact_center.adapters.prompts import keys


def test_every_part_of_the_sound_changes_the_key():
    plain = ("espeak-ng", "en-us", "150wpm", "en-US", "Hello", 8000)
    others = ("piper", "en-gb", "160wpm", "en-GB", "hello", 16000)
    made = {keys.key_of_text(*plain)}
    for at, other in enumerate(others):
        made.add(keys.key_of_text(*plain[:at], other, *plain[at + 1 :]))
    assert len(made) == 7
    assert all(keys.is_key(key) for key in made)


def test_parts_that_run_into_each_other_do_not_share_a_key():
    parts = [("ab", "c"), ("a", "bc"), ("abc", ""), ("", "abc")]
    made = [keys.key_of_text("e", voice, manner, "en", "x", 8000) for voice, manner in parts]
    assert all(a != b for a, b in itertools.combinations(made, 2))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("  two\n\twords ", "two words"),
        ("Cafe\u0301", "Caf\u00e9"),
        ("a\x00b\x01c\x1bd\u200be", "a b c d e"),
        ("\ud800", ""),
        ("", ""),
    ],
)
def test_what_cannot_be_heard_is_not_in_the_text(text, said):
    assert keys.normalise(text) == said


@pytest.mark.parametrize("text", ["", "a" * 63, "A" * 64, "../" + "a" * 61, "a" * 64 + "\n"])
def test_what_is_no_key_is_never_looked_up(text):
    assert not keys.is_key(text)


def test_names_of_files_cannot_leave_their_folder():
    assert keys.is_file_name("welcome-2.short")
    for name in ("", "..", ".hidden", "a/b", "a\\b", "a..b", "a b", "a\n"):
        assert not keys.is_file_name(name)

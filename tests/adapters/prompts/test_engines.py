"""Engines: which program speaks in which voice, and that text is spoken, never obeyed."""

import shutil

import pytest

from contact_center.adapters.asterisk.local import TreeError, find
from contact_center.adapters.prompts import Espeak, NoEngine, choose, wav
from tests.adapters.prompts.engine_programs import program


@pytest.fixture
def espeak() -> Espeak:
    if shutil.which("espeak-ng"):
        return Espeak()
    try:
        return Espeak(find().command("espeak-ng"))
    except TreeError as error:
        pytest.fail(f"no espeak-ng: apt-get install espeak-ng, or make setup-test ({error})")


async def heard(engine: Espeak, text: str, language: str = "en-US") -> bytes:
    sound = wav.read(await engine.speak(text, language), streamed=True)
    return wav.trim(wav.resample(sound)).tobytes()


@pytest.mark.parametrize(
    ("tag", "voice"),
    [
        ("en-US", "en-us"),
        ("en", "en-us"),
        ("en-AU", "en-gb"),
        ("es-MX", "es-419"),
        ("es-ES", "es"),
        ("de-AT", "de"),
        ("pt_BR", "pt-br"),
        ("zh-CN", "cmn"),
        ("nb-NO", "nb"),
    ],
)
def test_a_language_has_its_nearest_voice(tag, voice):
    assert Espeak().voice(tag) == voice


def test_a_voice_that_was_set_goes_before_ours():
    engine = Espeak(voices={"en-US": "en-us-nyc", "de": "de+f3"})
    assert (engine.voice("en-us"), engine.voice("de-CH")) == ("en-us-nyc", "de+f3")


@pytest.mark.parametrize("settings", [{"voices": {"en": "-x"}}, {"words_per_minute": 5}])
def test_settings_that_make_no_sense_are_refused(settings):
    with pytest.raises(ValueError, match=r"voice|words_per_minute"):
        Espeak(**settings)


@pytest.mark.real
@pytest.mark.parametrize("language", ["en-US", "en-GB", "es-US", "fr", "de", "pt-BR", "nb", "zh"])
async def test_every_voice_we_name_exists(espeak, language):
    assert len(await heard(espeak, "1 2 3", language)) > 8000


@pytest.mark.real
async def test_rendering_twice_gives_the_same_sound(espeak):
    assert await heard(espeak, "Thank you.") == await heard(espeak, "Thank you.")


@pytest.mark.real
async def test_markup_is_spoken_not_obeyed(espeak):
    pause = await heard(espeak, 'one <break time="5s"/> two')
    assert len(pause) > len(await heard(espeak, "one two"))
    assert wav_seconds(pause) < 8  # the words of the tag, not a pause of five seconds on top
    spoken = await heard(espeak, "[[h@l'oU]]")
    assert spoken != await heard(espeak, "hello")


def wav_seconds(raw: bytes) -> float:
    return len(raw) / 2 / wav.RATE


@pytest.mark.real
@pytest.mark.parametrize(
    "text", ["-v de hello", "--help", "-w /tmp/x.wav hello", "$(id) `id` ; rm -rf", "%s %n", "\\n"]
)
async def test_a_text_is_never_taken_for_an_option(espeak, text):
    assert wav_seconds(await heard(espeak, text)) > 0.1


@pytest.mark.real
@pytest.mark.parametrize("text", ["naïve café — 5 €", "日本語", "👍 good", "a" * 1500, "\u202eabc"])
async def test_odd_characters_are_survived(espeak, text):
    assert wav_seconds(await heard(espeak, text)) > 0.1


async def test_the_text_reaches_the_program_by_standard_input_only(tmp_path):
    argv, log = program(tmp_path)
    await Espeak(argv).speak("-v de [[x]] [[[y", "en-US")
    assert (tmp_path / "runs.text").read_bytes() == b"-v de [ [x]] [ [ [y\n"
    wanted = ["--stdin", "--stdout", "-b", "1", "-v", "en-us", "-s", "150"]
    assert (tmp_path / "runs.argv").read_text() == repr(wanted)
    assert log.exists()


def test_the_programs_on_the_path_go_before_a_private_one(tmp_path, monkeypatch):
    own = tmp_path / "espeak-ng"
    own.write_text("#!/bin/sh\n")
    own.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert isinstance(choose("auto", private=["/bin/sh"]), Espeak)
    assert choose("auto")._argv == [str(own)]


def test_without_a_program_on_the_path_the_private_one_speaks(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert choose("auto", private=["/bin/sh", "espeak-ng"])._argv == ["/bin/sh", "espeak-ng"]


def test_without_any_program_auto_is_none_and_espeak_is_told_missing(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert isinstance(choose("auto"), NoEngine)
    assert isinstance(choose("auto", private=["/no/such/loader"]), NoEngine)
    assert isinstance(choose("espeak-ng"), Espeak)
    assert isinstance(choose("none"), NoEngine)


def test_an_engine_nobody_knows_is_refused():
    with pytest.raises(ValueError, match="may be auto, espeak-ng or none"):
        choose("festival")

"""Prerecorded files: found in the nearest language, converted, and told when they are no good."""

from contact_center.adapters.prompts import wav
from tests.adapters.prompts.stores import HELLO, make_store, make_wav, sound_of


async def test_prerecorded_files_are_found_in_the_nearest_language(tmp_path):
    files = tmp_path / "files"
    make_wav(files / "en-US" / "welcome.wav", ms=100)
    make_wav(files / "de" / "welcome.wav", rate=44100, channels=2, ms=200)
    make_wav(files / "de-CH" / "bye.wav", ms=300)
    store = make_store(tmp_path, files=files)
    assert await store.publish([], [("welcome", "de-CH"), ("bye", "de-CH")]) == []
    english, german = store.file_url("welcome", "en-US"), store.file_url("welcome", "de")
    assert store.file_url("welcome", "de-CH") == german != english
    assert store.file_url("welcome", "fr") == english
    assert store.file_url("WELCOME", "en-US") is None
    assert store.file_url("bye", "en-US") is None
    data = sound_of(store, german)
    assert wav.is_telephone_wav(data)
    assert wav.duration_ms(wav.read(data).samples) == 200
    assert sound_of(store, english) == (files / "en-US" / "welcome.wav").read_bytes()


async def test_every_missing_and_every_bad_file_is_told_at_once(tmp_path):
    files = tmp_path / "files"
    make_wav(files / "en-US" / "good.wav")
    (files / "en-US" / "noise.wav").write_bytes(b"ID3 an mp3 in disguise")
    make_wav(files / "en-US" / "odd rate.wav")
    store = make_store(tmp_path, files=files)
    problems = await store.publish(
        [HELLO], [("good", "en-US"), ("welcome", "es"), ("noise", "en-US"), ("../good", "en-US")]
    )
    told = "\n".join(map(str, problems))
    assert "noise.wav: it is not a wav file (save it as PCM wav" in told
    assert "odd rate.wav: its name may only hold" in told
    assert f"'welcome' for es: there is no such file (put it at {files}/es/welcome.wav)" in told
    assert len(problems) == 4
    assert store.media_url(*HELLO)


async def test_a_file_that_is_replaced_gets_another_url(tmp_path):
    files = tmp_path / "files"
    make_wav(files / "en-US" / "welcome.wav", ms=100)
    store = make_store(tmp_path, files=files)
    await store.publish([])
    before = store.file_url("welcome", "en-US")
    make_wav(files / "en-US" / "welcome.wav", ms=200)
    await store.publish([])
    assert store.file_url("welcome", "en-US") != before
    assert sound_of(store, before)  # somebody may be listening to it

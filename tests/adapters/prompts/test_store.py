"""Prompts are rendered once, ahead of time, and every way it can go wrong is told with its mend."""

import asyncio
import logging
import os
import sys
import textwrap
from array import array

import pytest

from contact_center.adapters.prompts import NoEngine, wav
from contact_center.ports import PromptSource
from tests.adapters.prompts.engine_programs import program, runs
from tests.adapters.prompts.stores import BYE, HELLO, make_store, sound_of


async def test_a_published_text_has_a_url_a_length_and_telephone_sound(tmp_path):
    source: PromptSource = make_store(tmp_path)
    assert await source.publish([HELLO]) == []
    url = source.media_url(*HELLO)
    assert url.startswith("http://127.0.0.1:8080/prompts/")
    assert url.endswith(".wav")
    assert "," not in url
    data = sound_of(source, url)
    assert wav.is_telephone_wav(data)
    assert source.duration_ms(*HELLO) == wav.duration_ms(wav.read(data).samples) > 100


async def test_a_text_that_was_not_published_has_nothing(tmp_path):
    store = make_store(tmp_path)
    await store.publish([HELLO])
    assert store.media_url("Hello!", "en-US") is None
    assert store.media_url("Hello.", "de") is None
    assert store.duration_ms("Hello!", "en-US") is None
    assert store.path_of("0" * 64) is None
    assert store.path_of("../../etc/passwd") is None


async def test_publishing_again_starts_no_engine_and_gives_the_same_url(tmp_path):
    argv, log = program(tmp_path)
    first = make_store(tmp_path, argv)
    await first.publish([HELLO, BYE, HELLO])
    assert runs(log) == 2
    second = make_store(tmp_path, argv)
    assert await second.publish([BYE, HELLO]) == []
    assert runs(log) == 2
    assert second.media_url(*HELLO) == first.media_url(*HELLO)
    assert second.duration_ms(*BYE) == first.duration_ms(*BYE)


async def test_rendering_is_the_same_byte_for_byte(tmp_path):
    sounds = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        store = make_store(tmp_path / name)
        await store.publish([HELLO])
        sounds.append(sound_of(store, store.media_url(*HELLO)))
    assert sounds[0] == sounds[1]


async def test_spaces_that_cannot_be_heard_make_no_other_prompt(tmp_path):
    store = make_store(tmp_path)
    await store.publish([HELLO, (" Hello.\n", "en-US")])
    assert store.rendered <= 2
    assert store.media_url("  Hello.", "en-US") == store.media_url(*HELLO) is not None


async def test_a_text_without_language_is_in_the_centers(tmp_path):
    store = make_store(tmp_path, language="de")
    await store.publish([("Guten Tag", "")])
    assert store.media_url("Guten Tag", "") == store.media_url("Guten Tag", "de") is not None


@pytest.mark.parametrize(
    ("kind", "says", "mend"),
    [
        ("crashes", "ended with 3 and 0 bytes: out of cheese", "--version"),
        ("dies_at_once", "ended with 7", "--version"),
        ("babbles", "not a wav file", "by hand"),
        ("silent", "ended with 0 and 0 bytes", "--version"),
        ("mute", "it is silent", "by hand"),
        ("knows_no_voice", "no voice 'en-us' for en-US", "set the prompts' voice for en-US"),
        ("floods", "wrote more than", "check the engine"),
    ],
)
async def test_an_engine_that_fails_is_a_problem_with_a_mend_for_each_prompt(
    tmp_path, kind, says, mend
):
    store = make_store(tmp_path, program(tmp_path, kind)[0])
    problems = await store.publish([HELLO, BYE])
    assert len(problems) == 2
    for problem, text in zip(problems, ("Hello.", "Good bye."), strict=True):
        assert text in problem.what
        assert says in problem.message
        assert mend in problem.mend
        assert text in str(problem)
    assert store.media_url(*HELLO) is None


async def test_an_engine_that_hangs_is_ended_at_the_deadline(tmp_path):
    argv, log = program(tmp_path, "hangs")
    store = make_store(tmp_path, argv, deadline_s=1.0)
    [problem] = await store.publish([HELLO])
    assert "did not finish within 1 s" in problem.message
    with pytest.raises(ProcessLookupError):
        os.kill(int(log.read_text()), 0)


async def test_an_engine_that_is_not_there_is_one_problem_not_one_for_each_prompt(tmp_path):
    store = make_store(tmp_path, [str(tmp_path / "no-such-engine")])
    problems = await store.publish([HELLO, BYE])
    assert len(problems) == 1
    assert "cannot be started" in problems[0].message
    assert "apt-get install espeak-ng" in problems[0].mend


async def test_without_any_engine_there_is_no_problem_but_a_word_in_the_log(tmp_path, caplog):
    store = make_store(tmp_path, engine=NoEngine())
    with caplog.at_level(logging.WARNING):
        assert await store.publish([HELLO, BYE]) == []
    assert "2 prompts are text and there is no text to speech" in caplog.text
    assert store.media_url(*HELLO) is None


@pytest.mark.parametrize("text", ["", "  \n", "\x00"])
async def test_a_text_that_says_nothing_is_a_problem(tmp_path, text):
    [problem] = await make_store(tmp_path).publish([(text, "en-US")])
    assert "nothing to say" in problem.message


async def test_a_text_without_end_is_a_problem(tmp_path):
    [problem] = await make_store(tmp_path).publish([("word " * 500, "en-US")])
    assert "more than 2000 characters" in problem.message
    assert len(problem.what) < 100


async def test_a_sign_that_is_not_heard_is_a_short_rest(tmp_path):
    store = make_store(tmp_path, program(tmp_path, "mute")[0])
    assert await store.publish([(".", "de")]) == []
    assert store.duration_ms(".", "de") == 200


async def test_two_processes_may_publish_at_once(tmp_path):
    argv, _ = program(tmp_path)
    source = textwrap.dedent(
        """
        import asyncio, pathlib, sys
        from contact_center.adapters.prompts import Espeak, PromptStore
        async def main(cache, *argv):
            store = PromptStore(cache=pathlib.Path(cache), engine=Espeak(argv))
            print(await store.publish([(f"Prompt {n}.", "en-US") for n in range(12)]))
        asyncio.run(main(*sys.argv[1:]))
        """
    )
    started = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            source,
            str(tmp_path / "cache"),
            *argv,
            stdout=asyncio.subprocess.PIPE,
        )
        for _ in range(2)
    ]
    async with asyncio.timeout(60):
        said = [await process.communicate() for process in started]
    assert [out for out, _ in said] == [b"[]\n"] * 2
    store = make_store(tmp_path, ["/none"])
    assert await store.publish([(f"Prompt {n}.", "en-US") for n in range(12)]) == []
    assert len(list((tmp_path / "cache").iterdir())) == 24


class Busy:
    """An engine that notes how many of its kind speak at once."""

    name = "busy"
    speaks = True

    def __init__(self) -> None:
        self.now = self.most = 0

    def voice(self, _language: str) -> str:
        return ""

    def manner(self) -> str:
        return ""

    async def speak(self, _text: str, _language: str) -> bytes:
        self.now += 1
        self.most = max(self.most, self.now)
        for _ in range(10):
            await asyncio.sleep(0)
        self.now -= 1
        return wav.write(array("h", [5000, -5000] * 400))


@pytest.mark.parametrize("parallel", [1, 2, 5])
async def test_no_more_engines_run_at_once_than_allowed(tmp_path, parallel):
    engine = Busy()
    store = make_store(tmp_path, engine=engine, parallel=parallel)
    assert await store.publish([(f"Prompt {n}.", "en-US") for n in range(20)]) == []
    assert engine.most == parallel
    assert store.rendered == 20


async def test_a_cache_that_cannot_be_made_is_one_problem(tmp_path):
    (tmp_path / "cache").write_text("a file is in the way")
    [problem] = await make_store(tmp_path).publish([HELLO])
    assert "cannot be written" in problem.message
    assert "another folder" in problem.mend


async def test_a_disk_that_fails_while_rendering_is_a_problem_of_that_prompt(tmp_path, monkeypatch):
    store = make_store(tmp_path)

    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("contact_center.adapters.prompts.cache.os.replace", full)
    [problem] = await store.publish([HELLO])
    assert "No space left" in problem.message
    assert list((tmp_path / "cache").iterdir()) == []


async def test_a_publish_that_is_cancelled_leaves_no_engine_behind(tmp_path):
    argv, log = program(tmp_path, "hangs")
    os.mkfifo(log)
    task = asyncio.ensure_future(make_store(tmp_path, argv).publish([HELLO]))
    async with asyncio.timeout(20):
        pid = await asyncio.to_thread(log.read_text)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid), 0)


@pytest.mark.parametrize(
    "url", ["", "ftp://x", "http://", "http://x/a,b", "http://x?y", "http://x y"]
)
def test_a_base_url_that_would_break_a_playlist_is_refused(tmp_path, url):
    store = make_store(tmp_path)
    with pytest.raises(ValueError, match="base URL"):
        store.base_url = url


@pytest.mark.parametrize(
    "url", ["https://pbx:8080", "https://pbx:8080/", "https://pbx:8080/prompts/"]
)
def test_a_base_url_may_be_given_with_or_without_the_folder(tmp_path, url):
    store = make_store(tmp_path, base_url=url)
    assert store.base_url == "https://pbx:8080"

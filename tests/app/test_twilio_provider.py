"""A Twilio account as a provider: where its secrets are read, and what operators are told."""

from pathlib import Path
from typing import Any

import pytest

from contact_center.adapters.recognition.process import RecogniserProcess, Times
from contact_center.app.phones import TwilioLines
from contact_center.app.state_folder import StartError
from contact_center.app.twilio_provider import (
    TwilioProvider,
    adapter_settings,
    auth_token,
    known_secrets,
    prompt_sounds,
    shared_keys,
)
from contact_center.app.understanding import Understanding
from contact_center.settings import PhoneSettings, Secret, TwilioSettings
from tests.adapters.recognition.programs import DYING, argv
from tests.adapters.recognition.test_process import until
from tests.app.test_understanding import WITH
from tests.stories.centers import small_center

SID = "AC" + "0" * 31 + "1"


def chosen(**more: object) -> TwilioSettings:
    given: dict[str, object] = {
        "account_sid": SID,
        "auth_token": Secret("hunter2"),
        "public_base_url": "https://phone.example.com",
        "caller_id": "+14155550100",
        **more,
    }
    return TwilioSettings(**given)  # type: ignore[arg-type]


def test_what_is_set_reaches_the_adapter() -> None:
    made = adapter_settings(
        chosen(
            auth_token_next=Secret("hunter3"),
            devices={"1002": "+14155550142"},
            max_calls_per_s=5.0,
            region="ie1",
            edge="dublin",
            stream_port=8092,
            stream_url="wss://sound.example.com/twilio/stream",
        )
    )
    assert (made.stream_port, made.stream_url) == (8092, "wss://sound.example.com/twilio/stream")
    assert [token.reveal() for token in made.auth_tokens] == ["hunter2", "hunter3"]
    assert (made.address_of("1001"), made.address_of("1002")) == ("client:1001", "+14155550142")
    assert (made.max_calls_per_s, made.public_base_url) == (5.0, "https://phone.example.com")
    assert made.rest_base == "https://api.dublin.ie1.twilio.com"
    assert "hunter" not in repr(made)


def test_a_token_is_read_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("hunter2\n")
    assert auth_token(chosen(auth_token=Secret(), auth_token_file=file)) == "hunter2"


@pytest.mark.parametrize("text", ["", "  \n", "two words\n", "one\nline more\n"])
def test_a_file_that_is_no_token_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(text)
    with pytest.raises(StartError, match="holds no token"):
        auth_token(chosen(auth_token=Secret(), auth_token_file=file))


def test_keys_are_read_line_by_line(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text("# of November\nk1 hunter2\n\nk2  hunter3 # the next one\n")
    assert [(key.key, key.secret.reveal()) for key in shared_keys(file)] == [
        ("k1", "hunter2"),
        ("k2", "hunter3"),
    ]
    file.write_text("k1 hunter2\nk2\n")
    with pytest.raises(StartError, match="keys:2: write ID SECRET"):
        shared_keys(file)
    assert shared_keys(None) == ()


def test_every_secret_is_kept_out_of_the_log(tmp_path: Path) -> None:
    token, keys = tmp_path / "token", tmp_path / "keys"
    token.write_text("in-a-file")
    keys.write_text("k1 in-a-line")
    settings = chosen(
        auth_token=Secret(),
        auth_token_file=token,
        auth_token_next=Secret("later"),
        shared_keys_file=keys,
        api_key_sid="SK1",
        api_key_secret=Secret("of-a-key"),
    )
    assert set(known_secrets(settings)) - {""} == {"in-a-file", "in-a-line", "later", "of-a-key"}
    keys.unlink()
    assert set(known_secrets(settings)) >= {"in-a-file", "later"}


class FakeTelephony:
    """As much of a telephony as a provider looks at."""

    is_ready = False

    async def download(self, url: str) -> bytes:
        return url.encode()


def made(
    settings: TwilioSettings, telephony: FakeTelephony, understanding: Understanding | None = None
) -> TwilioProvider:
    port: Any = telephony
    lines = TwilioLines(settings=PhoneSettings(), account=adapter_settings(settings))
    return TwilioProvider(settings, port, small_center(), lines, understanding)


async def test_an_operator_is_told_what_to_set_and_what_is_wrong() -> None:
    telephony = FakeTelephony()
    provider = made(chosen(), telephony)
    told = "\n".join(provider.hints())
    assert "https://phone.example.com/twilio/voice" in told
    assert "https://phone.example.com/twilio/status" in told
    assert "127.0.0.1:8091" in told
    assert "hunter2" not in told
    assert "does not answer, or refuses" in (provider.checks["twilio"]() or "")
    telephony.is_ready = True
    assert provider.checks["twilio"]() is None
    assert await provider.refit(small_center()) == []


async def test_our_recogniser_is_started_where_a_flow_listens_and_missed_when_it_is_away() -> None:
    understanding = Understanding(RecogniserProcess(argv(DYING), times=Times(first_wait=30)))
    telephony = FakeTelephony()
    provider = made(chosen(), telephony, understanding)
    try:
        await provider.prepare()
        assert provider.checks["recogniser"]() is None, "nobody needs it"
        await provider.refit(WITH)
        await until(lambda: "ended with 3" in understanding.recogniser.trouble)
        assert "words of callers are not understood" in (provider.checks["recogniser"]() or "")
    finally:
        await provider.close()


def test_an_operator_is_told_where_media_streams_arrive() -> None:
    telephony = FakeTelephony()
    streaming = chosen(stream_port=8092)
    provider = made(streaming, telephony)
    told = "\n".join(provider.hints())
    assert "127.0.0.1:8092; let wss://phone.example.com/twilio/stream lead there" in told


class FakePrompts:
    def __init__(self, file: Path) -> None:
        self._file = file

    def path_of(self, key: str) -> Path | None:
        return self._file if key == "ab" else None


def test_prompts_are_found_by_the_path_of_their_address(tmp_path: Path) -> None:
    file = tmp_path / "ab.wav"
    sound = prompt_sounds(FakePrompts(file))  # type: ignore[arg-type]
    assert sound("/prompts/ab.wav") == file
    assert sound("prompts/cd.wav") is None
    assert sound("") is None

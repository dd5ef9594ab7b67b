"""The section ``twilio``: what is missing is told with its place, and no secret is in a file."""

from pathlib import Path

import pytest

from contact_center.content.problems import ContentError
from contact_center.settings import TwilioSettings, load_settings

SID = "AC" + "0" * 31 + "1"
GOOD = {
    "CC_DESK_DEMO": "true",
    "CC_PROVIDER": "twilio",
    "CC_TWILIO_ACCOUNT_SID": SID,
    "CC_TWILIO_AUTH_TOKEN": "hunter2",
    "CC_TWILIO_PUBLIC_URL": "https://phone.example.com/",
    "CC_TWILIO_CALLER_ID": "+14155550100",
}


def problems(folder: Path, text: str = "{}\n", **changed: str) -> list[str]:
    file = folder / "service.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load_settings({**GOOD, **changed}, file)
    return [str(problem).replace(f"{folder}/", "") for problem in caught.value.problems]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_an_account_a_token_an_address_and_a_number_are_enough() -> None:
    twilio = load_settings(GOOD).twilio
    assert twilio.public_base_url == "https://phone.example.com"
    assert (twilio.listen.host, twilio.device_address) == ("127.0.0.1", "client:{device}")
    assert "hunter2" not in repr(twilio)


def test_nothing_is_asked_of_an_account_while_another_network_is_used() -> None:
    assert load_settings({"CC_DESK_DEMO": "true"}).twilio == TwilioSettings()


@pytest.mark.parametrize(
    ("variable", "told"),
    [
        ("CC_TWILIO_ACCOUNT_SID", "no account (write the account's SID"),
        ("CC_TWILIO_AUTH_TOKEN", "CC_TWILIO_AUTH_TOKEN: E202 the account's token is not set"),
        ("CC_TWILIO_PUBLIC_URL", "Twilio does not know where we are"),
        ("CC_TWILIO_CALLER_ID", "no number that we could show when we dial"),
    ],
)
def test_what_is_missing_is_told_with_what_to_do(variable: str, told: str, tmp_path: Path) -> None:
    (found,) = problems(tmp_path, **{variable: ""})
    assert told in found


def test_a_mistake_in_the_file_is_told_with_its_line(tmp_path: Path) -> None:
    text = "twilio:\n  rest_url: not a url\n  devices: {ana: 'fax:1'}\n"
    url, device = problems(tmp_path, text)
    assert url.startswith("service.yaml:2:13: E201 not a usable URL")
    assert device.startswith("service.yaml:3:18: E")


@pytest.mark.parametrize("field", ["auth_token", "auth_token_next", "api_key_secret"])
def test_a_secret_in_a_file_is_refused_and_the_variable_named(field: str, tmp_path: Path) -> None:
    found = problems(tmp_path, f"twilio: {{{field}: hunter2}}\n")
    assert f'E200 a secret in a file: "{field}"' in found[0]
    assert f"CC_TWILIO_{field.upper()}" in found[0]
    assert "hunter2" not in "".join(found)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"CC_TWILIO_ACCOUNT_SID": "AC12345678"}, "not the SID of an account"),
        ({"CC_TWILIO_PUBLIC_URL": "http://phone.example.com"}, "without encryption"),
        ({"CC_TWILIO_PUBLIC_URL": "https://phone.example.com?a=b"}, "a base has no ?"),
        ({"CC_TWILIO_LISTEN_PORT": "8080"}, "port 8080 is the desk's too"),
        ({"CC_TWILIO_CALLER_ID": "555"}, "no number that we could show"),
        ({"CC_TWILIO_API_KEY_SECRET": "x"}, "half a key for browser phones"),
        ({"CC_TWILIO_AUTH_TOKEN_FILE": "nowhere"}, "two tokens"),
        ({"CC_TWILIO_SHARED_KEYS_FILE": "nowhere"}, "no file nowhere"),
    ],
)
def test_what_does_not_fit_together_is_told(
    changed: dict[str, str], told: str, tmp_path: Path
) -> None:
    assert told in "\n".join(problems(tmp_path, **changed))


def test_a_token_may_be_in_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("hunter2\n")
    settings = load_settings(
        {**GOOD, "CC_TWILIO_AUTH_TOKEN": "", "CC_TWILIO_AUTH_TOKEN_FILE": "token"}
    )
    assert settings.twilio.auth_token_file == Path("token")


def test_on_loopback_no_encryption_is_asked_for() -> None:
    found = load_settings({**GOOD, "CC_TWILIO_PUBLIC_URL": "http://127.0.0.1:8091"})
    assert found.twilio.public_base_url == "http://127.0.0.1:8091"


def test_another_dialect_says_where_its_space_is(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, "twilio: {dialect: signalwire}\n")
    assert "where is the API of this space?" in found


def test_telnyx_needs_its_public_key_an_application_and_sip_phones(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        "twilio: {dialect: telnyx, stream_port: 8092, region: ie1, devices: {ana: 'client:a'}}\n",
        CC_TWILIO_ACCOUNT_SID="61bf923e-5e4d-4595-a110-56190ea18a1b",
    )
    places = {problem.partition(" E")[0].rpartition(": ")[2] for problem in found}
    assert len(found) == 6, found
    assert "CC_TWILIO_PUBLIC_KEY" in str(found), places
    good = load_settings(
        {
            **GOOD,
            "CC_TWILIO_ACCOUNT_SID": "61bf923e-5e4d-4595-a110-56190ea18a1b",
            "CC_TWILIO_PUBLIC_KEY": "A" * 43 + "=",
        },
        _file(
            tmp_path,
            "twilio: {dialect: telnyx, application_sid: '1293384261075731499',"
            " device_address: 'sip:{device}@example.sip.telnyx.com'}\n",
        ),
    )
    assert good.twilio.dialect == "telnyx"


def _file(folder: Path, text: str) -> Path:
    file = folder / "good.yaml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize("address", ["PJSIP/{device}", "client:ana", "sip:{device}@a b"])
def test_an_address_of_phones_is_clients_or_sip_with_one_place(
    address: str, tmp_path: Path
) -> None:
    (found,) = problems(tmp_path, f"twilio: {{device_address: '{address}'}}\n")
    assert "is not an address" in found


def test_our_engine_needs_streams_to_hear_callers(tmp_path: Path) -> None:
    assert load_settings(GOOD).twilio.recogniser == "twilio"
    (found,) = problems(tmp_path, "twilio: {recogniser: ours}\n")
    assert "over media streams only" in found
    file = tmp_path / "streams.yaml"
    file.write_text("twilio: {recogniser: ours, stream_port: 8092}\n", encoding="utf-8")
    assert load_settings(GOOD, file).twilio.recogniser == "ours"


def test_media_streams_have_a_port_of_their_own(tmp_path: Path) -> None:
    assert load_settings(GOOD).twilio.stream_port is None
    (found,) = problems(tmp_path, "twilio:\n  stream_port: 8091\n")
    assert "port 8091 is used already" in found
    (found,) = problems(tmp_path, "twilio:\n  stream_url: https://phone.example.com/x\n")
    assert "not a usable URL" in found
    (found,) = problems(tmp_path, "twilio:\n  stream_url: wss://sound.example.com/x\n")
    assert "write wss://HOST/twilio/stream" in found

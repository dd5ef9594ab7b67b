"""Where agents' phones are, and how a browser becomes one, at each telephone network."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import jwt
import pytest

from contact_center.adapters.phone.choices import Choice, Way
from contact_center.adapters.phone.payloads import SipLine, TwilioLine
from contact_center.adapters.phone.server import LineError
from contact_center.adapters.twilio.settings import ApiKey, TwilioSettings
from contact_center.adapters.twilio.settings import Secret as TwilioSecret
from contact_center.app import phone_schema
from contact_center.app.console_schema import ROOT
from contact_center.app.phones import (
    PhoneBook,
    SipLines,
    TwilioLines,
    pjsip_sections,
    sip_password,
)
from contact_center.app.phones_command import phones_command
from contact_center.content.center import Center, any_file, load_content
from contact_center.settings import PhoneSettings, Secret, Settings
from tests.content.samples import CENTER, broken, sources

SECRET = "a secret of thirty-two characters"
NOW = 1_795_000_000_000_000
BROWSER = Choice(way=Way.BROWSER)
OUTSIDE = Choice(way=Way.OUTSIDE, number="+14155550123")


class Network:
    def __init__(self, lines: Any) -> None:
        self.lines = lines
        self.told: list[str] = []

    def moved(self, device: str) -> None:
        self.told.append(device)


def content(**said: str) -> Center:
    text = CENTER
    for name, phone in said.items():
        text = broken(text, f"login: {name}", f'login: {name}, phone: "{phone}"')
    return load_content(sources(text), any_file)


def sip(**changes: Any) -> SipLines:
    settings = PhoneSettings(**{"secret": Secret(SECRET), **changes})
    return SipLines(settings=settings, http="http://127.0.0.1:8088/pbx/")


def twilio(**changes: Any) -> TwilioLines:
    known: dict[str, Any] = {
        "account_sid": "AC" + "0" * 32,
        "api_key": ApiKey(sid="SK1", secret=TwilioSecret("k" * 32)),
        "auth_tokens": (TwilioSecret("token"),),
        "public_base_url": "https://pbx.example.com",
        "device_address": "client:{device}",
        "edge": "dublin",
    }
    return TwilioLines(settings=PhoneSettings(), account=TwilioSettings(**{**known, **changes}))


def book(folder: Path, center: Center, network: Network | None) -> PhoneBook:
    made = PhoneBook(Settings(state_dir=folder), lambda: center, lambda: NOW)
    if network is not None:
        made.join(network)
    return made


def someone(center: Center) -> tuple[str, str]:
    agent = next(iter(center.configuration.agents.values()))
    return agent.agent, agent.device


def test_a_phone_is_where_it_was_chosen_to_be_also_after_a_restart(tmp_path: Path) -> None:
    center, network = content(), Network(sip())
    agent, device = someone(center)
    phones = book(tmp_path, center, network)
    assert (phones.choice(agent).way, phones.where(device)) == (Way.DESK, "")
    phones.choose(agent, device, BROWSER)
    assert phones.where(device) == "browser"
    phones.choose(agent, device, OUTSIDE)
    phones.choose(agent, device, OUTSIDE)
    assert network.told == [device, device]
    assert book(tmp_path, center, network).where(device) == "+14155550123"
    assert phones.where("no such phone") == ""


def test_until_they_choose_it_is_where_the_center_says(tmp_path: Path) -> None:
    center = content(ann="browser", bob="+14155550124")
    devices = {agent.agent: agent.device for agent in center.configuration.agents.values()}
    logins = {user.login: user.agent for user in center.users}
    phones = book(tmp_path, center, Network(sip()))
    ann, bob = logins["ann"], logins["bob"]
    assert phones.choice(ann) == BROWSER
    assert phones.where(devices[bob]) == "+14155550124"
    phones.choose(ann, devices[ann], Choice(way=Way.DESK))
    assert phones.where(devices[ann]) == ""


def test_where_browsers_are_no_phones_a_choice_of_one_does_not_hold(tmp_path: Path) -> None:
    center = content()
    agent, device = someone(center)
    book(tmp_path, center, Network(sip())).choose(agent, device, BROWSER)
    assert book(tmp_path, center, Network(sip(browser=False))).where(device) == ""
    assert book(tmp_path, center, None).ways() == (Way.DESK,)
    assert book(tmp_path, center, None).where(device) == ""


@pytest.mark.parametrize("number", ["+442079460123", "+19005550123", "+18765550123"])
def test_nobody_has_the_center_call_at_a_price_or_abroad(tmp_path: Path, number: str) -> None:
    center = content()
    agent, device = someone(center)
    phones = book(tmp_path, center, Network(sip()))
    with pytest.raises(ValueError, match="does not call"):
        phones.choose(agent, device, Choice(way=Way.OUTSIDE, number=number))
    assert phones.where(device) == ""


def test_a_browser_registers_through_us_with_a_password_of_its_own() -> None:
    lines = sip()
    assert lines.upstream == "ws://127.0.0.1:8088/pbx/ws"
    assert lines.sources == ()
    line = lines.line("1001", "https://desk.example.com", NOW)
    assert isinstance(line, SipLine)
    assert (line.url, line.user, line.domain) == (
        "/phone/api/sip",
        "1001-browser",
        "desk.example.com",
    )
    assert line.password == sip_password(SECRET, "1001-browser")
    other = lines.line("1002", "https://desk.example.com", NOW)
    assert isinstance(other, SipLine)
    assert other.password not in (line.password, SECRET)
    assert len(line.password) == 32


def test_a_page_may_reach_the_sip_server_that_was_named_and_no_other() -> None:
    lines = sip(sip_url="wss://pbx.example.com:8089/ws")
    assert lines.upstream == ""
    assert lines.sources == ("wss://pbx.example.com:8089",)
    line = lines.line("1001", "https://desk.example.com", NOW)
    assert isinstance(line, SipLine)
    assert (line.url, line.domain) == ("wss://pbx.example.com:8089/ws", "pbx.example.com")


def test_at_twilio_a_browser_gets_a_token_that_ends_soon() -> None:
    lines = twilio()
    assert (lines.usual("1001"), lines.has_browsers) == (Way.BROWSER, True)
    line = lines.line("1001", "", NOW)
    assert isinstance(line, TwilioLine)
    told = jwt.decode(line.token, options={"verify_signature": False})
    assert (told["grants"]["identity"], line.identity, line.edge) == ("1001", "1001", "dublin")
    assert told["exp"] * 1_000 == line.until == NOW // 1_000 + 1_800_000
    assert lines.account.address_of("1001") == "client:1001"


def test_without_a_key_or_with_another_address_twilios_phones_are_no_browsers() -> None:
    assert not twilio(api_key=None).has_browsers
    there = {"dialect": "signalwire", "rest_url": "https://x.example", "edge": ""}
    assert not twilio(**there).has_browsers
    assert twilio(api_key=None).usual("1001") is Way.DESK
    assert twilio(device_address="sip:{device}@pbx.example.com").usual("1001") is Way.DESK
    assert twilio(devices={"1001": "+14155550123"}).usual("1001") is Way.DESK
    short = ApiKey(sid="SK1", secret=TwilioSecret("short"))
    with pytest.raises(LineError, match="characters"):
        twilio(api_key=short).line("1001", "", NOW)


def test_twilio_dials_a_phone_where_it_is() -> None:
    at = {"1001": "browser", "1002": "+14155550123", "1003": ""}
    account = replace(
        twilio(device_address="sip:{device}@pbx.example.com").account, where=at.__getitem__
    )
    assert [account.address_of(device) for device in at] == [
        "client:1001",
        "+14155550123",
        "sip:1003@pbx.example.com",
    ]


def test_the_command_writes_a_section_for_each_agent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    variables = {"CC_CENTER": str(ROOT / "config/retailer/center.yaml")}
    assert phones_command([], {**variables, "CC_PHONES_SECRET": SECRET}) == 0
    written = capsys.readouterr().out
    password = sip_password(SECRET, "1001-browser")
    assert "[1001-browser](browser)\nauth=1001-browser\naors=1001-browser\n" in written
    assert f"username=1001-browser\npassword={password}\n" in written
    assert written.count("-browser](browser-aor)") == written.count("](browser-auth)") > 3
    assert phones_command([], variables) == 1
    assert "CC_PHONES_SECRET" in capsys.readouterr().err
    assert phones_command([], {**variables, "CC_PHONES_SECRET": "short"}) == 1
    assert "32 characters" in capsys.readouterr().err


def test_what_is_written_has_its_templates_in_the_sample() -> None:
    sample = (ROOT / "config/asterisk/pjsip.conf").read_text(encoding="utf-8")
    written = pjsip_sections(PhoneSettings(secret=Secret(SECRET)), ["1001"])
    for template in ("browser", "browser-auth", "browser-aor"):
        assert f"[{template}](!)" in sample
        assert f"]({template})" in written


def test_the_pages_types_are_made_from_what_the_server_sends() -> None:
    committed = (ROOT / phone_schema.TYPES_FILE).read_text(encoding="utf-8")
    assert committed == phone_schema.types(), "run `make docs`"

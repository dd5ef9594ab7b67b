"""The SIP accounts of the Asterisk that is set up here."""

import json
from pathlib import Path

from contact_center.app.sip_accounts import CALLER_ACCOUNT, kept_passwords, sip_accounts
from contact_center.settings import PhoneSettings, Secret

NAMES = (CALLER_ACCOUNT, "1001", "1002")


def test_passwords_stay_as_they_are_and_new_phones_get_their_own(tmp_path: Path) -> None:
    file = tmp_path / "state" / "sip-accounts.json"
    first = kept_passwords(file, NAMES[:2])
    second = kept_passwords(file, NAMES)
    assert list(first) == [CALLER_ACCOUNT, "1001"]
    assert {name: second[name] for name in first} == first
    assert len(set(second.values())) == 3
    assert json.loads(file.read_text(encoding="utf-8")) == second
    assert file.stat().st_mode & 0o777 == 0o600


def test_every_agent_has_a_phone_on_the_desk_and_one_in_the_browser_and_the_caller_has_none() -> (
    None
):
    phones = PhoneSettings(secret=Secret("thirty-two characters and some more"))
    made = sip_accounts({name: f"pw-{name}" for name in NAMES}, phones)
    desks = [(a.name, a.context) for a in made if not a.browser]
    browsers = [a for a in made if a.browser]
    assert desks == [(CALLER_ACCOUNT, "inbound"), ("1001", "agents"), ("1002", "agents")]
    assert [a.name for a in browsers] == ["1001-browser", "1002-browser"]
    assert len({a.password for a in made}) == 5

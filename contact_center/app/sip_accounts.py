"""The SIP accounts of the Asterisk set up here: phones on desks, phones in browsers, a caller.

Their passwords stay the same from start to start, so that a softphone is set up once.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path

from contact_center.adapters.asterisk.local.configuration import SipAccount
from contact_center.app.phones import sip_password, sip_user
from contact_center.settings import PhoneSettings

CALLER_ACCOUNT = "caller"
"""The account that may call the center."""


def sip_accounts(passwords: Mapping[str, str], phones: PhoneSettings) -> tuple[SipAccount, ...]:
    """Make the accounts: one for each password, and one more for the browser of each agent."""
    desks = tuple(
        SipAccount(
            name=name,
            password=password,
            context="inbound" if name == CALLER_ACCOUNT else "agents",
        )
        for name, password in passwords.items()
    )
    users = [sip_user(phones, name) for name in passwords if name != CALLER_ACCOUNT]
    secret = phones.secret.reveal()
    browsers = (
        SipAccount(name=user, password=sip_password(secret, user), browser=True) for user in users
    )
    return (*desks, *browsers)


def kept_passwords(path: Path, names: Sequence[str]) -> dict[str, str]:
    """Give each account a password: the one in the file, or a new one that is put there."""
    kept: dict[str, str] = {}
    if path.exists():
        kept = json.loads(path.read_text(encoding="utf-8"))
    passwords = {name: kept.get(name) or secrets.token_urlsafe(9) for name in names}
    if passwords != kept:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(json.dumps(passwords, indent=2) + "\n", encoding="utf-8")
    return passwords

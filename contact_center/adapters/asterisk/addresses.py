"""Addresses of the core (``device:NAME``, ``number:+...``) to what Asterisk dials. Pure.

Only what matches the patterns is ever put into a dial string: whoever writes a number into a form
must not be able to choose a channel technology or add options.
"""

import re

from contact_center.adapters.asterisk.settings import BROWSER, AsteriskSettings
from contact_center.adapters.asterisk.translate import clean_text

_DEVICE = re.compile(r"device:(?P<name>[A-Za-z0-9][A-Za-z0-9._-]{0,63})\Z")
_NUMBER = re.compile(r"number:(?P<name>\+?[0-9*#]{1,32})\Z")


def is_device(to: str) -> bool:
    """Say whether `to` names an agent's own phone."""
    return _DEVICE.match(to) is not None


def endpoint(to: str, settings: AsteriskSettings) -> str | None:
    """Say what to dial, such as ``PJSIP/ana``; None for what is no address.

    An agent's own phone may be elsewhere at present (`AsteriskSettings.where`).
    """
    if device := _DEVICE.match(to):
        if at := settings.where(device["name"]):
            if at != BROWSER:
                return endpoint(f"number:{at}", settings)
            return settings.browser_address.replace("{device}", device["name"])
        return settings.device_address.replace("{device}", device["name"])
    if number := _NUMBER.match(to):
        return settings.number_address.replace("{number}", number["name"])
    return None


def is_outside(dialled: str) -> bool:
    """Say whether what is dialled is behind another exchange, which tells nothing of its phones."""
    return "@" in dialled


def refer_target(to: str, settings: AsteriskSettings) -> str | None:
    """Say where a caller's phone is told to call by REFER; None when the switch dials instead."""
    if (number := _NUMBER.match(to)) and settings.transfer_number:
        return f"PJSIP/{settings.transfer_number.replace('{number}', number['name'])}"
    return None


def caller_id(name: str, number: str) -> str:
    """Make a caller id that cannot break out of its quotes; empty when there is nothing to say."""
    name = clean_text(name, 80).translate(str.maketrans("", "", '"\\<>'))
    number = "".join(n for n in number if n.isascii() and (n.isalnum() or n in "+*#"))[:40]
    if not name and not number:
        return ""
    return f'"{name}" <{number}>' if name else f"<{number}>"

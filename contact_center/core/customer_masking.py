"""What of a customer is shown before their identity is verified. Pure.

Enough is left to ask for the rest ("the number that ends in 34"), and too little to answer with.
"""

HIDDEN = "•••"
WAYS = ("birth_date", "passphrase", "order_number", "address", "document", "voice")
"""By what somebody's identity may be verified."""


def number(text: str) -> str:
    """Leave the last two digits of a telephone number."""
    return f"{HIDDEN}{text[-2:]}" if len(text) > 4 else HIDDEN if text else ""


def email(text: str) -> str:
    """Leave the first letter and the end of the host's name."""
    name, at, host = text.partition("@")
    if not at or not name:
        return HIDDEN if text else ""
    return f"{name[0]}{HIDDEN}@{HIDDEN}{host[host.rfind('.') :] if '.' in host else ''}"


def street(text: str) -> str:
    """Leave nothing but that there is one."""
    return HIDDEN if text else ""

"""Who is at the terminal, as far as the machine knows."""

import getpass


def logged_in() -> str:
    """Name the user of this process; "" for one without an entry, as in a container."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # KeyError in Python 3.11, OSError from 3.13 on
        return ""

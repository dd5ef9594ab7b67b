"""How commands end."""

FINE = 0
NOT_AS_HOPED = 1
FAILED = 2


class UsageError(Exception):
    """The command cannot do what it was asked: the text says why, with a line for each reason."""

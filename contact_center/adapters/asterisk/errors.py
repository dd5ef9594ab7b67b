"""What may go wrong between us and an Asterisk, each with what a person can do about it.

::

    AriError
    ├── AriRefusedError           Asterisk (or we) said no to the connection; see `AriFault`
    └── AriRequestError           one request was not answered
        ├── AriDisconnectedError  nothing is connected, or the socket closed while waiting
        ├── AriDeadlineError      no answer in time; it may or may not have happened
        └── AriOverloadError      too many requests were in flight; nothing was sent

A status of 400 or above is not an error here: it is an answer.
"""

from enum import Enum


class AriFault(Enum):
    """Why there is no working connection."""

    UNREACHABLE = "unreachable"
    CREDENTIALS = "credentials"
    APPLICATION = "application"
    PROTOCOL = "protocol"
    TIMEOUT = "timeout"
    REPLACED = "replaced"
    LOST = "lost"


class AriError(Exception):
    """Anything wrong between us and Asterisk's REST interface."""


class AriRefusedError(AriError):
    """A connection could not be made or kept. `mend` says what a person can do."""

    def __init__(self, fault: AriFault, detail: str, mend: str) -> None:
        super().__init__(f"{detail}. {mend}")
        self.fault = fault
        self.detail = detail
        self.mend = mend


class AriRequestError(AriError):
    """A request got no answer."""


class AriDisconnectedError(AriRequestError):
    """There is no connection, or it closed before the answer came."""


class AriDeadlineError(AriRequestError):
    """No answer in time. It may or may not have been carried out."""


class AriOverloadError(AriRequestError):
    """The bound on requests in flight was reached. Nothing was sent."""

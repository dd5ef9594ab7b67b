"""A client of the agent channel that shares no code with its server.

``connection`` follows the protocol (resume, doubles, holes, back-off), ``screen`` keeps what an
agent would see, ``terminal`` is a desk for the terminal.
"""

from contact_center.desk_client.connection import (
    CommandFailedError,
    DeskClient,
    LoginFailedError,
    log_in,
)
from contact_center.desk_client.screen import Screen

__all__ = ["CommandFailedError", "DeskClient", "LoginFailedError", "Screen", "log_in"]

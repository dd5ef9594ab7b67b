"""What Asterisk answers when it does not do a thing, to the port's failure codes. Pure."""

import msgspec

from contact_center.adapters.asterisk.ari_link import Reply
from contact_center.adapters.asterisk.errors import (
    AriDeadlineError,
    AriDisconnectedError,
    AriOverloadError,
    AriRequestError,
)


def is_unclear(reply: Reply | AriRequestError) -> bool:
    """Say whether something to be made may be there in spite of this reply.

    Asterisk answers 409 both for an id that is taken and for a phone it cannot dial.
    """
    if isinstance(reply, Reply):
        return reply.status == 409
    return isinstance(reply, AriDeadlineError)


def failure(reply: Reply | AriRequestError) -> tuple[str, bool, str]:
    """Map what went wrong to the port's code, whether it may be tried again, and a detail."""
    match reply:
        case AriDisconnectedError():
            return "unreachable", True, str(reply)
        case AriOverloadError():
            return "overload", True, str(reply)
        case AriRequestError():
            return "timeout", True, str(reply)
        case Reply():
            detail = f"HTTP {reply.status} {_message(reply.body)}".strip()
            if "ridge not found" in detail:
                return "no_such_talk", False, detail
            if reply.status in (404, 412) or "hannel not found" in detail:
                return "no_such_leg", False, detail
            return "refused", reply.status >= 500, detail


def _message(body: str) -> str:
    try:
        said = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return ""
    if not isinstance(said, dict):
        return ""
    return str(said.get("message") or said.get("error") or "")[:200]

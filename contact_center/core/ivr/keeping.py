"""Asking for a secret: what was typed goes to the vault, which says whether it will do."""

from contact_center.core.ivr import asking
from contact_center.core.ivr.flow import Collect
from contact_center.core.ivr.session import Phase
from contact_center.core.ivr.walk import Walk
from contact_center.core.lookups import SecretKept


def kept(walk: Walk, event: SecretKept) -> str | None:
    """Go on with a secret that is kept, or ask again."""
    s, node = walk.session, walk.node
    if s.phase is not Phase.CHECKING or event.secret != s.checking or not isinstance(node, Collect):
        return None
    s.checking = ""
    s.timer = s.timer_due = None
    if not event.passed:
        return asking.fail(walk, node, asking.NO_MATCH)
    if node.into not in s.secrets:
        s.secrets.append(node.into)
    return walk.leave("next", node.next)


def lost_vault(walk: Walk, node: Collect) -> str | None:
    """The process that had what was typed is gone: ask again."""
    walk.session.checking = ""
    asking.ask_again(walk, node)
    return None

"""What to do when a phone transfers its call by itself (SIP REFER). Pure.

Asterisk then puts a channel of its own, half of a pair that runs the dial plan, into the place of
the phone's leg. It is nobody who calls us. A caller whom an agent sends away so is sent where the
agent said, which ends the call for us; anybody else's attempt comes to nothing.

The sample configuration forbids it altogether (`allow_transfer=no`): whoever may transfer a call
may make Asterisk dial whatever the dial plan of their phone allows.
"""

import re

from contact_center.adapters.asterisk import ari_messages as wire
from contact_center.adapters.asterisk.ari_link import Ask
from contact_center.adapters.asterisk.book import Book
from contact_center.core.ids import LegId, reservation_of_leg

_DIAL_PLAN = re.compile(r"Local/(?P<extension>[^/@;]+)@(?P<context>[^/@;]+)-[0-9a-f]+;1\Z")


def taken_over(event: wire.StasisStart, book: Book) -> tuple[Ask, ...]:
    """Say what to ask when a channel came in the place of one of our legs; nothing otherwise."""
    if event.replace_channel is None:
        return ()
    away = Ask("DELETE", f"channels/{event.channel.id}")
    leg = LegId(event.replace_channel.id)
    note = book.legs.get(leg)
    where = _DIAL_PLAN.match(event.channel.name)
    if note is None or where is None or reservation_of_leg(leg) is None:
        return (away,)
    caller = book.legs.get(LegId(note.call))
    if caller is None:
        return (away,)
    target = (
        ("context", where["context"]),
        ("extension", where["extension"]),
        ("priority", "1"),
    )
    return away, Ask("POST", f"channels/{caller.leg}/continue", target)

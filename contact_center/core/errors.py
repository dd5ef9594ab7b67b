"""What can go wrong, sorted by who broke their word.

::

    ContactCenterError
    +-- OurError            a bug: fail that call loudly, keep the center
    |   +-- IllegalTransitionError
    +-- TheirError          the network, the caller or the switch; becomes an event and is handled
    |   +-- InboxFullError

Bad content has an error of its own in ``contact_center.content``, which carries every problem with
file, line, column and a hint.
"""


class ContactCenterError(Exception):
    """The root of everything this product raises on purpose."""


class OurError(ContactCenterError):
    """We broke our own rules: a bug."""


class IllegalTransitionError(OurError):
    """A state machine was asked for a move that its table does not have; nothing changed."""


class TheirError(ContactCenterError):
    """Somebody outside broke their word."""


class InboxFullError(TheirError):
    """The core's inbox is at its bound; try again later."""

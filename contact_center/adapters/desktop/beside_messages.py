"""Messages of ``desk.v1`` about what lies beside a call: who is free to be asked, what is known.

Each is a snapshot of one agent's, told while they look at it. A screen that resumes has nothing
open: it asks again.
"""

from enum import Enum

from msgspec import Struct

from contact_center.adapters.desktop.envelope import Command, SnapshotMessage
from contact_center.adapters.desktop.payloads import Name
from contact_center.core.outcomes import Work


class Availability(Enum):
    """Whether somebody can be asked: the order is that of the directory.

    OUTSIDE: on the phone with somebody the center has nothing to do with. AWAY: logged out; of a
    queue, that nobody of it is there.
    """

    FREE = "free"
    BUSY = "busy"
    PAUSED = "paused"
    OUTSIDE = "outside"
    AWAY = "away"


class Entry(Struct, frozen=True, kw_only=True):
    """An agent or a queue; ``to`` is what a transfer or a consultation takes.

    ``since``: when it became so, of agents who were ever there. ``work``, ``queue``: what a busy
    one is at, and the queue of it. ``reason``: why somebody is paused. ``waiting``, ``free``: of a
    queue, who waits in it and how many agents are free.
    """

    to: str
    name: str
    state: Availability
    since: int | None = None
    work: Work | None = None
    queue: str = ""
    reason: str = ""
    waiting: int = 0
    free: int = 0


class DirectoryShown(Struct, frozen=True, kw_only=True):
    """Who was found for ``search``, whoever is free first; so many ``more`` are not shown."""

    search: str
    entries: list[Entry]
    more: int = 0


class DirectoryState(SnapshotMessage, tag="directory.state", kw_only=True):
    """Who can be asked, now."""

    d: DirectoryShown


class DirectoryLook(Struct, frozen=True, kw_only=True):
    """Look for words in names (``""``: everybody), or close it."""

    open: bool = True
    search: Name = ""


class CmdDirectory(Command, tag="cmd.directory", kw_only=True):
    """Look at the directory; it is told again as people come and go, until it is closed."""

    d: DirectoryLook


class NumbersShown(Struct, frozen=True, kw_only=True):
    """What the agent did since `since`, when their day began.

    ``calls``: conversations that are over; ``missed``: offers that they did not answer. Talk, hold
    and wrap-up are of all calls together; ``ready_ms``, ``paused_ms``: time they spent so.
    """

    since: int
    calls: int
    talk_ms: int
    hold_ms: int
    wrap_up_ms: int
    missed: int
    ready_ms: int
    paused_ms: int


class NumbersState(SnapshotMessage, tag="numbers.state", kw_only=True):
    """The agent's own numbers of today; a moment behind, told again when they change."""

    d: NumbersShown


class TextShown(Struct, frozen=True, kw_only=True):
    """A canned text, with the names of the call at hand filled in."""

    code: str
    title: str
    text: str


class ArticleFound(Struct, frozen=True, kw_only=True):
    """An article in which every word was found, and where in it."""

    article: str
    title: str
    snippet: str


class ArticleSpan(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A stretch of text. ``kind``: ``text``, ``strong``, ``emphasis``, ``code``, ``link`` (``to``
    is an https, http, mailto or tel address) or ``article`` (``to`` is another article)."""

    text: str
    kind: str = "text"
    to: str = ""


class ArticleBlock(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """``heading``, ``text``, ``item``, ``quote`` or ``code``; no markup, whatever it looks like.

    ``level``: of a heading, from 1; how far an item is indented. ``mark``: of a numbered item.
    """

    kind: str
    spans: list[ArticleSpan]
    level: int = 0
    mark: str = ""


class ArticleShown(Struct, frozen=True, kw_only=True):
    """An article, whole (of a very long one, its beginning: ``cut``)."""

    article: str
    title: str
    blocks: list[ArticleBlock]
    cut: bool = False


class KnowledgeShown(Struct, frozen=True, kw_only=True):
    """What was found for ``search``, the best first, and the article that is open."""

    search: str
    texts: list[TextShown]
    found: list[ArticleFound]
    article: ArticleShown | None = None


class KnowledgeState(SnapshotMessage, tag="knowledge.state", kw_only=True):
    """What the agent looked up."""

    d: KnowledgeShown


class KnowledgeLook(Struct, frozen=True, kw_only=True):
    """Look for words; ``article``: open this one. ``open`` false: close it all."""

    open: bool = True
    search: Name = ""
    article: Name = ""


class CmdKnowledge(Command, tag="cmd.knowledge", kw_only=True):
    """Look something up: canned texts and articles for the queue of the call at hand."""

    d: KnowledgeLook


class NoticeShown(Struct, frozen=True, kw_only=True):
    """A message of a supervisor, `by` name."""

    notice: str
    at: int
    by: str
    text: str


class NoticesShown(Struct, frozen=True, kw_only=True):
    """What the agent has not read yet, oldest first."""

    notices: list[NoticeShown]


class NoticesState(SnapshotMessage, tag="notices.state", kw_only=True):
    """Messages of supervisors, until they are read; told again when they change."""

    d: NoticesShown


class NoticeRead(Struct, frozen=True, kw_only=True):
    """Which one."""

    notice: Name


class CmdNoticeRead(Command, tag="cmd.notice.read", kw_only=True):
    """The agent has read a message of a supervisor."""

    d: NoticeRead


BesideCommand = CmdDirectory | CmdKnowledge | CmdNoticeRead

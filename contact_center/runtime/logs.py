"""Logging for operators: one line an event, as JSON or as text, without anybody's number or keys.

Everybody logs by the standard library (``logging.getLogger(__name__)``) and gives what a line is
about as ``extra={"call": ..., "queue": ...}``; `about` adds such fields to all lines of a task.
``setup`` decides how it looks. See `contact_center.runtime.privacy` for what is masked.

A log that cannot be written (a stopped terminal, a full pipe) must not stop calls: lines go through
a queue to a thread. When the queue is full the newest line is dropped and counted, and the count is
told in the first line that gets through again.
"""

import contextlib
import contextvars
import json
import logging
import logging.handlers
import queue
import sys
import traceback
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Literal, TextIO

from contact_center.runtime.privacy import Privacy

Form = Literal["json", "text"]
FORMS: tuple[Form, ...] = ("json", "text")
LEVELS = ("debug", "info", "warning", "error")

_QUOTED = frozenset(" \"='")
_OURS = f"{__name__.partition('.')[0]}."
_MAX_WAITING = 10_000
_STOP_TIMEOUT_S = 2.0
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_about: contextvars.ContextVar[dict[str, object] | None] = contextvars.ContextVar(
    "about", default=None
)


@contextlib.contextmanager
def about(**fields: object) -> Iterator[None]:
    """Add fields (``call="..."``) to every line that this task logs meanwhile."""
    token = _about.set({**(_about.get() or {}), **fields})
    try:
        yield
    finally:
        _about.reset(token)


class LineFormatter(logging.Formatter):
    """One record, one line: nothing in it can start another line or move the cursor."""

    def __init__(self, form: Form, privacy: Privacy) -> None:
        super().__init__()
        self._form = form
        self._privacy = privacy

    def format(self, record: logging.LogRecord) -> str:
        """The line. Never raises: a record that cannot be formatted says so."""
        fields = self._fields(record)
        if self._form == "json":
            return json.dumps(fields, ensure_ascii=True, allow_nan=False, default=str)
        time, level, name, said = (str(fields.pop(key)) for key in ("time", "level", "from", "say"))
        trace = fields.pop("trace", None)
        rest = "".join(f" {key}={_short(value)}" for key, value in fields.items())
        line = f"{time} {level:7} {name}: {_printable(said)}{_printable(rest)}"
        lines = str(trace).splitlines() if trace else []
        return "\n".join([line, *(f"    {_printable(part)}" for part in lines)])

    def _fields(self, record: logging.LogRecord) -> dict[str, Any]:
        at = datetime.fromtimestamp(record.created, UTC)
        try:
            said = record.getMessage()
        except Exception:  # noqa: BLE001 - a wrong format string must not lose the line
            said = f"{record.msg!s} [arguments do not fit]"
        made: dict[str, Any] = {
            "time": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "from": record.name,
            "say": self._privacy.text(said),
        }
        extra = {key: value for key, value in vars(record).items() if key not in _STANDARD}
        for key, value in {**(_about.get() or {}), **extra}.items():
            name = key if key not in made and key != "trace" else f"{key}_"
            made[name] = self._privacy.field(key, value)
        if record.exc_info and record.exc_info[1] is not None:
            made["trace"] = self._privacy.text(_trace(record.exc_info[1]))
        return made


class _Waiting(logging.handlers.QueueHandler):
    """Formats here and now (values may change later), writes in the listener's thread."""

    def __init__(self, lines: "queue.Queue[Any]", formatter: LineFormatter) -> None:
        super().__init__(lines)
        self.setFormatter(formatter)
        self.dropped = 0

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        line = self.format(record)
        if self.dropped:
            told = {**vars(record), "msg": "%d lines of this log were dropped before this one"}
            note = logging.makeLogRecord({**told, "args": (self.dropped,), "exc_info": None})
            line = f"{self.format(note)}\n{line}"
        return logging.makeLogRecord({"msg": line, "levelno": record.levelno})

    def enqueue(self, record: logging.LogRecord) -> None:
        try:
            self.queue.put_nowait(record)
            self.dropped = 0
        except queue.Full:
            self.dropped += 1


class Logs:
    """Logging as it was set up. `stop` writes what is waiting and puts back what was before."""

    def __init__(self, handler: _Waiting, listener: logging.handlers.QueueListener) -> None:
        self._handler = handler
        self._listener = listener
        self._root = logging.getLogger()
        self._before = (self._root.handlers[:], self._root.level)

    @property
    def dropped(self) -> int:
        """Lines dropped since the last one that was written."""
        return self._handler.dropped

    def stop(self) -> None:
        """Write what waits, for at most two seconds."""
        handlers, level = self._before
        self._root.handlers[:] = handlers
        self._root.setLevel(level)
        logging.captureWarnings(capture=False)
        # The listener's own `stop` waits for ever when the stream takes no more.
        thread = self._listener._thread
        if thread is not None:
            with contextlib.suppress(queue.Full):
                self._listener.enqueue_sentinel()
            thread.join(_STOP_TIMEOUT_S)
            self._listener._thread = None


def setup(
    *,
    level: str = "info",
    form: Form = "text",
    secrets: Iterable[str] = (),
    stream: TextIO | None = None,
) -> Logs:
    """Send all logging of this process to `stream` (standard error).

    Of libraries only warnings and errors are logged, unless the level is debug.
    ``secrets``: values that never appear, such as the switch's password. Raises ValueError for a
    level or a form that there is not.
    """
    if level not in LEVELS:
        raise ValueError(f"the log's level is {level!r}; it may be {', '.join(LEVELS)}")
    if form not in FORMS:
        raise ValueError(f"the log's form is {form!r}; it may be {', '.join(FORMS)}")
    lines: queue.Queue[Any] = queue.Queue(_MAX_WAITING)
    out = logging.StreamHandler(stream or sys.stderr)
    out.setFormatter(logging.Formatter("%(message)s"))
    handler = _Waiting(lines, LineFormatter(form, Privacy(secrets)))
    if level != "debug":
        handler.addFilter(_is_for_operators)
    logs = Logs(handler, logging.handlers.QueueListener(lines, out))
    logs._listener.start()
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.captureWarnings(capture=True)
    return logs


def _is_for_operators(record: logging.LogRecord) -> bool:
    """What libraries tell of their daily work is for those who look for a fault in them."""
    return record.levelno >= logging.WARNING or record.name.startswith(_OURS)


def _trace(error: BaseException) -> str:
    try:
        return "".join(traceback.format_exception(error))
    except Exception:  # noqa: BLE001 - an exception whose text fails is still worth a line
        return f"{type(error).__name__} [no traceback]"


def _short(value: object) -> str:
    if isinstance(value, str) and value and not set(value) & _QUOTED:
        return value
    return json.dumps(value, default=str, ensure_ascii=False)


def _printable(text: str) -> str:
    """Control and invisible characters written out, so that no value can forge a line."""
    if text.isprintable():
        return text
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text
    )

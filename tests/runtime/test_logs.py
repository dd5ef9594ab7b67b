"""Log lines: whole, masked, one an event, and never in the way of a call."""

import io
import json
import logging
import threading

import pytest

from contact_center.runtime import logs

log = logging.getLogger("contact_center.test")


@pytest.fixture
def out():
    return io.StringIO()


@pytest.fixture
def start(out):
    started = []

    def begin(**settings) -> logs.Logs:
        started.append(logs.setup(**{"stream": out, **settings}))
        return started[-1]

    yield begin
    for each in reversed(started):
        each.stop()


def test_a_json_line_says_when_who_what_and_about_what(start, out):
    running = start(form="json")
    log.info("caller %s waits", "+4930123456", extra={"call": "1763777306.5", "queue": "sales"})
    running.stop()
    line = json.loads(out.getvalue())
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "info",
        "from": "contact_center.test",
        "say": "caller +*******456 waits",
        "call": "1763777306.5",
        "queue": "sales",
    }


def test_a_text_line_has_the_same_in_words(start, out):
    running = start(form="text")
    log.warning(
        "late", extra={"call": "c1", "ani": "+4930123456", "names": ["a b"], "why": "so so"}
    )
    running.stop()
    assert out.getvalue()[24:] == (
        ' warning contact_center.test: late call=c1 ani=+*******456 names=["a b"] why="so so"\n'
    )


def test_fields_of_the_task_are_on_each_of_its_lines(start, out):
    running = start(form="json")
    with logs.about(call="c1"), logs.about(leg="l1"):
        log.info("inside")
        log.info("other", extra={"call": "c2"})
    log.info("outside")
    running.stop()
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [(line.get("call"), line.get("leg")) for line in lines] == [
        ("c1", "l1"),
        ("c2", "l1"),
        (None, None),
    ]


@pytest.mark.parametrize("form", logs.FORMS)
def test_no_value_can_forge_a_line(start, out, form):
    running = start(form=form)
    log.info("name %s", "a\nb\x1b[2J\u2028c\r\x85d", extra={"customer": "x\ny", "a\nb": 1})
    running.stop()
    said = out.getvalue()
    assert len(said.splitlines()) == 1
    assert said.rstrip("\n").isprintable()


@pytest.mark.parametrize("form", logs.FORMS)
def test_secrets_and_keys_are_in_no_line_nor_in_a_traceback(start, out, form):
    running = start(form=form, secrets=["hunter22"])
    try:
        raise ValueError("digits='4711' for +4930123456 at ws://acd:hunter22@host")
    except ValueError:
        log.exception("it failed", extra={"pin": "4711", "url": "http://acd:hunter22@h"})
    running.stop()
    said = out.getvalue()
    assert "ValueError" in said
    assert "test_logs.py" in said
    for secret in ("4711", "hunter22", "4930123456"):
        assert secret not in said


class Rude:
    def __str__(self) -> str:
        raise RuntimeError("no")

    __repr__ = __str__


class RudeError(Exception):
    __str__ = Rude.__str__


@pytest.mark.parametrize("form", logs.FORMS)
def test_a_line_that_cannot_be_made_says_so_and_the_next_one_comes(start, out, form):
    running = start(form=form)
    log.info("%d calls", "many")
    log.info("%s", Rude(), extra={"x": Rude()})
    log.error("failed", exc_info=RudeError())
    log.info("next", extra={"time": "mine", "say": "mine", "trace": "mine"})
    running.stop()
    lines = out.getvalue().splitlines()
    assert "%d calls [arguments do not fit]" in lines[0]
    assert "[unprintable Rude]" in lines[1]
    assert "failed" in lines[2]
    assert "next" in lines[-1]
    assert "mine" in lines[-1]


def test_the_level_is_kept(start, out):
    running = start(level="warning")
    log.info("quiet")
    log.warning("loud")
    running.stop()
    assert "loud" in out.getvalue()
    assert "quiet" not in out.getvalue()


def test_libraries_tell_of_their_daily_work_only_when_debugging(start, out):
    library = logging.getLogger("some.library")
    running = start(level="info")
    library.info("busy")
    library.warning("odd")
    running.stop()
    running = start(level="debug")
    library.info("very busy")
    running.stop()
    said = [line.partition(": ")[2] for line in out.getvalue().splitlines()]
    assert said == ["odd", "very busy"]


def test_stopping_puts_back_what_was_before(start):
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    start().stop()
    assert (root.handlers[:], root.level) == before


@pytest.mark.parametrize("settings", [{"level": "loud"}, {"form": "xml"}])
def test_settings_that_there_are_not_are_refused(settings):
    with pytest.raises(ValueError, match="it may be"):
        logs.setup(**settings)


class Stuck(io.StringIO):
    """A terminal that somebody stopped."""

    def __init__(self) -> None:
        super().__init__()
        self.free = threading.Event()
        self.reached = threading.Event()

    def write(self, text: str) -> int:
        self.reached.set()
        assert self.free.wait(30)
        return super().write(text)


def test_a_log_that_cannot_be_written_drops_the_newest_lines_and_tells_how_many(start, monkeypatch):
    monkeypatch.setattr(logs, "_MAX_WAITING", 10)
    stuck = Stuck()
    running = start(stream=stuck, form="json")
    log.info("line 0")
    assert stuck.reached.wait(10)
    for number in range(1, 21):
        log.info("line %d", number)  # returns at once, written or not
    assert running.dropped == 10
    stuck.free.set()
    for _ in range(1000):
        if stuck.getvalue().count("\n") == 11:
            break
        threading.Event().wait(0.01)
    log.info("after")
    running.stop()
    said = [json.loads(line)["say"] for line in stuck.getvalue().splitlines()]
    assert said[:11] == [f"line {number}" for number in range(11)]
    assert said[11:] == ["10 lines of this log were dropped before this one", "after"]


def test_stopping_does_not_wait_for_ever_for_a_log_that_cannot_be_written(start, monkeypatch):
    monkeypatch.setattr(logs, "_STOP_TIMEOUT_S", 0.1)
    stuck = Stuck()
    running = start(stream=stuck)
    log.info("never seen")
    assert stuck.reached.wait(10)
    running.stop()
    assert stuck.getvalue() == ""
    stuck.free.set()

"""An agent at the terminal is led through a call script, by lines that they type."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from contact_center.adapters.desktop import script_messages as sm
from contact_center.app.desk_scripts import DeskScripts
from contact_center.core import facts as f
from contact_center.core.events import Customer
from contact_center.core.ids import AgentId, CallId, CustomerId, QueueId, ReservationId
from contact_center.core.scripting.choice import ScriptChoice
from contact_center.desk_client.script import NotUnderstoodError, command_for, key_of, page_text
from tests.core.scripting.scripts import script
from tests.core.scripting.test_beside import WITH

S = 1_000_000
ANN, CALL, SALES = AgentId("ann"), CallId("c1"), QueueId("sales")
KINDS = {
    "cmd.script.answer": sm.CmdScriptAnswer,
    "cmd.script.move": sm.CmdScriptMove,
    "cmd.script.objection": sm.CmdScriptObjection,
    "cmd.script.hint": sm.CmdScriptHint,
    "cmd.script.act": sm.CmdScriptAct,
}


class Bench:
    """The service's half of scripts, with one agent in a call; all is told as on the wire."""

    def __init__(self) -> None:
        self.now = 0
        self.page: dict[str, Any] = {}
        self.scripts: Any = None
        content = SimpleNamespace(
            call_scripts={SALES: ScriptChoice.always(script(WITH))},
            configuration=SimpleNamespace(agents={}),
        )
        center = SimpleNamespace(calls=SimpleNamespace(calls={}))
        self.door = DeskScripts(self, None, content, lambda: self.now, self, lambda: center)  # type: ignore[arg-type]
        self.door.scripts._wake = lambda at: None
        self.door.secure = lambda *_: None  # type: ignore[method-assign]
        self.door.scripts._secure = lambda *_: None
        where: dict[str, Any] = {"at": 0, "call": CALL, "agent": ANN}
        reservation = ReservationId("c1-e1-n1")
        known = Customer(customer=CustomerId("c"), name="Maria Ruiz")
        call: dict[str, Any] = {**where, "reservation": reservation, "queue": SALES, "waited_us": 0}
        who: dict[str, Any] = {"ani": "", "did": "", "queue_label": "Sales", "customers": (known,)}
        pop = f.ScreenPopped(**call, **who, seq=1, reason="", script=())
        self.door.publish([pop])
        self.door.publish([f.CallConnected(**call, seq=2)])

    def show_script(self, agent: str, shown: sm.ScriptShown) -> None:
        self.page = msgspec.json.decode(msgspec.json.encode(shown)).get("page")

    def happened(self, run: object, facts: object) -> None:
        """Nobody keeps it."""

    def type(self, line: str) -> str:
        """Type a line, a while later; gives the code of a refusal."""
        self.now += 10 * S
        t, d = command_for(self.page, line)
        sent = msgspec.json.encode({"t": t, "v": 0, "id": "1", "call": CALL, "d": d})
        refused = self.door.take(ANN, msgspec.json.decode(sent, type=KINDS[t]))
        return refused.code if refused is not None else ""


def test_a_whole_sale_is_read_and_answered_at_the_terminal() -> None:
    bench = Bench()
    text = page_text(bench.page)
    assert "Hello Maria, from Sales." in text
    assert "* 1 Do they want it?" in text
    assert "!1 Too dear  !2 No time" in text
    assert "@1 Call back  @2 To the manager  @3 The terms" in text
    assert bench.type("") == "incomplete"
    assert bench.type("yes") == ""
    assert bench.type("!1") == ""
    assert "It lasts for years." in page_text(bench.page)
    assert bench.type("close") == ""
    assert bench.type("@boss") == ""
    assert bench.type("") == ""
    assert "SAY: No refunds." in page_text(bench.page)
    assert bench.type("next") == "unconfirmed"
    assert bench.type("said") == ""
    assert bench.type("") == ""
    assert "1 Red  2 Blue" in page_text(bench.page)
    assert bench.type("2") == ""
    assert "= blue" in page_text(bench.page)
    assert bench.type("card=4111 1111") == ""
    assert "4111" not in page_text(bench.page)
    assert bench.type("3=leave it") == ""
    assert bench.type("3=") == ""
    assert bench.type("back") == ""
    assert bench.type("") == ""
    assert bench.type("") == ""
    assert "In blue." in page_text(bench.page)
    assert bench.page["suggested"] == "sold"


def test_a_hint_is_written_and_followed() -> None:
    bench = Bench()
    bench.now = 61 * S
    bench.door.scripts.tick()
    assert "?1 Has Maria the time?" in page_text(bench.page)
    before = key_of(bench.page)
    assert bench.type("?time take") == ""
    assert (bench.page["page"], key_of(bench.page) != before) == ("bye", True)
    assert "the last page" in page_text(bench.page)


@pytest.mark.parametrize("line", ["!9", "@9", "?1", "99=x", "!", "@nothing"])
def test_what_stands_for_nothing_here_is_said_and_not_sent(line: str) -> None:
    with pytest.raises(NotUnderstoodError, match="is here"):
        command_for(Bench().page, line)


def test_nothing_can_be_answered_where_nothing_is_asked() -> None:
    bench = Bench()
    bench.type("no")
    bench.type("")
    assert bench.page["page"] == "bye"
    with pytest.raises(NotUnderstoodError, match="nothing is asked"):
        command_for(bench.page, "hello")
    assert bench.type("") == "nowhere"

"""What an agent would see, kept from the messages: plain dictionaries, as they came."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Screen:
    """Fold messages into a picture. Unknown types are ignored, as the protocol asks."""

    agent: str = ""
    name: str = ""
    state: dict[str, Any] = field(default_factory=dict)
    call: dict[str, Any] | None = None
    missed: list[dict[str, Any]] = field(default_factory=list)
    dispositions: list[dict[str, str]] = field(default_factory=list)
    pause_reasons: list[dict[str, str]] = field(default_factory=list)
    queues: list[dict[str, Any]] = field(default_factory=list)
    tiles: dict[str, dict[str, Any]] = field(default_factory=dict)
    providers: dict[str, bool] = field(default_factory=dict)
    script: dict[str, Any] | None = None

    @property
    def is_ringing(self) -> bool:
        """Whether an offer is open."""
        return self.state.get("work") == "offered" and self.call is not None

    @property
    def preview(self) -> dict[str, Any] | None:
        """Whom the agent is asked about, if nobody was called yet."""
        shown = self.call.get("preview") if self.is_ringing and self.call is not None else None
        return shown if isinstance(shown, dict) else None

    def apply(self, message: dict[str, Any]) -> None:
        """Take one message that the connection let through."""
        handler = _HANDLERS.get(message["t"])
        if handler is not None:
            handler(self, message, message["d"])

    def _full(self, message: dict[str, Any], d: dict[str, Any]) -> None:
        for name in ("agent", "name", "state", "call", "missed", "queues"):
            setattr(self, name, d[name])
        self.dispositions, self.pause_reasons = d["dispositions"], d["pause_reasons"]

    def _pop(self, message: dict[str, Any], d: dict[str, Any]) -> None:
        if not d["ended"]:
            self._touch(message["call"], pop=d, **_ids(d))

    def _more(self, message: dict[str, Any], d: dict[str, Any]) -> None:
        if self.call is not None and self.call["call"] == message["call"]:
            self._touch(message["call"], more=d)

    def _offer_ended(self, message: dict[str, Any], d: dict[str, Any]) -> None:
        is_ours = self.call is not None and self.call["call"] == message["call"]
        if is_ours and d["result"] != "connected":
            self.call = None

    def _agent_state(self, message: dict[str, Any], state: dict[str, Any]) -> None:
        self.state = state
        call = state.get("call")
        if call is None or (self.call is not None and self.call["call"] != call):
            self.call = None
        if call is not None:
            self._touch(call, reservation=state.get("reservation") or "", held=state["held"])

    def _touch(self, call: str, **changes: Any) -> None:
        if self.call is None or self.call["call"] != call:
            self.call = {"call": call, "pop": None, "more": None, "notes": "", "disposition": ""}
        self.call.update(changes)


def state_text(state: dict[str, Any]) -> str:
    """Write an agent's state as one line."""
    presence = state["presence"].replace("_", " ")
    reason = f" ({state['reason']})" if state["reason"] else ""
    held = ", on hold" if state.get("held") else ""
    outside = ", on the phone elsewhere" if state.get("outside") else ""
    return f"  = {presence}{reason}, {_words(state['work'])}{held}{outside}{_jobs_text(state)}"


def _jobs_text(state: dict[str, Any]) -> str:
    """Write what somebody who does several things is at: ``; 2 at once, 50 % taken: ...``."""
    jobs = state.get("jobs", [])
    if not jobs:
        return ""
    each = ", ".join(f"{job['channel']} {job['call']} {_words(job['work'])}" for job in jobs)
    return f"; {len(jobs)} at once, {state['load']} % taken: {each}"


def _words(code: str) -> str:
    return code.replace("_", " ")


def _ids(d: dict[str, Any]) -> dict[str, Any]:
    return {"reservation": d["reservation"], "queue": d["queue"]}


_HANDLERS: dict[str, Callable[[Screen, dict[str, Any], dict[str, Any]], None]] = {
    "state": Screen._full,
    "agent.state": Screen._agent_state,
    "pop.show": Screen._pop,
    "pop.more": Screen._more,
    "offer.ended": Screen._offer_ended,
    "call.offered": lambda s, m, d: s._touch(
        m["call"], expires_at=d["expires_at"], preview=d.get("preview"), **_ids(d)
    ),
    "call.connected": lambda s, m, d: s._touch(
        m["call"], connected_at=m["ts"], preview=None, **_ids(d)
    ),
    "call.hold": lambda s, m, d: s._touch(m["call"], held=d["on"]),
    "call.mute": lambda s, m, d: s._touch(m["call"], muted=d["on"]),
    "call.consult": lambda s, m, d: s._touch(
        m["call"], consult=None if d["state"] == "ended" else d
    ),
    "call.transferred": lambda s, m, d: s._touch(m["call"], consult=None, recording=None),
    "call.recording": lambda s, m, d: s._touch(m["call"], recording=d),
    "call.ended": lambda s, m, d: s._touch(m["call"], talk_ms=d["talk_ms"]),
    "call.notes": lambda s, m, d: s._touch(m["call"], notes=d["text"]),
    "call.disposition": lambda s, m, d: s._touch(m["call"], disposition=d["code"]),
    "call.missed": lambda s, m, d: s.missed.append(d),
    "queue.state": lambda s, m, d: s.tiles.__setitem__(d["queue"], d),
    "script.state": lambda s, m, d: setattr(s, "script", d.get("page")),
    "provider.state": lambda s, m, d: s.providers.__setitem__(d["provider"], d["up"]),
}

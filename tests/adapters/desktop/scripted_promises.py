"""A stand-in for whoever keeps promises: answers a desk by a simple script."""

from __future__ import annotations

from dataclasses import dataclass, field

from msgspec import structs

from contact_center.adapters.desktop import callback_messages as cb
from contact_center.adapters.desktop import payloads as p
from contact_center.adapters.desktop.callback_door import AtCall
from contact_center.adapters.desktop.desk import Desk

EVE = "+12125550123"
NEW_YORK, CHICAGO = "America/New_York", "America/Chicago"
NUMBERS = [
    cb.PromisedNumber(
        number=EVE, label="home", zones=[NEW_YORK, CHICAGO], suggested="2027-03-11T10:15"
    ),
    cb.PromisedNumber(
        number="+442079460123", label="office", zones=["Europe/London"], suggested=""
    ),
]


@dataclass
class ScriptedPromises:
    """A PromiseDoor: keeps what it is asked for, or says no with `refuses`."""

    desk: Desk
    refuses: p.Problem | None = None
    earlier: cb.PromisedCall | None = None
    asked: list[cb.PromiseCommand] = field(default_factory=list)
    at: list[AtCall | None] = field(default_factory=list)
    shown: cb.PromisedCalls = field(default_factory=lambda: cb.PromisedCalls(callbacks=[]))

    def take(self, agent: str, command: cb.PromiseCommand, at: AtCall | None) -> bool:
        self.asked.append(command)
        self.at.append(at)
        why, self.refuses = self.refuses, None
        if why is None:
            self._grant(agent, command)
        self.desk.settle(agent, command.id, why)
        return True

    def look_at(self, agent: str) -> None:
        self.show(agent)

    def show(self, agent: str, **changes: object) -> None:
        self.shown = structs.replace(self.shown, **changes)
        self.desk.show_callbacks(agent, self.shown)

    def _grant(self, agent: str, command: cb.PromiseCommand) -> None:
        form = self.shown.form
        match command:
            case cb.CmdPromiseForm():
                made = cb.PromiseForm(
                    call=command.call,
                    campaign="Spring",
                    name="Eve Park",
                    numbers=NUMBERS,
                    promised=self.earlier,
                )
                self.show(agent, form=made)
            case cb.CmdPromise():
                kept = promised(command.d)
                assert form is not None
                mine = [kept] if kept.mine else []
                self.show(agent, callbacks=mine, form=structs.replace(form, promised=kept))
            case cb.CmdPromiseMove():
                (kept,) = self.shown.callbacks
                self.show(agent, callbacks=[structs.replace(kept, local=command.d.local)])
            case cb.CmdPromiseCancel():
                gone = form and structs.replace(form, promised=None)
                self.show(agent, callbacks=[], form=gone)


def promised(wish: cb.PromiseWish, **more: object) -> cb.PromisedCall:
    """A promise as it is shown when it is kept as it was wished."""
    made = cb.PromisedCall(
        callback="cb-a-1",
        campaign="spring",
        name="Eve Park",
        number=wish.number,
        due_at=1_805_000_000_000,
        local=wish.local,
        zone=wish.zone,
        state="scheduled",
        mine=wish.mine,
        fallback_min=wish.fallback_min,
        asked=wish.local,
        note=wish.note,
    )
    return structs.replace(made, **more)

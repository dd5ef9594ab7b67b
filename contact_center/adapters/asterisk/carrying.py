"""Carries commands out: what is asked for them, in what order, and what becomes of each.

Commands that come together are looked at together. Legs that go into one talk go with one request;
should Asterisk refuse it, each is asked for by itself, so that a failure falls on the leg it is
about.

Of several calls, those go first where somebody waits on the line for what is asked: two people are
brought together, or somebody is let go. New offers come after that, and new callers last; if those
went first, a busy Asterisk would ring ever more phones and connect nobody in time.
"""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from contact_center.adapters.asterisk.ari_lanes import Urgency
from contact_center.adapters.asterisk.ari_link import Ask, OnReply, Reply
from contact_center.adapters.asterisk.beginning import Beginning
from contact_center.adapters.asterisk.book import Book
from contact_center.adapters.asterisk.errors import AriDisconnectedError, AriRequestError
from contact_center.adapters.asterisk.failures import failure, is_unclear
from contact_center.adapters.asterisk.keeping import Keeping
from contact_center.adapters.asterisk.plans import Plan, Progress, Refusal, Step
from contact_center.adapters.asterisk.requests import Requests, into
from contact_center.adapters.asterisk.translate import Translation
from contact_center.core.commands import (
    Announce,
    Answer,
    BlindTransfer,
    EndTalk,
    EnterWaiting,
    HoldMusic,
    Join,
    Originate,
    PlaySequence,
    StartRecording,
    StopRecording,
    TelephonyCommand,
)
from contact_center.core.events import CommandFailed, Event, TransferResult

_Joining = tuple[Join, Plan]

_URGENCY: dict[type[TelephonyCommand], Urgency] = {
    Originate: Urgency.SOON,
    **dict.fromkeys((Answer, EnterWaiting, PlaySequence, Announce, HoldMusic), Urgency.LATER),
}
"""What may wait while people who talk to each other, or are done, are served."""


class Request(Protocol):
    """How one request is sent: see `AriClient.request`."""

    def __call__(
        self, ask: Ask, on_reply: OnReply, lane: str = "", urgency: Urgency = Urgency.NOW
    ) -> None:
        """Send one request."""


class Carrier:
    """Sends what commands come to and tells how it went.

    `request` sends one request, `tell` takes events for the core. `transfer_within_s`: how long a
    phone has to follow a transfer.
    """

    def __init__(
        self,
        book: Book,
        requests: Requests,
        translate: Translation,
        keeping: Keeping,
        request: Request,
        tell: Callable[..., None],
        *,
        transfer_within_s: float,
    ) -> None:
        self._book = book
        self._requests = requests
        self._translate = translate
        self._keeping = keeping
        self._request = request
        self._tell = tell
        self._transfer_within_s = transfer_within_s
        self._together: list[_Joining] = []
        self._beginning = Beginning(book, request, tell)

    def submit(self, commands: Sequence[TelephonyCommand], *, is_away: bool) -> None:
        """Carry commands out, oldest first; refuse them when Asterisk is away."""
        for command in commands:
            plan = (
                self._requests.plan_while_away(command) if is_away else self._requests.plan(command)
            )
            if isinstance(plan, Plan) and isinstance(command, Join) and plan.joins is not None:
                if self._together and self._together[0][1].joins != plan.joins:
                    self._send_together()
                self._together.append((command, plan))
                continue
            if plan != _NOTHING:
                self._send_together()
            self._carry(command, plan)
        self._send_together()

    def _carry(self, command: TelephonyCommand, plan: Plan | Refusal) -> None:
        if isinstance(plan, Refusal):
            retryable = plan.code == "unreachable"
            self._fail(command, plan.code, plan.detail, plan.failed, retryable=retryable)
            return
        if not plan.steps:
            self._tell(*plan.done)
            return
        progress = Progress(left=len(plan.steps))
        urgency = _URGENCY.get(type(command), Urgency.NOW)
        for step in plan.steps:
            on_reply = partial(self._replied, command, plan, step, progress)
            self._request(step.ask, on_reply, command.call, urgency)

    # --- several legs into one talk ------------------------------------------------------------

    def _send_together(self) -> None:
        together, self._together = self._together, []
        if len(together) == 1:
            self._carry(*together[0])
        elif together:
            ask = into(together[0][0].talk, *(command.leg for command, _ in together))
            self._request(ask, partial(self._joined, together), together[0][0].call)

    def _joined(self, together: Sequence[_Joining], reply: Reply | AriRequestError) -> None:
        if isinstance(reply, Reply) and reply.is_fine:
            return
        for command, plan in together:
            note = self._book.legs.get(command.leg)
            if isinstance(reply, AriRequestError):
                self._failed(command, plan, reply)
            elif note is None:
                self._fail(command, "no_such_leg", "", (), retryable=False)
            elif note.joining == command.talk and note.talk != command.talk:
                self._carry(command, plan)

    # --- what became of a command --------------------------------------------------------------

    def _replied(
        self,
        command: TelephonyCommand,
        plan: Plan,
        step: Step,
        progress: Progress,
        reply: Reply | AriRequestError,
    ) -> None:
        progress.left -= 1
        if progress.failed:
            return
        if isinstance(reply, Reply) and (reply.is_fine or reply.status in step.fine):
            if progress.left == 0:
                self._carried_out(command, plan, reply)
            return
        progress.failed = True
        if plan.verify is not None and is_unclear(reply):
            self._request(plan.verify, partial(self._verified, command, plan, reply), command.call)
            return
        self._failed(command, plan, reply)

    def _carried_out(self, command: TelephonyCommand, plan: Plan, reply: Reply) -> None:
        if reply.is_fine:
            self._tell(*plan.done)
        if isinstance(command, StartRecording | StopRecording) and not reply.is_fine:
            self._keeping.look(command)
        elif isinstance(command, PlaySequence | Announce):
            self._beginning.expect(command, plan.steps[0].ask)
        elif isinstance(command, EndTalk):
            self._tell(*self._translate.talk_ended(command.talk))
        elif isinstance(command, BlindTransfer):
            self._watch_transfer(command)

    def _verified(
        self,
        command: TelephonyCommand,
        plan: Plan,
        first: Reply | AriRequestError,
        reply: Reply | AriRequestError,
    ) -> None:
        """Deal with a command of which it was unclear whether it happened."""
        if isinstance(reply, Reply) and reply.is_fine:
            return
        self._failed(command, plan, first if isinstance(reply, Reply) else reply)

    def _failed(
        self, command: TelephonyCommand, plan: Plan, reply: Reply | AriRequestError
    ) -> None:
        code, retryable, detail = failure(reply)
        behind = plan.failed
        if plan.verify is not None:
            if isinstance(reply, AriDisconnectedError):
                # It may have happened: the next resync says.
                behind = ()
            elif command.leg in self._book.legs:
                self._book.end(command.leg)
            else:
                # It ended while we asked about it, and that has been told.
                behind = ()
        self._requests.take_back(command)
        self._fail(command, code, detail, behind, retryable=retryable)

    def _fail(
        self,
        command: TelephonyCommand,
        code: str,
        detail: str,
        behind: tuple[Event, ...],
        *,
        retryable: bool,
    ) -> None:
        failed = CommandFailed(
            call=command.call,
            leg=command.leg,
            cmd=command.cmd,
            code=code,
            retryable=retryable,
            detail=detail,
        )
        self._tell(failed, *behind)
        if isinstance(command, BlindTransfer):
            self._transfer_failed(command)

    def _watch_transfer(self, command: BlindTransfer) -> None:
        """A transfer that works ends the leg here; one that does not is told of by its silence."""
        asyncio.get_running_loop().call_later(
            self._transfer_within_s, self._transfer_failed, command
        )

    def _transfer_failed(self, command: BlindTransfer) -> None:
        note = self._book.legs.get(command.leg)
        if note is not None:
            note.transferring = False
            self._tell(TransferResult(call=note.call, leg=note.leg, result="failed"))


_NOTHING = Plan()

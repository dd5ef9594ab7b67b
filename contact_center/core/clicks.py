"""Agents who want a number dialled: the dialer is asked whether it may be, and answers in time."""

from contact_center.core.dialing import AskToDial, ClickToDialRequested
from contact_center.core.facts import RequestAnswered
from contact_center.core.ids import AgentId, CallId, CommandId
from contact_center.core.output import Outbox
from contact_center.core.previews import Previews

ASK_US = 4_000_000
"""How long a dialer may take to say whether an agent may call a number."""


class Clicks(Previews):
    """Numbers that agents want dialled. What is open is a deadline, and nothing else."""

    def click(self, request: ClickToDialRequested, now: int, out: Outbox) -> None:
        """Ask the dialer whether an agent may call a number, and to have it dialled."""
        number = self.configuration.number_of(request.number)
        if number is None:
            self.answer(request, "not_a_number", now, out)
            return
        if not self.configuration.dials(number):
            self.answer(request, "not_dialled", now, out)
            return
        shown = self.configuration.number_of(request.shown) if request.shown else ""
        if shown is None:
            self.answer(request, "not_shown", now, out)
            return
        out.emit(
            AskToDial(
                cmd=request.cmd,
                call=CallId(""),
                agent=request.agent,
                number=number,
                campaign=request.campaign,
                shown=shown,
            )
        )
        self.people_deadlines.set("ask", f"{request.agent}/{request.cmd}", now + ASK_US)

    def asked_to_dial(
        self, agent: AgentId, request: CommandId, code: str, message: str, now: int, out: Outbox
    ) -> None:
        """Tell an agent, once, what became of asking for a number to be dialled."""
        owner = f"{agent}/{request}"
        if self.people_deadlines.due("ask", owner) is None:
            out.ignore()
            return
        self.people_deadlines.cancel("ask", owner)
        out.emit(RequestAnswered(at=now, agent=agent, cmd=request, code=code, message=message))

    def asked_in_vain(self, kind: str, owner: str, now: int, out: Outbox) -> None:
        """The dialer did not say whether a number may be called."""
        if kind == "ask":
            agent, _, request = owner.partition("/")
            out.emit(
                RequestAnswered(
                    at=now, agent=AgentId(agent), cmd=CommandId(request), code="no_dialer"
                )
            )

"""What a desk shows and asks of people a campaign calls."""

from typing import Any

import pytest
from msgspec import json

from contact_center.adapters.desktop import messages as m
from contact_center.adapters.desktop import payloads as p
from contact_center.adapters.desktop.projection import AgentView, Draft
from contact_center.adapters.desktop.roster import DeskAgent, DeskRoster
from contact_center.adapters.desktop.wish import Problem, request_of
from contact_center.core import dialing
from contact_center.core import facts as f
from contact_center.core.ids import AgentId, CallId, QueueId, ReservationId
from contact_center.core.outcomes import Preview

CALL, ANNA, HELD = CallId("d-1"), AgentId("anna"), ReservationId("d-1-e1-n1")
ROSTER = DeskRoster.of(
    agents=[DeskAgent(id="anna", name="Anna", login="anna")],
    queues=[],
    dispositions=[],
    pause_reasons=[],
)
_COMMANDS = json.Decoder(m.ClientUnion)
LEAD = Preview(
    until=20_000_000,
    dials=True,
    number="+14155550123",
    name="Eve\nPark",
    campaign="spring",
    fields=tuple((f"field {n}", "x" * 500) for n in range(40)),
    reasons=("not_now",),
)


def asked(t: str, d: Any = None, call: str = "") -> Any:
    """What a frame of Anna's asks the core for."""
    frame = {"t": t, "id": "q1", **({"call": call} if call else {}), **({"d": d} if d else {})}
    command = _COMMANDS.decode(json.encode(frame))
    assert isinstance(command, m.Command)
    return request_of("anna", command, ROSTER, {}.get)


def told(view: AgentView, fact: f.Fact) -> list[Draft]:
    return [draft for draft in view.apply(fact) if isinstance(draft, Draft)]


def offered(**more: object) -> f.AgentOffered:
    return f.AgentOffered(
        at=0,
        call=CALL,
        seq=1,
        reservation=HELD,
        agent=ANNA,
        queue=QueueId("sales"),
        expires_at=80_000_000,
        **more,  # type: ignore[arg-type]
    )


def ended(result: f.OfferResult) -> f.OfferEnded:
    return f.OfferEnded(at=0, call=CALL, seq=2, reservation=HELD, agent=ANNA, result=result)


def test_a_number_is_asked_for_with_its_campaign() -> None:
    wish = {"number": "+1 415 555 0123", "campaign": "spring", "shown": "+14155550100"}
    request = asked("cmd.dial", wish)
    assert isinstance(request, dialing.ClickToDialRequested)
    assert request.shown == "+14155550100"
    assert (request.agent, request.number, request.campaign) == (
        "anna",
        "+1 415 555 0123",
        "spring",
    )


@pytest.mark.parametrize(
    ("t", "d", "kind"),
    [
        ("cmd.preview_dial", None, dialing.PreviewDialRequested),
        ("cmd.preview_skip", None, dialing.PreviewSkipRequested),
        ("cmd.preview_skip", {"reason": "not_now"}, dialing.PreviewSkipRequested),
    ],
)
def test_a_preview_is_decided_on_by_its_call(t: str, d: Any, kind: type) -> None:
    request = asked(t, d, "d-1")
    assert type(request) is kind
    assert request.call == "d-1"
    assert getattr(request, "reason", "") == (d or {}).get("reason", "")


def test_an_id_that_cannot_name_a_call_is_refused() -> None:
    assert isinstance(asked("cmd.preview_dial", None, "d/1"), Problem)


def test_a_preview_says_whom_and_until_when_in_plain_text_and_bounds() -> None:
    view = AgentView(ROSTER.agents["anna"], ROSTER)
    (draft,) = told(view, offered(preview=LEAD))
    assert isinstance(draft.d, p.Offer)
    shown = draft.d.preview
    assert shown is not None
    assert (shown.name, shown.number, shown.until, shown.dials) == (
        "Eve Park",
        "+14155550123",
        20_000,
        True,
    )
    assert draft.d.expires_at == 20_000, "the agent decides until then"
    assert (len(shown.fields), len(shown.fields[0].value)) == (30, 300)
    assert view.call is not None
    assert view.call.preview == shown, "it is there after a resume too"


def test_a_lead_that_was_skipped_is_no_missed_call() -> None:
    view = AgentView(ROSTER.agents["anna"], ROSTER)
    told(view, offered(preview=LEAD))
    kinds = [draft.kind for draft in told(view, ended(f.OfferResult.REVOKED))]
    assert kinds == [m.OfferEnded]
    assert (view.call, list(view.missed)) == (None, [])


def test_an_offer_that_rang_and_was_taken_back_is_one() -> None:
    view = AgentView(ROSTER.agents["anna"], ROSTER)
    told(view, offered())
    told(view, ended(f.OfferResult.REVOKED))
    assert len(view.missed) == 1


def test_the_second_part_of_the_pop_says_what_the_list_knows() -> None:
    view = AgentView(ROSTER.agents["anna"], ROSTER)
    fields = (("roof", "slate\x00"),)
    fact = f.ScreenPopCompleted(
        at=0,
        call=CALL,
        seq=3,
        agent=ANNA,
        reservation=HELD,
        customers=(),
        history=(),
        fields=fields,
    )
    (draft,) = told(view, fact)
    assert isinstance(draft.d, p.PopMore)
    assert [(one.name, one.value) for one in draft.d.fields] == [("roof", "slate")]


def test_a_preview_that_outlived_a_process_is_offered_again() -> None:
    view = AgentView(ROSTER.agents["anna"], ROSTER)
    told(
        view,
        f.ScreenPopped(
            at=0,
            call=CALL,
            seq=1,
            agent=ANNA,
            reservation=HELD,
            ani="+14155550123",
            did="",
            queue=QueueId("sales"),
            queue_label="Sales",
            reason="",
            customers=(),
            waited_us=0,
            script=(),
        ),
    )
    fact = f.ScreenPopCompleted(
        at=0,
        call=CALL,
        seq=2,
        agent=ANNA,
        reservation=HELD,
        customers=(),
        history=(),
        preview=LEAD,
    )
    drafts = told(view, fact)
    assert [draft.kind for draft in drafts] == [m.PopMoreMessage, m.CallOffered]
    assert view.call is not None
    assert view.call.preview is not None
    assert view.call.expires_at == 20_000

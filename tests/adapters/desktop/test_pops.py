"""Screen-pops: small, clean, and whole again in the second part."""

from dataclasses import replace

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contact_center.adapters.desktop import messages as m
from contact_center.adapters.desktop.codec import body_of, encode
from contact_center.adapters.desktop.projection import AgentView, Amendment, Draft
from contact_center.adapters.desktop.screen_text import clean, clean_lines, history_of
from contact_center.core import facts as f
from contact_center.core.events import Customer
from contact_center.core.ids import AgentId, CallId, CustomerId, QueueId, ReservationId
from contact_center.desk_client.cards import pop_text
from tests.adapters.desktop.conftest import roster
from tests.adapters.desktop.scripted_core import ANNA, past

ANY_TEXT = st.text(
    alphabet=st.characters(exclude_categories=()), max_size=3000
)  # halves of surrogate pairs included


def view() -> AgentView:
    made = roster()
    return AgentView(made.agents["maria"], made)


def pop(call: str = "call-1", **changes: object) -> f.ScreenPopped:
    return replace(
        f.ScreenPopped(
            at=1,
            call=CallId(call),
            seq=1,
            agent=AgentId("maria"),
            reservation=ReservationId(f"{call}-e1-n1"),
            ani="+48221234567",
            did="+442079460000",
            queue=QueueId("service"),
            queue_label="Customer service",
            reason="Where is my order?",
            customers=(ANNA,),
            waited_us=42_000_000,
            script=("Hello.",),
        ),
        **changes,
    )


def changed(work: f.Work, call: str | None) -> f.AgentChanged:
    return f.AgentChanged(
        at=5,
        agent=AgentId("maria"),
        presence=f.Presence.READY,
        reason="",
        work=work,
        since=5,
        call=CallId(call) if call else None,
    )


def frame_of(fact: f.ScreenPopped) -> tuple[bytes, m.PopShow]:
    draft = view().apply(fact)[0]
    assert isinstance(draft, Draft)
    message = draft.message("agent:maria", "0123456789ab", 10**9)
    assert isinstance(message, m.PopShow)
    return body_of(encode(message)), message


@settings(max_examples=60, deadline=None)
@given(
    name=ANY_TEXT, reason=ANY_TEXT, script=st.lists(ANY_TEXT, max_size=20), count=st.integers(0, 9)
)
def test_a_pop_never_exceeds_four_kilobytes_whatever_the_texts(
    name: str, reason: str, script: list[str], count: int
) -> None:
    customer = Customer(
        customer=CustomerId("c-1"), name=name, tier=name, language=name, email=name, note=reason
    )
    frame, message = frame_of(
        pop(
            "c" * 120,
            customers=(customer,) * count,
            reason=reason,
            queue_label=name,
            script=tuple(script),
        )
    )
    assert len(frame) <= m.MAX_POP
    assert message.call == "c" * 120


def test_an_ordinary_pop_is_not_shortened() -> None:
    _, message = frame_of(pop())
    assert not message.d.shortened
    assert message.d.customers[0].note == ANNA.note


def test_a_long_script_is_shortened_first_and_comes_whole_in_the_second_part() -> None:
    shown = view()
    script = ("word " * 790, "Goodbye.")
    first = shown.apply(pop(script=script))[0]
    assert isinstance(first, Draft)
    assert first.d.shortened
    assert first.d.customers[0].name == "Anna Kowalska"
    assert first.d.script[0].endswith("…")
    second = shown.apply(
        f.ScreenPopCompleted(
            at=2,
            call=CallId("call-1"),
            seq=2,
            agent=AgentId("maria"),
            reservation=ReservationId("call-1-e1-n1"),
            customers=(ANNA,),
            history=tuple(past(10**15, number) for number in range(30)),
        )
    )[0]
    assert isinstance(second, Draft)
    assert second.d.script[0].startswith("word word")
    assert len(second.d.script[0]) > 3000
    assert len(second.d.history) == 10


def test_history_shows_names_for_the_ids_it_knows() -> None:
    row = replace(past(10**15, 0), queue="service", agent="jonas", disposition="return")
    unknown = replace(row, queue="closed-last-year", agent="somebody")
    rows = history_of((row, unknown), roster())
    shown = (rows[0].queue, rows[0].agent, rows[0].disposition)
    assert shown == ("Customer service", "Jonas Weber", "Return")
    assert (rows[1].queue, rows[1].agent) == ("closed-last-year", "somebody")


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("Bob\x00\x1b[31m O'Neil", "Bob [31m O'Neil"),
        ("<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"),
        ("evil\u202eexe.txt", "evil exe.txt"),
        ("  two \n lines\t", "two lines"),
        ("Zoë Ångström 王小明 😀", "Zoë Ångström 王小明 😀"),
        ("half \ud83d", "half"),
    ],
)
def test_names_lose_what_is_not_text_and_keep_what_is(given: str, shown: str) -> None:
    assert clean(given) == shown


def test_notes_keep_their_lines() -> None:
    assert clean_lines("one\r\ntwo\x07\nthree") == "one\ntwo \nthree"


def test_a_pop_reads_as_over_once_the_agent_is_done_with_the_call() -> None:
    shown = view()
    draft = shown.apply(pop())[0]
    assert isinstance(draft, Draft)
    shown.sent(draft, 7)
    assert shown.apply(changed(f.Work.WRAP_UP, "call-1"))[:-1] == []
    amendment = shown.apply(changed(f.Work.IDLE, None))[0]
    assert isinstance(amendment, Amendment)
    assert amendment.seq == 7
    assert amendment.draft.d.ended == "finished"
    assert shown.call is None


def test_the_next_call_ends_the_pop_of_the_one_before() -> None:
    shown = view()
    draft = shown.apply(pop("call-1"))[0]
    assert isinstance(draft, Draft)
    shown.sent(draft, 7)
    changes = shown.apply(pop("call-2"))
    assert isinstance(changes[1], Amendment)
    assert shown.call is not None
    assert shown.call.call == "call-2"


def test_facts_told_twice_make_one_missed_call() -> None:
    shown = view()
    shown.apply(pop())
    over = f.OfferEnded(
        at=3,
        call=CallId("call-1"),
        seq=3,
        reservation=ReservationId("call-1-e1-n1"),
        agent=AgentId("maria"),
        result=f.OfferResult.NO_ANSWER,
    )
    shown.apply(over)
    shown.apply(over)
    assert len(shown.missed) == 1


def test_whoever_is_gone_at_once_finds_the_call_among_the_missed() -> None:
    shown = view()
    draft = shown.apply(pop())[0]
    assert isinstance(draft, Draft)
    shown.sent(draft, 7)
    part = {"call": CallId("call-1"), "agent": AgentId("maria"), "queue": QueueId("service")}
    name = ReservationId("call-1-e1-n1")
    shown.apply(f.CallConnected(at=3, seq=3, reservation=name, waited_us=0, **part))
    over = f.ConversationEnded(at=4, seq=4, talk_us=1, hold_us=0, missed=True, **part)
    told = shown.apply(over)
    assert [one.kind.__name__ for one in told if isinstance(one, Draft)] == [
        "CallEnded",
        "CallMissed",
    ]
    (amended,) = [one for one in told if isinstance(one, Amendment)]
    assert amended.draft.d.ended == "declined"
    assert [(row.call, row.reservation) for row in shown.missed] == [("call-1", name)]
    assert shown.call is None
    shown.apply(over)
    assert len(shown.missed) == 1


def test_memory_is_bounded_over_a_long_shift() -> None:
    shown = view()
    for number in range(300):
        shown.apply(pop(f"call-{number}"))
        shown.apply(
            f.OfferEnded(
                at=3,
                call=CallId(f"call-{number}"),
                seq=3,
                reservation=ReservationId(f"call-{number}-e1-n1"),
                agent=AgentId("maria"),
                result=f.OfferResult.DECLINED,
            )
        )
    assert len(shown.missed) == 50
    assert len(shown._pops) == 16
    assert shown.missed[-1].call == "call-299"


@pytest.mark.parametrize("machine", [True, False])
def test_an_agent_is_warned_of_what_may_be_a_machine(machine: bool) -> None:
    _, message = frame_of(pop(maybe_machine=machine))
    assert message.d.maybe_machine is machine
    shown = pop_text(msgspec.to_builtins(message.d))
    assert ("may be an answering machine" in shown) is machine

"""The ledger's promise: all that was missed, or a gap. Never a part."""

from hypothesis import given
from hypothesis import strategies as st

from contact_center.adapters.desktop.ledger import GapReason, Ledger


def filled(count: int, *, max_messages: int = 500, max_bytes: int = 10_000) -> Ledger:
    ledger = Ledger("agent:maria", "e1", max_messages=max_messages, max_bytes=max_bytes)
    for _ in range(count):
        ledger.append(lambda seq: b"%d" % seq)
    return ledger


@given(
    sizes=st.lists(st.integers(1, 400), max_size=60),
    position=st.integers(0, 70),
    max_messages=st.integers(1, 30),
    max_bytes=st.integers(1, 3000),
    epoch=st.sampled_from(["e1", "e0", ""]),
)
def test_a_replay_is_whole_or_it_is_a_gap(
    sizes: list[int], position: int, max_messages: int, max_bytes: int, epoch: str
) -> None:
    ledger = Ledger("agent:maria", "e1", max_messages=max_messages, max_bytes=max_bytes)
    sent = [ledger.append(lambda seq, n=size: b"%d:" % seq + b"x" * n) for size in sizes]
    assert ledger.size <= max_bytes
    answer = ledger.resume(epoch, position)
    if isinstance(answer, GapReason):
        assert epoch != "e1" or position > len(sent) or answer is GapReason.TOO_OLD
    else:
        assert epoch == "e1"
        assert answer == sent[position:]


@given(count=st.integers(0, 40), back=st.integers(0, 50), max_messages=st.integers(1, 30))
def test_whoever_is_no_further_back_than_the_bound_gets_a_replay(
    count: int, back: int, max_messages: int
) -> None:
    ledger = filled(count, max_messages=max_messages)
    position = max(0, count - back)
    answer = ledger.resume("e1", position)
    assert isinstance(answer, list) == (count - position <= max_messages)


def test_a_client_without_a_position_gets_a_gap() -> None:
    assert filled(3).resume("", 0) is GapReason.NEW


def test_another_epoch_is_a_gap_even_at_the_same_number() -> None:
    assert filled(3).resume("e0", 3) is GapReason.EPOCH


def test_a_position_from_the_future_is_a_gap() -> None:
    assert filled(3).resume("e1", 4) is GapReason.EPOCH


def test_an_amended_message_is_replayed_as_it_reads_now() -> None:
    ledger = filled(5)
    assert ledger.amend(3, lambda seq: b"%d, but missed" % seq)
    assert ledger.resume("e1", 1) == [b"2", b"3, but missed", b"4", b"5"]


def test_what_is_forgotten_cannot_be_amended() -> None:
    ledger = filled(5, max_messages=2)
    assert not ledger.amend(3, lambda _: b"")
    assert not ledger.amend(6, lambda _: b"")
    assert ledger.resume("e1", 3) == [b"4", b"5"]

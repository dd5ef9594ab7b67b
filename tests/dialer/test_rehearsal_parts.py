"""Lists of leads, and what goes on when a rehearsal begins."""

from __future__ import annotations

from dialer.floor import CallStage
from dialer.rehearsal_parts import Endless, Lead, Listed, Outcome, later, longer


class Draws:
    def __init__(self, *values: int) -> None:
        self.values = list(values)

    def draw(self, at: int) -> int:
        return self.values.pop(0) if len(self.values) > 1 else self.values[0]

    def outcome(self, at: int, lead: Lead) -> Outcome:
        return Outcome(CallStage.BUSY, self.draw(at))


def test_what_has_lasted_is_drawn_until_it_lasts_longer() -> None:
    assert longer(Draws(3, 5, 9, 20).draw, 100, 6) == 3


def test_what_never_lasts_so_long_is_over_now() -> None:
    assert longer(Draws(3).draw, 100, 6) == 0
    outcome = later(Draws(3), 0, Lead(1), 6)  # type: ignore[arg-type]
    assert outcome == Outcome(CallStage.NO_ANSWER, 6)


def test_a_list_gives_each_lead_once_with_its_odds() -> None:
    leads = Listed(3, (0.5, 2.0, 1.0))
    assert leads.odds(0, 2) == (0.5, 2.0)
    assert [leads.take(0) for _ in range(2)] == [Lead(0, 0.5), Lead(1, 2.0)]
    assert (leads.ready(0), leads.left(), leads.odds(0, 9)) == (1, True, (1.0,))
    leads.take(0)
    assert (leads.ready(0), leads.left()) == (0, False)


def test_an_endless_list_never_ends() -> None:
    leads = Endless()
    first, second = leads.take(0), leads.take(0)
    assert first != second
    assert leads.left()
    assert leads.ready(0) > 1_000_000

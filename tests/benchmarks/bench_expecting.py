"""What a pacer gains that is told how many answered on days before, and what a wrong word costs.

``python -m tests.benchmarks.bench_expecting`` runs the look-ahead through scenarios of
``docs/dialing.md``, by six seeds each:

* from a cold start that is told nothing, the rate that is true, a third of it, and three times as
  much (0.95 at most);
* through a jump of the rate after an hour and back after another, told nothing, what comes, or
  that the rate falls to a third just when it rises threefold; and told of a jump that never comes.

Every word is told as one that rests on 300 calls. A line for each scenario and word, in percent:
utilisation and abandonment of the whole run, the worst seed's, and of the first minutes, or those
after the first jump. Minutes of processor time; ``--seeds 1`` takes a sixth of them.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

from dialer.answer_prior import HOUR_US, Expected
from dialer.floor import Floor, Seen
from dialer.look_ahead import LookAhead
from dialer.pacing import Ask, Decision
from simulations.dialing.scenarios import SCENARIOS
from simulations.dialing.testbed import START_AT, Measures, Testbed, summed

Word = tuple[int, float, float | None]
"""When (microseconds after the start), the rate, and what it comes after."""

COLD = ("N5_p25_aht60", "N20_p25_aht60", "N20_p10_aht60")
JUMP, FLAT = "N20_shock15-45-15", "N20_p25_aht60"
WORDS: dict[str, dict[str, Sequence[Word]]] = {
    JUMP: {
        "nothing": (),
        "the jump": (
            (0, 0.15, None),
            (HOUR_US, 0.45, 0.15),
            (2 * HOUR_US, 0.15, 0.45),
        ),
        "a fall instead": (
            (0, 0.15, None),
            (HOUR_US, 0.05, 0.15),
            (2 * HOUR_US, 0.15, 0.05),
        ),
    },
    FLAT: {
        "a rise that never comes": ((0, 0.25, None), (HOUR_US, 0.75, 0.25)),
        "a fall that never comes": ((0, 0.25, None), (HOUR_US, 0.25 / 3, 0.25)),
    },
}


class Told:
    """A look-ahead that is told something at times."""

    name = "look_ahead"

    def __init__(self, words: Sequence[Word]) -> None:
        self._pacer = LookAhead()
        self._words = list(words)
        self._tell(0)

    def observe(self, seen: Seen, floor: Floor) -> None:
        """Pass on what happened."""
        self._pacer.observe(seen, floor)

    def decide(self, floor: Floor, ask: Ask) -> Decision:
        """Tell what is due, and pass on the question."""
        self._tell(ask.now - START_AT)
        return self._pacer.decide(floor, ask)

    def _tell(self, after_us: int) -> None:
        while self._words and self._words[0][0] <= after_us:
            _, rate, before = self._words.pop(0)
            self._pacer.expect(Expected(rate=rate, spread=0.1, calls=300.0, instead_of=before))


def words_of(scenario: str, times: float) -> Sequence[Word]:
    """Give the one word at the start of a scenario whose name has its rate; 0 times: none."""
    rate = int(scenario.partition("_p")[2].partition("_")[0]) / 100
    return ((0, min(rate * times, 0.95), None),) if times else ()


def one(scenario: str, words: Sequence[Word], seed: int) -> tuple[Measures, list[float]]:
    """Run once; gives utilisation of three and of ten minutes too, and how many were lost then."""
    bed = Testbed(SCENARIOS[scenario], Told(words), seed)
    measures = bed.run()
    first = 60 if scenario == JUMP or len(words) > 1 else 0
    three, ten = (summed(bed.minutes[first : first + count]) for count in (3, 10))
    return measures, [three.utilisation, ten.utilisation, ten.abandonment * ten.live / 100]


def main() -> None:
    """Run everything and print the lines."""
    options = argparse.ArgumentParser(description="benchmark of expected answer rates")
    options.add_argument("--seeds", type=int, default=6)
    options.add_argument("--processes", type=int, default=2)
    chosen = options.parse_args()
    told = {0.0: "nothing", 1.0: "what is true", 1 / 3: "a third", 3.0: "three times as much"}
    runs = [(name, word, words_of(name, times)) for name in COLD for times, word in told.items()]
    runs += [(name, word, plan) for name, each in WORDS.items() for word, plan in each.items()]
    seeds = range(1000, 1000 + chosen.seeds)
    print("| scenario | told | utilisation | abandonment | worst seed | 3 min | 10 min | lost |")
    with ProcessPoolExecutor(chosen.processes) as pool:
        waiting = [[pool.submit(one, name, plan, seed) for seed in seeds] for name, _, plan in runs]
        for (name, word, _), futures in zip(runs, waiting, strict=True):
            found = [each.result() for each in futures]
            whole = [each for each, _ in found]
            columns = [
                sum(each.utilisation for each in whole) / len(whole),
                sum(each.abandonment for each in whole) / len(whole),
                max(each.abandonment for each in whole),
                *(sum(extra[at] for _, extra in found) / len(found) for at in range(3)),
            ]
            shown = " | ".join(
                f"{100 * value:.{2 if 0 < at < 3 else 1}f}" for at, value in enumerate(columns)
            )
            print(f"| `{name}` | {word} | {shown} |", flush=True)


if __name__ == "__main__":
    main()

"""Random days of a router, for long runs: what happens, how often, from one seed."""

from collections.abc import Callable
from random import Random

from tests.core.router_world import World

Happening = Callable[[World, int], None]

HAPPENINGS: list[tuple[int, str, Happening]] = [
    (12, "arrive", lambda w, n: w.arrive(n)),
    (3, "hang up", lambda w, n: w.hang_up(n)),
    (3, "rekey", lambda w, n: w.rekey(n)),
    (1, "ask wait", lambda w, n: w.ask_wait(n)),
    (2, "scores", lambda w, n: w.scores(n)),
    (9, "accept", lambda w, n: w.accept(n, well=n % 3 > 0)),
    (3, "connect", lambda w, n: w.connect(n)),
    (2, "fail", lambda w, n: w.fail(n, n // 7, n % 2 == 0)),
    (2, "decline", lambda w, n: w.decline(n)),
    (4, "a good hour", lambda w, n: w.good_hour(n)),
    (1, "hold", lambda w, n: w.hold(n)),
    (7, "finish", lambda w, n: w.finish(n, n % 5 > 0)),
    (1, "consult", lambda w, n: w.consult(n)),
    (1, "screen", lambda w, n: w.screen(n, n // 7 % 4 > 0)),
    (6, "presence", lambda w, n: w.presence(n, n // 7)),
    (3, "queue pause", lambda w, n: w.queue_pause(n, n // 7)),
    (1, "device", lambda w, n: w.device(n, n // 7)),
    (2, "wrap-up", lambda w, n: w.want_wrap_up(n, n // 7 % 2 == 0)),
    (3, "disposition", lambda w, n: w.disposition(n)),
    (3, "supervisor", lambda w, n: w.supervisor(n)),
    (3, "again", lambda w, n: w.again(n)),
    (8, "time", lambda w, n: w.pass_time(n)),
    (6, "deadline", lambda w, n: w.next_deadline()),
    (1, "gap", lambda w, n: w.gap(n % 3 > 0)),
    (1, "crash", lambda w, n: w.crash()),
    (2, "twin", lambda w, n: w.twin_again()),
    (1, "reload", lambda w, n: w.reload(n % 1_000)),
]
_WEIGHTS = [weight for weight, _, _ in HAPPENINGS]


def live_through(seed: int, steps: int, trace: list[tuple[str, int]] | None = None) -> World:
    """Live through so many steps of a seed, and end well. Raises AssertionError."""
    chance = Random(seed)
    world = World(seed)
    for _ in range(steps):
        _, name, act = chance.choices(HAPPENINGS, _WEIGHTS)[0]
        number = chance.randrange(100_000)
        if trace is not None:
            trace.append((name, number))
        act(world, number)
    world.end_well()
    return world

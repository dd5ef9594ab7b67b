"""Runs of call scripts for tests: one that is known step by step, and many walked at random."""

from __future__ import annotations

from random import Random

from contact_center.core.ids import RecordingId
from contact_center.core.parties import Stretch
from contact_center.core.scripting import facts as f
from contact_center.core.scripting import reading
from contact_center.core.scripting.kept import KeptRun
from contact_center.core.scripting.reading import ScriptRefusedError
from contact_center.core.scripting.run import Run
from contact_center.core.scripting.script import Script
from tests.core.scripting.scripts import NAMES, OFFERED, SALE, script

S = 1_000_000
HEARD = Stretch(recording=RecordingId("r-1"), end_us=8 * S, long_us=6 * S)
TODAY = script()
YESTERDAY = script(SALE.replace("No refunds.", "No refunds at all."))
OTHER = script(SALE.replace("script: sale", "script: help"))


def kept_of(run: Run, facts: list[f.ScriptFact]) -> KeptRun:
    """Keep a run as it is now."""
    return KeptRun(
        call=run.call,
        script=run.script.script,
        version=run.script.version,
        language=run.language,
        agent=run.agent,
        queue=run.queue,
        facts=tuple(facts),
    )


def sold(call: str, at: int, disposition: str = "sold", *, accepts: bool = True) -> KeptRun:
    """Ann sells, with an objection on the way, an offer that is answered, and a way back."""
    run = Run(call=call, script=TODAY, agent="ann", language="en-US", queue="sales")
    names = OFFERED
    facts = [
        *reading.begin(run, names, at),
        *reading.answer(run, "wants", True, at + S),
        *reading.object_to(run, "price", at + S),
        *reading.close_objection(run, names, at + S),
        *reading.go_on(run, names, at + 2 * S),
        *reading.confirm(run, at + 8 * S, HEARD if accepts else None),
        *reading.go_on(run, names, at + 8 * S),
        *reading.answer(run, "colour", "red", at + 9 * S),
        *reading.answer(run, "card", "1", at + 9 * S),
        *reading.go_on(run, names, at + 10 * S),
        *reading.go_back(run, at + 11 * S),
        *reading.go_on(run, names, at + 14 * S),
        *reading.answer_offer(run, names, at + 15 * S, accepted=accepts),
    ]
    if accepts:
        facts += reading.end(run, disposition, at + 20 * S)
    return kept_of(run, facts)


def hung_up(call: str, at: int, disposition: str = "no_sale") -> KeptRun:
    """Bob is hung up on after the first question."""
    run = Run(call=call, script=TODAY, agent="bob", language="en-US", queue="support")
    facts = [*reading.begin(run, NAMES, at), *reading.end(run, disposition, at + 3 * S)]
    return kept_of(run, facts)


def walked(number: int, seed: int) -> list[KeptRun]:
    """Runs in which agents do whatever comes to their minds."""
    dice = Random(seed)
    return [_walk(dice, f"call-{n % (number * 3 // 4)}", (10 + n * 100) * S) for n in range(number)]


def _walk(dice: Random, call: str, at: int) -> KeptRun:
    made: Script = dice.choice([TODAY, TODAY, YESTERDAY, OTHER])
    run = Run(
        call=call,
        script=made,
        agent=dice.choice(["ann", "bob"]),
        language="en-US",
        queue=dice.choice(["sales", "support"]),
    )
    names = dice.choice([NAMES, OFFERED])
    facts = reading.begin(run, names, at)
    for _ in range(dice.randrange(40)):
        at += dice.randrange(9 * S)
        try:
            facts += _do(dice, run, names, at)
        except ScriptRefusedError:
            continue
    if dice.random() < 0.8:
        code = dice.choice(["sold", "no_sale", "", "quote"])
        facts += reading.end(run, code, at + S, overruled=True)
    return kept_of(run, facts)


def _do(dice: Random, run: Run, names: dict[str, object], at: int) -> list[f.ScriptFact]:
    what = dice.randrange(12)
    match what:
        case 0:
            return reading.object_to(run, dice.choice(["price", "later"]), at)
        case 1:
            return reading.close_objection(run, names, at, go=dice.random() < 0.3)
        case 2:
            return reading.go_back(run, at)
        case 3:
            return reading.hand_over(run, dice.choice(["ann", "bob"]), at)
        case 4:
            return reading.answer(run, "wants", dice.random() < 0.8, at)
        case 5:
            return reading.answer(run, "card", "1", at)
        case 6:
            return reading.answer(run, "colour", dice.choice(["red", "red", "blue"]), at)
        case 7:
            return reading.confirm(run, at, dice.choice([HEARD, None]))
        case 8:
            return reading.answer_offer(run, names, at, accepted=dice.random() < 0.5)
        case _:
            return reading.go_on(run, names, at)

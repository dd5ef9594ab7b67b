"""The command ``leads owners``: ask who has the numbers of a list now, and keep what is said."""

import argparse
import asyncio
import sys
from collections import Counter

from contact_center.adapters.lookups.owners import MOST, Asked, Owners
from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.dialing import owners
from contact_center.adapters.sql.dialing.barring import Barring
from contact_center.adapters.sql.dialing.filters import list_facts
from contact_center.runtime.clock import WallClock
from dialer.ids import ListId

_DAY_US = 86_400_000_000


async def ask_owners(database: Database, options: argparse.Namespace) -> int:
    """Ask for every number that has no fresh answer. Each answer is kept at once, so that what is
    broken off goes on where it was. Raises OwnersAwayError and StorageError."""
    name, clock = ListId(options.list), WallClock()
    await database.read(lambda c: list_facts(c, name))
    before = clock.now() - options.days * _DAY_US
    token = ""
    if options.token_file is not None:
        token = (await asyncio.to_thread(options.token_file.read_text, "utf-8")).strip()
    told: Counter[str] = Counter()
    barring, behind = Barring(database), ""
    async with Owners(options.url, token) as there:
        while True:
            found = await database.read(
                lambda c, behind=behind: owners.to_ask(c, name, before, behind, MOST)  # type: ignore[misc]
            )
            if not found:
                break
            behind = found[-1][0]
            answers = await there.ask([Asked(number, since) for number, since in found])
            for number, answer in answers.items():
                await barring.rnd_answer(number, answer, clock.now(), options.by)
            told.update(answers.values())
            told["unanswered"] += len(found) - len(answers)
    sys.stdout.write(
        f"{told['yes']} numbers have another owner, {told['no']} have not,"
        f" of {told['no_data']} nothing is known, {told['unanswered']} were not answered\n"
    )
    return 1 if told["unanswered"] else 0

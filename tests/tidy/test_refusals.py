"""What the server refuses is said in the user's language: every code has words in both."""

from __future__ import annotations

import json
import re
from pathlib import Path

from contact_center.adapters.api import outcomes
from contact_center.adapters.desktop import wish

ROOT = Path(__file__).parents[2]
WORDS = ROOT / "client" / "src" / "words"
SAYS = re.compile(
    r'(?:refusal|_refusal|problem_answer|NoSoundError|Refusal)\(\s*(?:[\w.]+,\s*)?(?:error=)?"(\w+)"'
)
PROGRAMS = {
    "token",  # asks for a token
    "no_such_work",
    "taken",  # of work that other systems withdraw
    "no_such_offer",
    "no_such_lead",
    "no_such_script",
    "no_such_person",
    "not_a_lead",
    "malformed",  # no page of ours sends that
    "json",
    "too_long",
}
"""What no page asks for, so that people never read it."""


def told() -> set[str]:
    """Every code that a door of a page may answer with."""
    here = ROOT / "contact_center"
    files = [
        *(here / "adapters" / "api").glob("*.py"),
        *(here / "adapters" / "console").glob("*.py"),
        *(here / "adapters" / "phone").glob("*.py"),
        here / "adapters" / "desktop" / "server.py",
        here / "adapters" / "desktop" / "session_doors.py",
        here / "app" / "sounds.py",
    ]
    codes = {code for file in files for code in SAYS.findall(file.read_text(encoding="utf-8"))}
    return codes | set(outcomes._MESSAGES)


def words(language: str) -> set[str]:
    known: dict[str, str] = {}
    for file in (WORDS / f"{language}.json", WORDS / "floor" / f"{language}.json"):
        known |= json.loads(file.read_text(encoding="utf-8"))
    return {key.removeprefix("error.") for key, text in known.items() if text}


def test_every_refusal_that_people_may_read_has_words_in_both_languages() -> None:
    codes = told()
    assert len(codes) > 40
    for language in ("en", "es"):
        assert sorted(codes - words(language) - PROGRAMS) == [], language


def test_every_refusal_of_a_desk_has_spanish_words_beside_the_servers() -> None:
    spanish = json.loads((WORDS / "desk.problems.es.json").read_text(encoding="utf-8"))
    assert sorted(set(wish._WORDS) - set(spanish)) == []
    assert all(spanish.values())

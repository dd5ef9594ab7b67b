"""Menus of other systems with mistakes in them: refused with a place, or made into what loads."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from contact_center.app.ivr.finding import made_up
from contact_center.content.center import load_content
from contact_center.content.importing.dialplan import DialplanError, import_dialplan
from contact_center.content.importing.plain_json import JsonError
from contact_center.content.importing.report import Report
from contact_center.content.importing.studio import StudioError, import_studio
from tests.content.importing.test_flows_walked import DIALPLANS, STUDIO

TRIES = 60
_STEP = re.compile(r"(.*?(?:n|\d)(?:\(\w+\))?,)[A-Z]\w+.*")
_FIELD = re.compile(r'"next": "(\w+)"|: ("[^"]*"|\d+|true)')
STEPS = [
    "Goto(s,1)",
    "Gosub(s,1)",
    "Return()",
    "Goto(${EXTEN},1)",
    "Background(a)",
    "Playback(${X})",
    "Macro(x)",
    "Set(A=$[${B}+1])",
    "GotoIf($[${A}=1]?1,1:2,1)",
    "Read(Z,,3)",
    "Dial(SIP/1)",
    "Queue(${A})",
    "WaitExten()",
    "GotoIfTime(*,*,*,*?s,1)",
    "VoiceMail(1)",
    "SayDigits(${CALLERID(name)})",
    "Hangup()",
]
VALUES = [
    '""',
    "-1",
    "[]",
    "{}",
    "null",
    '"1"',
    '"${x"',
    '"hangup"',
    '"main"',
    "99999",
    '"say-play"',
    '"split-based-on"',
    '"regex"',
    '"gather-input-on-call"',
    '"{{flow.variables.x}}"',
    '"{{a|b}}"',
    '"{{widgets.look_up.parsed.a.b}}"',
]


def of_dialplan(chance: random.Random, text: str) -> str:
    rows = text.split("\n")
    here, there = chance.randrange(len(rows)), chance.randrange(len(rows))
    step = _STEP.match(rows[here])
    if step is not None and chance.random() < 0.5:
        rows[here] = step[1] + chance.choice(STEPS)
    elif chance.random() < 0.5:
        rows[here], rows[there] = rows[there], rows[here]
    else:
        rows.insert(here, rows.pop(there))
    return "\n".join(rows)


def of_definition(chance: random.Random, text: str) -> str:
    names = re.findall(r'"name": "(\w+)"', text)
    field = chance.choice(list(_FIELD.finditer(text)))
    new = f'"next": "{chance.choice(names)}"' if field[1] else f": {chance.choice(VALUES)}"
    return text[: field.start()] + new + text[field.end() :]


@pytest.mark.parametrize("file", [*STUDIO, *DIALPLANS], ids=lambda file: file.name)
def test_whatever_is_wrong_is_refused_with_its_place_or_loads(file: Path) -> None:
    chance = random.Random(file.name)
    whole, loaded = file.read_text("utf-8"), 0
    for _ in range(TRIES):
        text, report = whole, Report()
        for _ in range(chance.randint(1, 6)):
            change = of_definition if file.suffix == ".json" else of_dialplan
            text = change(chance, text)
        refused = ""
        try:
            if file.suffix == ".json":
                draft = import_studio(file.name, text, report)
            else:
                draft = import_dialplan(file.name, text, "", report)
        except (DialplanError, JsonError, StudioError) as error:
            refused = str(error)
        if refused:
            assert re.match(rf"{re.escape(file.name)}:\d+:", refused)
            continue
        load_content(made_up(Path("imported.yaml"), draft.text("")).sources, lambda *_: True)
        loaded += 1
    assert loaded > TRIES // 2

"""A small made-up file in the format of the telemarketing list."""

from __future__ import annotations

from pathlib import Path
from random import Random

HEAD = (
    "age;job;marital;education;default;housing;loan;contact;month;day_of_week;duration;campaign;"
    "pdays;previous;poutcome;y"
)


def write_list(path: Path, rows: int = 240, seed: int = 3) -> Path:
    """Write `rows` people; who bought before buys again more often, and mobiles answer sooner."""
    chance = Random(seed)
    lines = [HEAD]
    for _ in range(rows):
        before = chance.random() < 0.2
        mobile = chance.random() < 0.6
        buys = chance.random() < (0.6 if before else 0.1)
        tries = 1
        while chance.random() > (0.6 if mobile else 0.25) and tries < 12:
            tries += 1
        cells = [
            str(chance.randint(19, 80)),
            chance.choice(["student", "retired", "blue-collar", "unknown"]),
            "single",
            "high.school",
            chance.choice(["no", "unknown"]),
            chance.choice(["yes", "no"]),
            "no",
            "cellular" if mobile else "telephone",
            *("may", "mon", str(chance.randint(20, 200)), str(tries)),
            "3" if before else "999",
            "1" if before else "0",
            "success" if before else "nonexistent",
            "yes" if buys else "no",
        ]
        lines.append(";".join(f'"{cell}"' for cell in cells))
    path.write_text("\n".join(lines) + "\n")
    return path

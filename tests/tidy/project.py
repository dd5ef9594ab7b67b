"""What the project is made of: the files that are, or are about to be, committed."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
ENDINGS = ".py .md .yaml .yml .toml .txt .conf .json .html .css .js .svg .mako .cfg .ini .sh"
TEXT = frozenset(ENDINGS.split())


@cache
def files() -> tuple[Path, ...]:
    """Every file that git keeps or would add, by path from the project's folder."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    ).stdout.decode()
    return tuple(sorted(Path(n) for n in listed.split("\0") if n and (ROOT / n).is_file()))


def texts() -> tuple[Path, ...]:
    """The files among them that people read."""
    return tuple(p for p in files() if p.suffix in TEXT or not p.suffix)


def python(folder: str) -> tuple[Path, ...]:
    """The Python files below a folder."""
    return tuple(p for p in files() if p.suffix == ".py" and p.parts[0] == folder)


def pages() -> tuple[Path, ...]:
    """The pages of the documentation."""
    return tuple(p for p in files() if p.suffix == ".md")


def read(path: Path) -> str:
    """Give a file's text."""
    return (ROOT / path).read_text(encoding="utf-8")

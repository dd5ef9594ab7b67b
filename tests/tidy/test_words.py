"""What may not stand in any file: work left undone, somebody's machine, anybody's secrets."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.tidy.project import read, texts

HERE = Path("tests/tidy/test_words.py")
BANNED: dict[str, str] = {
    "work left undone": r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b",
    "a path of somebody's machine": r"(?<![\w.])/(?:home|Users|work|root)/\w",
    "a package registry": r"\b(?:files\.pythonhosted|registry\.npmjs|proxy\.golang)\.org\b"
    r"|https?://(?:pypi|deb\.debian)\.org",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "a token": r"\b(?:ghp_|github_pat_|xox[bp]-|sk_live_|AKIA)[A-Za-z0-9_]{10,}",
    "a password hash": r"\$argon2id\$v=\d+\$m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/]{16,}\$",
    "a merge that was not finished": r"^(?:<{7}|>{7}) ",
}


@pytest.mark.parametrize("kind", BANNED)
def test_no_file_holds(kind: str) -> None:
    pattern = re.compile(BANNED[kind], re.M)
    found = [
        f"{path}:{text.count(chr(10), 0, match.start()) + 1}: {match[0]}"
        for path in texts()
        if path != HERE
        for text in [read(path)]
        for match in pattern.finditer(text)
    ]
    assert found == []


def test_every_text_file_ends_with_one_newline() -> None:
    ends = {str(path): read(path)[-2:] for path in texts() if read(path)}
    assert len(ends) > 100
    assert [p for p, end in ends.items() if not end.endswith("\n") or end == "\n\n"] == []

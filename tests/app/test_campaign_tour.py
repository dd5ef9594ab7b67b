"""The five minutes of docs/campaigns.md: its lines are commands, and its list is brought in."""

from __future__ import annotations

import shlex
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from contact_center.app.dialer_command import dialer_command
from contact_center.app.leads_command import leads_command
from tests.app.test_commands import service

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/campaigns.md").read_text(encoding="utf-8")
LINES = [shlex.split(line)[1:] for line in PAGE.splitlines() if line.startswith("    center ")]
SOURCES = ("us_national", "gb_tps", "gb_ctps")


@pytest.fixture
def newcomer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder of its own, and nothing that runs."""
    for name, value in service(tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(ROOT)
    return tmp_path


def test_every_line_for_the_dialer_is_one_of_its_commands(
    newcomer: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = [words[1:] for words in LINES if words[0] == "dialer"]
    assert {words[0] for words in asked} >= {"plan", "start", "explain", "what-if", "stop-all"}
    for words in asked:
        assert dialer_command(words) == 2, "there is nobody to ask"
        assert "usage" not in capsys.readouterr().err


def test_the_list_is_brought_in_whole_and_scrubbed(newcomer: Path) -> None:
    (line,) = [words[1:] for words in LINES if words[:2] == ["leads", "import"]]
    verdicts = newcomer / "verdicts.csv"
    assert leads_command([*line, "--verdicts", str(verdicts)]) == 0
    assert f"for list in {' '.join(SOURCES)}; do center leads suppress" in PAGE
    for source in SOURCES:
        given = ["suppress", "config/retailer/do_not_call.csv", "--source", source]
        assert leads_command(given) == 0
    with closing(sqlite3.connect(next(newcomer.rglob("contact-center.db")))) as database:
        assert database.execute("SELECT count(*) FROM leads").fetchone() == (200,)
        scrubbed = database.execute("SELECT source FROM suppression_scrubs ORDER BY source")
        assert [source for (source,) in scrubbed] == sorted(SOURCES)
        places = database.execute("SELECT DISTINCT region FROM lead_numbers").fetchall()
    assert {"US-CA", "US-NY", "US-HI", "US-GU", "GB"} <= {region for (region,) in places}

"""The command for lists, as a person uses it: a file in, verdicts and counts out."""

from __future__ import annotations

import csv
import io
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from contact_center.app.leads_command import Reading, leads_command
from contact_center.app.leads_progress import Bar
from contact_center.content.list_reading import ListFileError
from contact_center.content.list_shape import load_list
from tests.app.test_commands import run

SHAPE = """
list: spring
party: id
name: name
numbers: [phone]
fields: {age: integer, note: text, loan: yes_no}
"""
ROWS = """id;name;phone;age;note;loan
1;Ana;+12125550101;41;=1+1;yes
2;Ben;2125550102;30;plain;no
3;Coy;12345;30;;no
2;Ben;2125550102;30;plain;no
"""


@pytest.fixture
def shape(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A definition; the database of the process is a file beside it."""
    monkeypatch.setenv("CC_DATABASE_URL", f"sqlite:///{tmp_path}/center.db")
    (tmp_path / "spring.yaml").write_text(SHAPE)
    (tmp_path / "spring.csv").write_text(ROWS)
    return tmp_path / "spring.yaml"


def leads(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    code = leads_command([str(word) for word in words])
    told = capsys.readouterr()
    return code, told.out, told.err


def imported(
    capsys: pytest.CaptureFixture[str], shape: Path, *words: object
) -> tuple[int, str, str]:
    return leads(capsys, "import", shape.with_suffix(".csv"), "--shape", shape, *words)


def test_a_file_becomes_a_list_with_a_verdict_for_each_row(
    shape: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = imported(capsys, shape)
    assert code == 1  # a row was rejected
    counts = {line.split()[0]: line.split()[1] for line in out.splitlines()[1:-1]}
    assert counts == {
        "added": "2",
        "updated": "0",
        "duplicates": "1",
        "suppressed": "0",
        "rejected": "1",
        "in_file": "1",
        "number": "1",
    }
    assert "spring.csv: 100 %, 4 rows" in err
    with (shape.parent / "spring.csv.verdicts.csv").open() as file:
        verdicts = [(row["row"], row["verdict"], row["code"]) for row in csv.DictReader(file)]
    assert verdicts == [
        ("2", "imported", ""),
        ("3", "imported", ""),
        ("4", "rejected", "number"),
        ("5", "duplicate", "in_file"),
    ]
    code, out, _ = leads(capsys, "lists", "--json")
    (told,) = json.loads(out)
    assert (code, told["list"], told["states"]) == (0, "spring", {"open": 2})
    assert leads(capsys, "lists")[1].startswith("spring: 2 leads (2 open)\n")


def test_a_dry_run_says_the_same_and_imports_nothing(
    shape: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = imported(capsys, shape, "--dry-run")
    assert (code, out.splitlines()[0]) == (1, "nothing was imported: a dry run")
    assert leads(capsys, "lists")[1] == ""


def test_a_filter_is_counted_saved_and_used_by_its_name(
    shape: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    imported(capsys, shape)
    here = ("--list", "spring", "--filter")
    assert leads(capsys, "count", *here, "fields.age > 35") == (0, "1\n", "")
    assert leads(capsys, "segment", "old", *here, "fields.age > 35", "--snapshot")[:2] == (0, "1\n")
    assert leads(capsys, "count", *here, '!("old" in lead.segments)') == (0, "1\n", "")
    code, _, err = leads(capsys, "count", *here, "fields.agee > 35")
    assert (code, err) == (2, 'character 8: the list has no field "agee" (did you mean "age"?)\n')
    code, _, err = leads(capsys, "count", "--list", "autumn")
    assert (code, err) == (2, 'there is no list "autumn"\n')


def test_an_export_holds_no_formula(shape: Path, capsys: pytest.CaptureFixture[str]) -> None:
    imported(capsys, shape)
    out = shape.parent / "out.csv"
    assert leads(capsys, "export", "--list", "spring", "--out", out)[0] == 0
    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["note"] for row in rows] == ["'=1+1", "plain"]
    assert [row["number_1"] for row in rows] == ["'+12125550101", "'+12125550102"]
    assert [row["loan"] for row in rows] == ["yes", "no"]
    code, text, _ = leads(capsys, "export", "--list", "spring", "--filter", "fields.loan")
    assert (code, len(text.splitlines())) == (0, 2)


def test_an_export_can_be_imported_again(shape: Path, capsys: pytest.CaptureFixture[str]) -> None:
    imported(capsys, shape)
    out = shape.parent / "out.csv"
    leads(capsys, "export", "--list", "spring", "--out", out)
    again = SHAPE.replace("party: id", "party: key").replace("[phone]", "[number_1]")
    shape.write_text(again)
    code, told, _ = leads(capsys, "import", out, "--shape", shape)
    assert (code, told.splitlines()[2].split()) == (0, ["updated", "2"])


def test_barred_numbers_are_not_imported_as_open_leads(
    shape: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    barred = shape.parent / "barred.txt"
    barred.write_text("number\n+1 212 555 0101\nnobody\n")
    code, out, err = leads(capsys, "suppress", barred, "--reason", "asked")
    assert (code, err) == (1, "line 3: not a telephone number\n")
    assert out == "1 numbers are barred (global, internal), 1 lines are not\n"
    imported(capsys, shape)
    assert json.loads(leads(capsys, "lists", "--json")[1])[0]["states"] == {
        "open": 1,
        "suppressed": 1,
    }
    code, _, err = leads(capsys, "suppress", barred, "--scope", "planet")
    assert (code, "planet" in err) == (2, True)


def test_what_cannot_be_read_is_said_and_nothing_is_done(
    shape: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    csv_file = shape.with_suffix(".csv")
    csv_file.write_text(ROWS.replace("phone", "fone"))
    code, _, err = imported(capsys, shape)
    assert (code, 'no column "phone" (did you mean "fone"?)' in err) == (2, True)
    csv_file.unlink()
    assert imported(capsys, shape)[0] == 2
    shape.write_text("list: [\n")
    code, _, err = imported(capsys, shape)
    assert (code, "E001" in err) == (2, True)
    assert leads(capsys, "lists")[1] == ""


def test_the_best_time_is_learned_from_attempts_if_there_are_any(
    shape: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    imported(capsys, shape)
    words = ("best-time", "--list", "spring", "--seed", "4")
    code, out, _ = leads(capsys, *words)
    # Nothing is known: what is drawn lets the hour of the list's one zone be tried.
    assert (code, out) == (0, "learned from 0 attempts; the odds of 2 leads changed\n")
    assert leads(capsys, "best-time", "--list", "autumn")[0] == 2


async def test_it_is_a_command_of_the_program(shape: Path) -> None:
    from tests.app.test_commands import environment

    env = environment(CC_DATABASE_URL=f"sqlite:///{shape.parent}/center.db")
    code, text = await run(
        "leads", "import", str(shape.with_suffix(".csv")), "--shape", str(shape), env=env
    )
    assert (code, 'list "spring"' in text, "Traceback" in text) == (1, True, False)


def test_the_position_in_a_file_grows_to_its_size(tmp_path: Path) -> None:
    file = tmp_path / "big.csv"
    file.write_text(ROWS.splitlines()[0] + "\n" + f"{ROWS.splitlines()[1]}\n" * 20_000)
    reading = Reading(file, load_list("spring.yaml", SHAPE))
    rows = reading.rows_behind(1)
    for _ in range(1_000):
        next(rows)
    assert 0 < reading.position < reading.size
    assert sum(1 for _ in rows) == 19_000
    assert reading.position == reading.size
    reading.close()
    with pytest.raises(ListFileError):
        Reading(file, load_list("spring.yaml", SHAPE.replace("phone", "fone")))


def test_a_bar_fills_on_a_terminal_and_is_a_few_lines_elsewhere() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for to in (Terminal(), io.StringIO()):
        bar = Bar("a.csv", 1_000, to)
        for position in range(0, 1_001, 10):
            bar.show(position, position // 10)
        bar.end()
        told = to.getvalue()
        if to.isatty():
            assert told.endswith("[##############################] 100 %       100 rows\n")
        else:
            assert told.count("\n") == 11


class _Regulator(BaseHTTPRequestHandler):
    """Of two numbers it knows that one has another owner."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["numbers"]
        known = {"+12125550101": "yes", "+12125550102": "no"}
        told = [{"number": n["number"], "answer": known[n["number"]]} for n in asked]
        body = json.dumps({"answers": told}).encode()
        self.send_response(200 if self.headers["Authorization"] == "Bearer open sesame" else 401)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def regulator() -> Iterator[str]:
    """A database of reassigned numbers."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Regulator)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_database_of_reassigned_numbers_is_asked_about_a_list(
    shape: Path, regulator: str, capsys: pytest.CaptureFixture[str]
) -> None:
    imported(capsys, shape)
    words = ("owners", "--list", "spring", "--url", regulator, "--by", "mia")
    code, _, err = leads(capsys, *words)
    assert code == 2
    assert "401" in err
    token = shape.with_name("token")
    token.write_text("open sesame\n")
    code, out, _ = leads(capsys, *words, "--token-file", token)
    assert (code, out.split(",")[0]) == (0, "1 numbers have another owner")
    assert "1 have not" in out
    code, out, _ = leads(capsys, *words, "--token-file", token)
    assert (code, out[:2]) == (0, "0 "), "fresh answers are not asked for again"

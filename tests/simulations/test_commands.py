"""The command line: what it prints, writes and says when it cannot."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from simulations.__main__ import COMMANDS, main
from simulations.commands.progress import Progress
from simulations.dialing.page import BEGIN, END
from simulations.workload_file import load_workload
from tests.simulations.center.busy_hour import FOLDER
from tests.simulations.past import calls_of
from tests.simulations.test_fitting import KNOWN


def calls_file(folder: Path, *more: str) -> Path:
    path = folder / "calls.csv"
    path.write_text("".join([*calls_of(KNOWN, days=3), *more]), encoding="utf-8")
    return path


def test_fit_writes_a_scenario_and_tells_what_was_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "scenario.yaml"
    assert main(["fit", str(calls_file(tmp_path)), "--out", str(out)]) == 0
    assert set(load_workload(out).queues) == {"sales", "support"}
    shown = capsys.readouterr().out
    assert "sales" in shown
    assert "4 agents" in shown
    assert out.read_text().startswith("# fitted to: calls.csv")


def test_fit_names_bad_rows_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "scenario.yaml"
    calls = calls_file(tmp_path, "soon,sales,order,1,answered,5,0,ana\n")
    last = len(calls.read_text().splitlines())
    assert main(["fit", str(calls), "--out", str(out)]) == 2
    assert f"calls.csv:{last}: arrived" in capsys.readouterr().err
    assert not out.exists()
    assert main(["fit", str(calls), "--out", str(out), "--skip-bad-rows"]) == 0
    assert out.exists()


def test_fit_shows_the_first_mistakes_and_counts_the_rest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    calls = calls_file(tmp_path, *["soon,sales,order,1,answered,5,0,ana\n"] * 50)
    main(["fit", str(calls), "--out", str(tmp_path / "scenario.yaml")])
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 22
    assert lines[20] == "and 30 more"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no column"),
        (b"arrived,queue,type,waited,outcome,talk,wrap_up,agent\n", "no calls"),
        (b"arrived\xff\n", "UTF-8"),
        (None, "No such file"),
    ],
)
def test_fit_says_why_it_cannot(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, said: str
) -> None:
    calls = tmp_path / "calls.csv"
    if content is not None:
        calls.write_bytes(content)
    assert main(["fit", str(calls), "--out", str(tmp_path / "scenario.yaml")]) == 2
    assert said in capsys.readouterr().err


def test_fit_says_that_it_cannot_write(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "nowhere" / "scenario.yaml"
    assert main(["fit", str(calls_file(tmp_path)), "--out", str(out)]) == 2
    assert "No such file" in capsys.readouterr().err


def test_validate_prints_json(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["validate", "--engine", "heap", "--replications", "5", "--calls", "2000", "--json"]
    status = main(words)
    document = json.loads(capsys.readouterr().out)
    assert document["engine"] == "heap"
    assert len(document["points"]) > 40
    assert status == (1 if document["outside"] else 0)


def test_validate_prints_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    main(["validate", "--replications", "2", "--calls", "100", "--jobs", "1"])
    shown = capsys.readouterr()
    assert shown.out.splitlines()[-1].endswith("outside")
    assert "Erlang B, 10 agents, 5 Erlang" in shown.out
    assert len(shown.err.splitlines()) == 14


def test_validate_wants_enough_to_say_something(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "--replications", "1"]) == 2
    assert "at least 2" in capsys.readouterr().err


def test_bench_prints_what_it_measured_and_how_busy_the_machine_was(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = "bench routing --agents 60 --waiting 90 --types 30 --classes 130 --decisions 20"
    assert main([*words.split(), "--queues", "10", "20", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    keys = {"agent_free_p50_us", "agent_free_p99_us", "arrival_p50_us", "arrival_p99_us"}
    assert keys | {"decisions_per_s", "rss_mb", "load_average"} <= set(document)
    assert [run["queues"] for run in document["by_queues"]] == [10, 20]
    assert main(["bench", "engine", "--calls", "300", "--runs", "1"]) == 0
    assert "ciw_calls_per_s: " in capsys.readouterr().out
    assert main(["bench", "expected-wait", "--calls", "4000", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["ours"]["rmse_s"] > 0


@pytest.mark.parametrize(
    "words",
    ["routing --queues 5", "routing --classes 7", "engine --runs 0", "expected-wait --calls 1"],
)
def test_bench_says_what_it_cannot_measure(capsys: pytest.CaptureFixture[str], words: str) -> None:
    assert main(["bench", *words.split()]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_bench_dialer_prints_rows_and_does_not_repeat_what_it_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "runs"
    words = ["bench", "dialer", "--scenario", "N1_p25_aht120", "--jobs", "1", "--keep", str(kept)]
    words += ["--policies", "progressive", "best_ratio", "--seeds", "1"]
    assert main([*words, "--json"]) == 0
    shown = capsys.readouterr()
    document = json.loads(shown.out)
    keys = {"scenario", "policy", "seeds", "utilisation", "abandonment", "abandonment_worst"}
    assert keys | {"bound", "share_of_bound", "decision_p99_us"} <= set(document["rows"][0])
    assert [row["policy"] for row in document["rows"]] == ["progressive", "best_ratio"]
    assert 0.6 < document["rows"][0]["utilisation"] < 0.72
    assert shown.err == "dialer: 10 of 10\n"
    assert main(words) == 0
    again = capsys.readouterr()
    assert again.err == ""
    assert len(again.out.splitlines()) == 3


def test_bench_dialer_writes_its_part_of_the_page_and_the_plots(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["bench", "dialer", "--scenario", "N5_p25_aht60", "--jobs", "1", "--seeds", "1"]
    words += ["--policies", "progressive", "--write-docs", str(tmp_path)]
    assert main(words) == 2
    assert "dialing.md" in capsys.readouterr().err
    (tmp_path / "dialing.md").write_text(f"# Dialing\n{BEGIN}{END}\n")
    assert main(words) == 0
    assert "`N5_p25_aht60`" in (tmp_path / "dialing.md").read_text()
    plot = tmp_path / "images" / "dialing-frontier-N5.svg"
    assert plot.read_text().startswith("<svg")


@pytest.mark.parametrize(
    "words", [["--scenario", "N7"], ["--policies", "magic"], ["--quick", "--seeds", "-1"]]
)
def test_bench_dialer_says_what_there_is(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench", "dialer", *words]) == 2
    assert capsys.readouterr().err.count("\n") == 1


SCENARIO = str(FOLDER / "bank_monday.yaml")


def test_run_prints_a_table_and_writes_json_and_plots(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, folder = tmp_path / "found.json", tmp_path / "plots"
    words = ["run", SCENARIO, "--replications", "2", "--jobs", "1", "--out", str(out)]
    assert main([*words, "--plots", str(folder)]) == 0
    shown = capsys.readouterr()
    assert "banking" in shown.out
    assert "day 0 10:30" in shown.out
    assert shown.err == "A Monday at the bank: 2 of 2\n"
    found = json.loads(out.read_text())
    assert found["replications"] == 2
    assert set(found["queues"]) == {"banking", "cards", "loans"}
    names = {"service_level.svg", "waits.svg", "occupancy.svg"}
    assert {path.name for path in folder.iterdir()} == names


def test_run_tells_what_became_of_callers_in_flows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "found.json"
    words = ["run", str(FOLDER / "bank_lines.yaml"), "--replications", "2", "--out", str(out)]
    assert main(words) == 0
    shown = capsys.readouterr().out
    assert "served %" in shown
    assert "tidewater" in shown
    flows = json.loads(out.read_text())["flows"]
    assert set(flows["tidewater"]) == {"calls", "contained", "zero_out", "to_people", "in_flow_s"}
    assert flows["tidewater"]["contained"]["low"] < flows["tidewater"]["contained"]["mean"] < 1


def test_run_gives_the_same_in_one_process_and_in_two(capsys: pytest.CaptureFixture[str]) -> None:
    printed = []
    for jobs in ("1", "2"):
        main(["run", SCENARIO, "--replications", "2", "--seed", "7", "--jobs", jobs, "--json"])
        printed.append(capsys.readouterr().out)
    assert printed[0] == printed[1]
    assert json.loads(printed[0])["seed"] == 7


def test_run_names_mistakes_of_a_scenario(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "scenario.yaml"
    path.write_text("scenario: {nam: x, center: y}\nworkload: {}\n", encoding="utf-8")
    assert main(["run", str(path)]) == 2
    assert "scenario.yaml:1" in capsys.readouterr().err
    assert main(["run", str(tmp_path / "none.yaml")]) == 2
    assert main(["run", SCENARIO, "--replications", "0"]) == 2


def test_a_terminal_sees_a_bar_that_fills() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    progress = Progress("A day", 2, terminal)
    progress.step()
    assert terminal.getvalue() == "\rA day [" + "#" * 15 + "." * 15 + "] 1/2"
    progress.step()
    assert terminal.getvalue().endswith("] 2/2\n")


def test_staff_says_how_many_agents_each_interval_needs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ["staff", SCENARIO, "--queue", "loans", "--calls", "100"]
    assert main([*words, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["queues"]["loans"]
    assert [row["from_s"] for row in rows][:2] == [9 * 3600.0, 9.5 * 3600.0]
    assert all(row["agents"] >= 1 and row["service_level"] >= 0.8 for row in rows)
    assert main(["staff", SCENARIO, "--queue", "nobody"]) == 2
    assert "nobody" in capsys.readouterr().err


def test_every_command_has_a_line_of_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    shown = capsys.readouterr().out
    assert all(name in shown for name in COMMANDS)


def test_check_dialer_finds_nobody_who_was_not_to_be_called(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["check", "dialer", "--attempts", "400"]) == 0
    assert "0  that were not to be made" in capsys.readouterr().out
    assert main(["check", "dialer", "--attempts", "400", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["violations"] == 0
    assert found["asked"] >= 400
    assert main(["check", "dialer", "--attempts", "4"]) == 2

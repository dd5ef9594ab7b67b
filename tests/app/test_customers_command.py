"""Files of customers' data: each row is taken or told what to mend, and never half."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

import pytest

from contact_center.adapters.sql import customer_reading as reading
from contact_center.adapters.sql.cases import Cases
from contact_center.adapters.sql.database import connect
from contact_center.app.customers_command import customers_command
from contact_center.core.cases import Case
from contact_center.core.customer_records import Address, Line

GOOD = {
    "organisations.csv": "organisation,name,kind\ninn,Example Inn,customer\ngreen,Green,reseller\n",
    "people.csv": (
        "customer,name,numbers,email,emails,tier,street,city,organisation,role,reports_to,partner\n"
        "ann,Ann Example,(415) 555-0121; +14155550122,Ann@Example.com,a@example.com;b@example.com,"
        "gold,1 Example Road,Springfield,inn,Buyer,ben,green\n"
        "ben,Ben Example,,,,,,,inn,Owner,,\n"
    ),
    "quotes.csv": (
        "customer,record,at,state,lines\nann,Q-1,2026-11-01T09:00,sent,Hedge*2@900;Spade\n"
    ),
    "orders.jsonl": (
        '{"customer":"ann","record":"1","at":"2026-10-01T09:00:00+02:00","state":"placed",'
        '"cents":1800}\n\n'
        '{"customer":"ben","record":"2","at":1,"state":"placed","cents":5}\n'
    ),
    "churn_risks.csv": (
        "customer,risk,reasons,model,model_on\nann,0.6,late twice;moved,m,2026-11-01\n"
    ),
    "cases.csv": (
        "customer,kind,reason,subject,opened_at\nann,complaint,delivery.late,Late,2026-11-02\n"
    ),
}
BAD = {
    "people.csv": "customer,name,numbers\n,Nobody,\nx y,Odd Id,\nzoe,,\nzed,Zed,12\n",
    "quotes.csv": "customer,record,at,state\nann,Q-2,yesterday,sent\nann,Q-3,2026-01-01,lost\n",
    "orders.jsonl": "[]\n{}\n",
    "churn_risks.csv": "customer,risk,reasons,model,model_on\nann,0.6,,m,2026-11-01\n",
    "tasks.csv": "customer,record,title,colour\nann,t,x,red\n",
    "cases.csv": "customer,kind,subject\nann,complaint,Late\n",
    "products.csv": "customer,record,title,at\nann,p\n",
}


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = f"sqlite:///{tmp_path}/center.db"
    monkeypatch.setenv("CC_DATABASE_URL", url)
    return url


def write(folder: Path, files: dict[str, str]) -> str:
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return str(folder)


async def look(url: str) -> tuple[reading.Person, list[Line], str, Case]:
    database = connect(url)
    try:
        person = await database.read(partial(reading.person, customer="ann"))
        found = await database.read(partial(reading.records, customer="ann", kinds=("quote",)))
        values = await database.read(partial(reading.values, customer="ann"))
        [case] = await Cases(database).of(customer="ann")
    finally:
        await database.close()
    assert person is not None
    assert values.rfm is not None
    return person, list(found["quote"][0].lines), values.rfm[0].segment, case  # type: ignore[union-attr]


def test_a_folder_is_brought_in_and_bringing_it_in_again_changes_nothing(
    tmp_path: Path, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write(tmp_path / "data", {k: v for k, v in GOOD.items() if k != "cases.csv"})
    cases = write(tmp_path / "cases", {"cases.csv": GOOD["cases.csv"]})
    assert customers_command(["import", folder]) == 0
    assert customers_command(["import", folder]) == 0
    assert customers_command(["import", cases]) == 0
    assert "people.csv: 2 taken, 0 rejected" in capsys.readouterr().out
    ann, lines, segment, case = asyncio.run(look(database))
    assert [number for number, _ in ann.numbers] == ["+14155550121", "+14155550122"]
    assert (ann.email, ann.profile.emails) == (
        "ann@example.com",
        ("a@example.com", "b@example.com"),
    )
    assert ann.profile.address == Address(street="1 Example Road", city="Springfield")
    assert ann.above == (("ben", "Ben Example", "Owner"),)
    assert ann.partner is not None
    assert ann.partner.kind == "reseller"
    assert lines == [Line(title="Hedge", count=2, cents=900), Line(title="Spade")]
    assert segment == "new"
    assert case.reason == "delivery.late"
    assert case.opened_at == 1_793_577_600_000_000
    assert customers_command(["score"]) == 0


def test_each_row_that_cannot_be_taken_is_told_where_it_is_and_what_to_mend(
    tmp_path: Path, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert customers_command(["import", write(tmp_path / "good", GOOD)]) == 0
    capsys.readouterr()
    verdicts = tmp_path / "verdicts.csv"
    folder = write(tmp_path / "bad", BAD)
    assert customers_command(["import", folder, "--verdicts", str(verdicts)]) == 1
    told = capsys.readouterr().err.splitlines()
    wanted = [
        ("people.csv:2:", "customer"),
        ("people.csv:3:", "id"),
        ("people.csv:4:", "name"),
        ("people.csv:5:", "number"),
        ("tasks.csv:2:", "'colour'"),
        ("quotes.csv:2:", "write at"),
        ("quotes.csv:3:", "state"),
        ("orders.jsonl:1:", "JSON object"),
        ("orders.jsonl:2:", "customer"),
        ("products.csv:2:", "cells"),
        ("churn_risks.csv:2:", "reasons"),
        ("cases.csv:2:", "reasons"),
    ]
    assert len(told) == len(wanted)
    for line, (where, mend) in zip(told, wanted, strict=True):
        assert line.startswith(where)
        assert mend in line
    assert len(verdicts.read_text(encoding="utf-8").splitlines()) == len(wanted) + 1
    _, lines, _, _ = asyncio.run(look(database))
    assert len(lines) == 2


def test_a_folder_without_files_of_ours_is_refused(tmp_path: Path, database: str) -> None:
    assert customers_command(["import", str(tmp_path / "nowhere")]) == 2
    assert customers_command(["import", write(tmp_path / "empty", {"x.csv": "a\n"})]) == 2

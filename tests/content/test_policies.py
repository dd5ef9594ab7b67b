"""Rule books in YAML: the shipped ones are right, and every mistake has its place."""

from datetime import date
from pathlib import Path

import jsonschema
import pytest

from contact_center.content.policies import expiring, load_policies, load_policies_folder
from contact_center.content.policy_shapes import PoliciesFile
from contact_center.content.problems import ContentError
from contact_center.content.shapes import json_schema
from contact_center.content.yaml_source import read
from dialer.policy import AttemptCap, Policy, StartPoint, WindowKind

SHIPPED = Path("config/compliance")
BOOK = """\
schema: 1
policies:
  us-tsr:
    region: US
    title: Telemarketing
    source: https://www.ecfr.gov/
    from: 2003-10-01
"""
HOUR = 3_600_000_000


def shipped() -> dict[str, Policy]:
    return {policy.policy: policy for policy in load_policies_folder(SHIPPED)}


def mistakes(*texts: str) -> list[tuple[str, int, str]]:
    with pytest.raises(ContentError) as caught:
        load_policies({f"{index}.yaml": text for index, text in enumerate(texts)})
    return [(p.file, p.line, p.code) for p in caught.value.problems]


def test_a_rule_book_is_read_whole() -> None:
    (book,) = load_policies(
        {
            "us.yaml": BOOK
            + """\
    until: 2030-01-01
    except: [US-CA]
    purposes: [sales]
    abandon:
      {cap: 0.03, window: local_day, zone: Europe/London, within: 1500ms, start: speech_start}
    min_ring: 15s
    hours: {mon-fri: "08:00-21:00", sat: "12:30-24:00", sun: closed}
    holidays: {known_until: 2027-01-01, dates: [2026-12-25, 2026-07-03]}
    caps: [{most: 3, hours: 24}, {most: 1, day: true, key: party}]
    quiet_after_contact: 168h
    lock_abandoned: 72h
    lock_machine_same_day: true
    dnc: {us_national: 31}
    consent: {agentless: prerecorded_written}
    local_presence: false
    rnd_days: 30
    message: {must: [telephone, seller], opt_out: true}
    retention_years: 7
    verify: everything
"""
        }
    )
    assert (book.policy, book.region, book.except_in) == ("us-tsr", "US", ("US-CA",))
    assert (book.effective_from, book.effective_to) == ("2003-10-01", "2030-01-01")
    assert book.abandon is not None
    assert (book.abandon.window, book.abandon.start) == (
        WindowKind.LOCAL_DAY,
        StartPoint.SPEECH_START,
    )
    assert (book.abandon.threshold_us, book.min_ring_us) == (1_500_000, 15_000_000)
    assert book.hours == (*((480, 1260),) * 5, (750, 1440), None)
    assert (book.holidays, book.holidays_until) == (("2026-07-03", "2026-12-25"), "2027-01-01")
    assert book.caps == (
        AttemptCap(most=3, hours=24),
        AttemptCap(most=1, hours=0, key="party"),
    )
    assert (book.quiet_after_contact_us, book.lock_abandoned_us) == (168 * HOUR, 72 * HOUR)
    assert (book.dnc, book.consent) == (
        (("us_national", 31),),
        (("agentless", "prerecorded_written"),),
    )
    assert book.message_must == ("seller", "telephone")
    assert (book.lock_machine_same_day, book.local_presence, book.rnd_days) == (True, False, 30)
    assert (book.opt_out_in_message, book.retention_years, book.verify) == (True, 7, "everything")


def test_every_shipped_rule_book_has_hours_of_its_country_and_says_what_is_unsure() -> None:
    books = shipped()
    assert len(books) > 25
    for region in ("US", "GB", "CA"):
        for purpose in ("sales", "service", "debt", "survey"):
            assert any(
                book.hours and (not book.purposes or purpose in book.purposes)
                for book in books.values()
                if book.region == region
            ), (region, purpose)
    assert all(book.verify for book in books.values() if "-" in book.region)
    assert books["house"].except_in == ("US", "CA", "GB")
    assert books["us-fl"].caps == (AttemptCap(most=3, hours=24, key="subject"),)
    assert books["us-ri"].hours[6] is None
    assert books["gb-ofcom-campaign"].lock_abandoned_us == 72 * HOUR


def test_shipped_rule_books_are_as_their_schema_says() -> None:
    schema = json_schema(PoliciesFile, "Rule books")
    files = sorted(SHIPPED.glob("*.yaml"))
    assert len(files) >= 5
    for file in files:
        jsonschema.validate(read(file.name, file.read_text(encoding="utf-8")).data, schema)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("    region: GB\n", "E003"),
        ("    colour: red\n", "E010"),
        ("    until: 2003-10-01\n", "E060"),
        ("    until: 2026-02-30\n", "E012"),
        ("    until: soon\n", "E012"),
        ("    except: [XX]\n", "E105"),
        ("    except: [florida]\n", "E012"),
        ("    purposes: [fun]\n", "E012"),
        ("    abandon: {cap: 3, window: local_day}\n", "E012"),
        ("    abandon: {cap: 0.03, window: weekly}\n", "E012"),
        ("    abandon: {cap: 0.03, window: local_day, zone: Mars/Base}\n", "E104"),
        ("    min_ring: 15\n", "E015"),
        ('    hours: {monday: "08:00-20:00"}\n', "E060"),
        ('    hours: {mon: "20:00-08:00"}\n', "E060"),
        ('    hours: {mon-wed: "08:00-20:00", tue: closed}\n', "E060"),
        ("    holidays: {dates: [2026-12-25]}\n", "E011"),
        ("    holidays: {known_until: 2026-12-25, dates: [2026-12-25]}\n", "E060"),
        ("    caps: [{most: 3}]\n", "E012"),
        ("    caps: [{most: 3, hours: 24, day: true}]\n", "E012"),
        ("    caps: [{most: 0, hours: 24}]\n", "E012"),
        ("    consent: {robots: express}\n", "E012"),
        ("    message: {must: [joke]}\n", "E012"),
    ],
)
def test_what_cannot_be_is_refused_where_it_stands(line: str, code: str) -> None:
    assert ("0.yaml", 8, code) in mistakes(BOOK + line)


@pytest.mark.parametrize(
    ("wrong", "line"),
    [("region: US", 4), ("title: Telemarketing", 5), ("source: https://www.ecfr.gov/", 6)],
)
def test_a_rule_without_region_title_or_source_is_none(wrong: str, line: int) -> None:
    assert [code for _, _, code in mistakes(BOOK.replace(f"    {wrong}\n", ""))] == ["E011"]
    changed = BOOK.replace(wrong, wrong.split(":")[0] + ": ''")
    assert [where for _, where, _ in mistakes(changed)] == [line]


def test_mistakes_of_all_files_are_told_at_once() -> None:
    found = mistakes(
        BOOK.replace("region: US", "region: XX"), "policies: {}\n", BOOK + "    min_ring: 1\n"
    )
    assert {(file, code) for file, _, code in found} >= {
        ("0.yaml", "E105"),
        ("1.yaml", "E011"),
        ("2.yaml", "E015"),
    }


def test_versions_of_a_rule_follow_each_other_without_overlap() -> None:
    later = BOOK.replace("2003-10-01", "2026-01-01")
    ended = BOOK + "    until: 2026-01-01\n"
    assert [p.effective_from for p in load_policies({"a": ended, "b": later})] == [
        "2003-10-01",
        "2026-01-01",
    ]
    assert mistakes(BOOK, later) == [("1.yaml", 3, "E132")]


def test_a_folder_without_rule_books_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="E100"):
        load_policies_folder(tmp_path)
    with pytest.raises(ContentError, match="E100"):
        load_policies_folder(tmp_path / "nowhere")


def test_mistakes_in_a_folder_are_named_by_path_from_here(tmp_path: Path) -> None:
    (tmp_path / "us.yaml").write_text(BOOK + "    colour: red\n")
    (tmp_path / "gb.yaml").write_bytes(b"\xff")
    with pytest.raises(ContentError) as caught:
        load_policies_folder(tmp_path)
    assert {(p.file, p.code) for p in caught.value.problems} == {
        (str(tmp_path / "us.yaml"), "E010"),
        (str(tmp_path / "gb.yaml"), "E002"),
    }


def test_what_ends_soon_is_warned_of() -> None:
    ends = (
        BOOK
        + "    until: 2027-01-01\n    holidays: {known_until: 2027-01-01, dates: [2026-12-25]}\n"
    )
    books = load_policies({"a": ends})
    assert expiring(books, date(2026, 9, 1)) == ()
    assert expiring(books, date(2026, 11, 22)) == ("us-tsr: nothing follows it on 2027-01-01",)
    follows = load_policies({"a": ends, "b": BOOK.replace("2003-10-01", "2027-01-01")})
    assert expiring(follows, date(2026, 11, 22)) == ()
    open_end = load_policies(
        {"a": BOOK + "    holidays: {known_until: 2027-01-01, dates: [2026-12-25]}\n"}
    )
    assert len(expiring(open_end, date(2026, 11, 22))) == 1

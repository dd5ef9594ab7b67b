"""What was built is what the sources say, small enough, and asks nobody else."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

from client import build
from contact_center.adapters.console.pages import STATIC

ROOT = Path(__file__).parents[3]
WORDS = ROOT / "client" / "src" / "words"
MOST_JS = 250 * 1024
AGAIN = "run `make client` and commit what it made"


def test_the_committed_client_is_built_from_the_committed_sources() -> None:
    manifest = json.loads((STATIC / build.MANIFEST).read_text(encoding="utf-8"))
    assert manifest["sources"] == build.sources(), AGAIN
    assert manifest["files"] == build.files(), AGAIN


def test_a_change_of_a_source_or_of_a_package_would_be_seen(tmp_path: Path) -> None:
    for name in ("package-lock.json", "src/App.tsx"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("one", encoding="utf-8")
    seen = {build.sources(tmp_path)}
    for name in ("package-lock.json", "src/App.tsx"):
        (tmp_path / name).write_text("two", encoding="utf-8")
        seen.add(build.sources(tmp_path))
    assert len(seen) == 3
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "a.js").write_text("", encoding="utf-8")
    assert build.sources(tmp_path) in seen


def test_the_script_of_the_first_load_is_small() -> None:
    page = (STATIC / "index.html").read_text(encoding="utf-8")
    loaded = re.findall(r'(?:src|href)="/console/assets/([^"]+\.js)"', page)
    assert loaded
    sizes = [len(gzip.compress((STATIC / "assets" / name).read_bytes(), 9)) for name in loaded]
    assert sum(sizes) <= MOST_JS


def test_every_script_and_sheet_has_a_compressed_copy_of_itself() -> None:
    files = [path for path in (STATIC / "assets").iterdir() if path.suffix in build.PACKED]
    big = [path for path in files if path.stat().st_size >= build.LEAST_PACKED]
    assert len(big) > 20
    for path in big:
        packed = path.with_name(f"{path.name}.gz").read_bytes()
        assert gzip.decompress(packed) == path.read_bytes(), f"{path.name}: {AGAIN}"
        assert len(packed) < path.stat().st_size
        smaller = path.with_name(f"{path.name}.br")
        assert 0 < smaller.stat().st_size <= len(packed)


def test_the_page_names_no_address_of_others() -> None:
    page = (STATIC / "index.html").read_text(encoding="utf-8")
    assert "//" not in page
    sheets = [path.read_text(encoding="utf-8") for path in (STATIC / "assets").glob("*.css")]
    assert sheets
    assert [url for text in sheets for url in re.findall(r"url\(([^)]*)\)", text)] == []


def test_the_lock_says_what_every_package_is_and_not_where_it_lies() -> None:
    lock = json.loads((ROOT / "client" / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: one for name, one in lock["packages"].items() if name}
    assert len(packages) > 20
    assert [name for name, one in packages.items() if "resolved" in one] == []
    assert [name for name, one in packages.items() if "integrity" not in one] == []
    wanted = json.loads((ROOT / "client" / "package.json").read_text(encoding="utf-8"))
    ranges = {**wanted["dependencies"], **wanted["devDependencies"]}
    assert [name for name, one in ranges.items() if not re.fullmatch(r"\d+\.\d+\.\d+", one)] == []


def test_every_language_has_every_word_with_the_same_blanks() -> None:
    parts: dict[str, dict[str, dict[str, str]]] = {}
    for path in WORDS.rglob("*.json"):
        part, _, language = path.relative_to(WORDS).with_suffix("").as_posix().rpartition(".")
        if not part:
            part, _, language = language.rpartition("/")
        parts.setdefault(part, {})[language] = json.loads(path.read_text("utf-8"))
    assert {"", "floor", "desk"} <= parts.keys()
    for part, catalogues in parts.items():
        english = catalogues.get("en")
        if english is None:
            continue  # the server's own words, in other languages
        assert len(catalogues) >= 2, part
        for language, words in catalogues.items():
            assert set(words) == set(english), (part, language)
            for key, text in words.items():
                assert text, (language, key)
                blanks = re.findall(r"\{\w+\}", text)
                wanted = re.findall(r"\{\w+\}", english[key])
                assert sorted(blanks) == sorted(wanted), (language, key)


def test_every_word_of_the_catalogue_is_used() -> None:
    sources = "".join(p.read_text("utf-8") for p in (ROOT / "client" / "src").rglob("*.ts*"))
    english = json.loads((WORDS / "en.json").read_text(encoding="utf-8"))
    made = {"error.", "reason.", "state."}  # after codes of the server, and states of agents
    # Others are put together, such as `campaigns.mode.${mode}`; not out of one word alone, which
    # would be true of all words of a page.
    made |= {p for p in re.findall(r"`([a-z_.]+\.)\$\{", sources) if p.count(".") > 1}
    unused = [
        key for key in english if f"'{key}'" not in sources and not key.startswith(tuple(made))
    ]
    assert unused == []

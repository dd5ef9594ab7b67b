"""Finding, verifying and caching a tree of Asterisk, without the network."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from contact_center.adapters.asterisk.local import Tree, TreeError, build, find, recipe, tree


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("ASTERISK_TREE", raising=False)
    return tmp_path / "contact-center"


def _fake(root: Path, version: str, number: int = recipe.RECIPE) -> None:
    root.mkdir(parents=True)
    (root / "contact-center.json").write_text(json.dumps({"version": version, "recipe": number}))


def test_without_a_tree_the_command_that_gets_one_is_named(empty_cache: Path) -> None:
    with pytest.raises(TreeError, match="local get"):
        find()


def test_the_newest_verified_tree_of_this_recipe_is_used(empty_cache: Path) -> None:
    _fake(empty_cache / "asterisk-22.9.0-1", "22.9.0")
    _fake(empty_cache / "asterisk-22.10.1-1", "22.10.1")
    _fake(empty_cache / "asterisk-23.0.0-0", "23.0.0", recipe.RECIPE - 1)
    (empty_cache / "asterisk-24.0.0-1").mkdir()
    assert find().version == "22.10.1"


def test_a_given_tree_without_asterisk_is_refused(
    empty_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASTERISK_TREE", str(tmp_path))
    with pytest.raises(TreeError, match="ASTERISK_TREE"):
        find()


def test_a_library_that_would_come_from_the_system_or_is_gone_is_reported(
    asterisk_tree: Tree, tmp_path: Path
) -> None:
    """A copy made of links, less one library."""
    copy = Tree(root=tmp_path / "tree", version=asterisk_tree.version)
    for name in ("bin", "sbin"):
        target = copy.root / "usr" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(asterisk_tree.root / "usr" / name)
    copy.libraries.mkdir(parents=True)
    for path in asterisk_tree.libraries.iterdir():
        if not path.name.startswith("libjansson.so"):
            (copy.libraries / path.name).symlink_to(path)
    problems = copy.missing()
    assert problems
    assert all("jansson" in problem for problem in problems)


def test_a_program_that_is_not_in_the_tree_is_an_error(asterisk_tree: Tree) -> None:
    with pytest.raises(TreeError, match="no program"):
        asterisk_tree.command("no-such-program")


def test_a_machine_without_apt_is_told_what_to_do(
    empty_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(TreeError, match=r"apt-get is missing.*ASTERISK_TREE"):
        build()
    assert [path.name for path in empty_cache.iterdir()] == ["asterisk.lock"]


def test_two_who_want_a_tree_at_once_make_one(
    empty_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Path] = []
    together = threading.Barrier(2)

    class Workshop:
        def __init__(self, work: Path, say: object) -> None:
            self.root = work / "tree"

        def make(self, packages: object) -> Tree:
            made.append(self.root)
            _fake(self.root, "22.10.1")
            return Tree(root=self.root, version="22.10.1")

    monkeypatch.setattr(tree, "_Workshop", Workshop)
    results: list[Tree] = []

    def want() -> None:
        together.wait(5)
        results.append(build())

    threads = [threading.Thread(target=want) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(made) == 1
    assert results[0] == results[1]
    assert results[0].root == empty_cache / f"asterisk-22.10.1-{recipe.RECIPE}"
    assert not list(empty_cache.glob("building-*"))

"""Script files that are meant by what stands on the command line."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from contact_center.content.center_files import load_center_file, prompt_files
from contact_center.content.problems import ContentError, Problem
from contact_center.content.scripts import LoadedScript, load_script
from contact_center.content.yaml_source import MAX_BYTES, UnusableTextError, decode, read

LIBRARY = Path("scripts_library")
"""Where scripts are when none is named."""


class NotFoundError(Exception):
    """There is no such file. The words are for a person."""


@dataclass(frozen=True, slots=True)
class Found:
    """One file: what is in it, if it is right, and everything that is wrong with it."""

    file: Path
    loaded: LoadedScript | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Context:
    """What scripts are held against: a center's language and dispositions, if one is known."""

    language: str = "en-US"
    dispositions: Collection[str] | None = None


def context_of(center: Path | None) -> Context:
    """Read a center. Raises ContentError."""
    if center is None:
        return Context()
    made = load_center_file(center, prompt_files(None)).configuration
    return Context(made.language, tuple(made.dispositions))


def files_of(named: Iterable[str]) -> list[Path]:
    """Give the files meant: each named, all of a folder named, or the library's.

    Raises NotFoundError.
    """
    files: list[Path] = []
    for name in named or [str(LIBRARY)]:
        path = Path(name)
        if path.is_dir():
            inside = sorted(path.glob("*.yaml"))
            if not inside:
                raise NotFoundError(f"there is no script in the folder {path}")
            files += inside
        elif path.is_file():
            files.append(path)
        else:
            raise NotFoundError(f"there is no file or folder {path}")
    return files


def find(named: Iterable[str], context: Context) -> Iterator[Found]:
    """Load each file. Raises NotFoundError and OSError."""
    for file in files_of(list(named)):
        yield load(file, context)


def load(file: Path, context: Context) -> Found:
    """Load one file. Raises OSError."""
    with file.open("rb") as opened:
        content = opened.read(MAX_BYTES + 1)
    try:
        text = decode(str(file), content)
        document = read(str(file), text)
    except UnusableTextError as error:
        return Found(file, None, (error.problem,))
    loaded = load_script(document, text, context.language, context.dispositions)
    return Found(file, loaded, tuple(document.problems))


def the_one(named: str, context: Context) -> LoadedScript:
    """Load one script. Raises ContentError when it is wrong, NotFoundError, OSError."""
    found = load(files_of([named])[0], context)
    if found.loaded is None:
        raise ContentError(found.problems)
    return found.loaded

"""A center on disk: the only place of this package that reads files."""

import errno
import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from contact_center.content.articles import MOST_ARTICLES, SUFFIX, article_of
from contact_center.content.center import Center, any_file, load_content
from contact_center.content.problems import (
    ContentError,
    Problem,
    did_you_mean,
    in_order,
    raise_errors,
    renamed,
)
from contact_center.content.scripts import LoadedScript, load_script
from contact_center.content.speeches import FileExists
from contact_center.content.yaml_source import MAX_BYTES, Document, UnusableTextError, decode, read
from contact_center.core.ids import QueueId

CENTER_FILE = "center.yaml"


def read_sources(center: Path) -> Mapping[str, str]:
    """Read a center file (or ``center.yaml`` in a folder) and the flow files that it names.

    Gives texts by name relative to the center file, for `load_center`. A flow file that is not
    there is left out: loading reports it with the line that names it. Raises ContentError.
    """
    sources, problems = _gather(_center_file(center))
    if problems:
        raise ContentError(problems)
    return sources


def load_center_file(center: Path, file_exists: FileExists = any_file) -> Center:
    """Read and build a center. Raises ContentError with every problem, by path from here."""
    sources, problems = _gather(_center_file(center))
    return build_center(center, sources, file_exists, problems)


def build_center(
    center: Path,
    sources: Mapping[str, str],
    file_exists: FileExists = any_file,
    already: Sequence[Problem] = (),
) -> Center:
    """Build a center of texts as if they stood in its files; `already` are problems of reading.

    Raises ContentError with every problem, by path from here.
    """
    file = _center_file(center)
    try:
        made = load_content(sources, file_exists, already)
    except ContentError as error:
        raise ContentError(_renamed(p, file.parent) for p in error.problems) from None
    return with_articles(with_scripts(_from_here(made, file.parent), file.parent), file.parent)


def with_scripts(center: Center, folder: Path) -> Center:
    """Read the call scripts that a center's queues name. Raises ContentError."""
    made = center.configuration
    problems: list[Problem] = []
    loaded: dict[str, LoadedScript | None] = {}
    named = {one.name: one for files in center.script_files.values() for one in files.named}
    for name, one in named.items():
        path = os.path.normpath(folder / name)
        try:
            text = text_in(Path(path))
        except ContentError as error:
            # Where it is named is where it is mended.
            problems += [
                one.problem(p.code, f"{path}: {p.message}", p.hint) if not p.line else p
                for p in error.problems
            ]
            continue
        document = read(path, text)
        loaded[name] = load_script(document, text, made.language, tuple(made.dispositions))
        _check_whom(document, loaded[name], center)
        problems += document.problems
    raise_errors(problems)
    scripts = {name: found.script for name, found in loaded.items() if found is not None}
    return replace(
        center,
        warnings=in_order([*center.warnings, *problems]),
        call_scripts={QueueId(q): f.choice(scripts) for q, f in center.script_files.items()},
    )


def _check_whom(document: Document, loaded: LoadedScript | None, center: Center) -> None:
    """Report buttons that pass callers on to a queue or an agent that the center has not."""
    made = center.configuration
    for action in () if loaded is None else loaded.script.actions.values():
        kind, _, name = action.to.partition(":")
        known: Collection[str] = made.queues if kind == "queue" else made.agents
        if kind in ("queue", "agent") and name not in known:
            where = ("actions", action.name, "to")
            hint = did_you_mean(name, known)
            document.report(where, "E024", f'there is no {kind} "{name}"', hint)


def with_articles(center: Center, folder: Path) -> Center:
    """Read the articles that a center's agents look things up in. Raises ContentError."""
    look_up = center.look_up
    if not look_up.folder:
        return center
    there = Path(os.path.normpath(folder / look_up.folder))
    files = sorted(there.glob(f"*{SUFFIX}")) if there.is_dir() else []
    problems: list[Problem] = []
    if not there.is_dir() or len(files) > MOST_ARTICLES:
        few = f"more than {MOST_ARTICLES} articles" if files else "there is no such folder"
        problems.append(_unreadable(str(there), few))
    articles = []
    for file in files[:MOST_ARTICLES]:
        try:
            text = text_in(file)
        except ContentError as error:
            problems += error.problems
            continue
        article, document = article_of(str(file), file.stem, text, center.configuration.queues)
        problems += document.problems
        if article is not None:
            articles.append(article)
    raise_errors(problems)
    return replace(
        center,
        warnings=in_order([*center.warnings, *problems]),
        look_up=replace(look_up, articles=tuple(articles)),
    )


def prompt_files(directory: Path | None) -> FileExists:
    """Look prerecorded prompts up in `directory`, as ``<language>/<name>.wav``; None has none."""

    def exists(name: str, language: str) -> bool:
        return directory is not None and (directory / language / f"{name}.wav").is_file()

    return exists


def _center_file(center: Path) -> Path:
    return center / CENTER_FILE if center.is_dir() else center


def _gather(file: Path) -> tuple[dict[str, str], list[Problem]]:
    problems: list[Problem] = []
    sources: dict[str, str] = {}
    text = _text(file, file.name, problems, required=True)
    if text is None:
        return sources, problems
    sources[file.name] = text
    data = read(file.name, text).data
    names = data.get("flows") if isinstance(data, dict) else None
    for name in names if isinstance(names, list) else ():
        if isinstance(name, str) and name not in sources:
            flow = _text(file.parent / name, name, problems)
            if flow is not None:
                sources[name] = flow
    return sources, problems


def _text(path: Path, name: str, problems: list[Problem], *, required: bool = False) -> str | None:
    try:
        content = read_bytes(path, MAX_BYTES + 1)
        return decode(name, content) if len(content) <= MAX_BYTES else content.decode("latin-1")
    except UnusableTextError as error:
        problems.append(error.problem)
    except (FileNotFoundError, NotADirectoryError):
        if required:
            problems.append(
                Problem(
                    file=name,
                    code="E100",
                    message="there is no such file",
                    hint="set CC_CENTER or center: to a center file or its folder",
                )
            )
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        problems.append(_unreadable(name, f"cannot be read: {reason}"))
    return None


def _unreadable(file: str, message: str) -> Problem:
    hint = "check the name and the permissions"
    return Problem(file=file, code="E100", message=message, hint=hint)


def text_in(path: Path) -> str:
    """Read one file that a person named. Raises ContentError."""
    try:
        return decode(str(path), read_bytes(path, MAX_BYTES + 1))
    except UnusableTextError as error:
        raise ContentError([renamed(error.problem, str(path))]) from None
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        raise ContentError([_unreadable(str(path), message)]) from None


def flow_in(text: str) -> str:
    """Name the flow that a text is of; "" for a text of something else."""
    data = read("flow", text).data
    return str(data.get("flow", "")) if isinstance(data, dict) else ""


def file_of(sources: Mapping[str, str], flow: str) -> str | None:
    """Say in which source a flow is; None for a flow that none is of."""
    return next((name for name, text in sources.items() if flow_in(text) == flow), None)


def read_bytes(path: Path, most: int) -> bytes:
    """Read the beginning of a file. Raises OSError, also for pipes and devices, unread.

    Opening a pipe that nobody writes to would wait for ever.
    """
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise OSError(errno.EINVAL, "not a file but a pipe, a socket or a device")
    with path.open("rb") as opened:
        return opened.read(most)


def _renamed(problem: Problem, directory: Path) -> Problem:
    return renamed(problem, os.path.normpath(directory / problem.file))


def _from_here(center: Center, directory: Path) -> Center:
    warnings = in_order(_renamed(problem, directory) for problem in center.warnings)
    files = {
        queue: replace(
            written,
            named=tuple(
                replace(one, file=os.path.normpath(directory / one.file)) for one in written.named
            ),
        )
        for queue, written in center.script_files.items()
    }
    return replace(center, warnings=warnings, script_files=files)

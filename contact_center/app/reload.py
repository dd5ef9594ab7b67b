"""Another configuration without a restart: checked whole, then swapped between two events.

Asked for by SIGHUP, by ``POST /api/reload`` and by ``python -m contact_center reload``.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from contact_center.adapters.prompts.store import PromptStore
from contact_center.app.publishing import put_text, refuse_what_fails, source_of
from contact_center.app.speech import publish
from contact_center.content.center import Center as Content
from contact_center.content.center_files import (
    build_center,
    load_center_file,
    prompt_files,
    text_in,
)
from contact_center.content.problems import ContentError, Problem, as_data
from contact_center.content.yaml_source import read
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.flows import Flows
from contact_center.core.ids import FlowId
from contact_center.runtime.loop import CenterLoop
from contact_center.runtime.loop import Content as JournalContent
from contact_center.settings import Settings

log = logging.getLogger(__name__)

_FIXED = ("region", "language")
"""What parts of the process were made of at start and keep."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reloaded:
    """How a reload went. `changes` say in lines what is different; none when nothing is."""

    version: str
    changes: tuple[str, ...]
    warnings: tuple[Problem, ...]


RELOAD: Final = "reload"


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """A configuration that took the place of another. ``by``: who asked, `RELOAD` or a person."""

    by: str
    note: str
    before: str
    after: str
    changes: tuple[str, ...]


class Reloader:
    """Reloads the center of one process; one reload at a time.

    `before` is asked to get ready for the new configuration, with all that is read beside it, and
    gives lines to tell. Where one flow is published nothing beside it is read: `fits` refuses, with
    ContentError, what does not go with what runs, and then `renewed` is asked instead of `before`.
    `swapped` is called with the new content in the same step as the swap, and `noted`, which may
    write files, after it, with who did it and why; `audited` is told what was swapped.
    `checked` refuses, with ContentError, a center that does not go with the campaigns beside it.
    """

    def __init__(
        self,
        *,
        settings: Settings,
        content: Content,
        loop: CenterLoop,
        prompts: PromptStore,
        before: Callable[[CenterConfiguration], Awaitable[list[str]]],
        fits: Callable[[CenterConfiguration], None],
        renewed: Callable[[CenterConfiguration], Awaitable[list[str]]],
        swapped: Callable[[Content], None],
        noted: Callable[[Content, str, str], None] = lambda content, by, note: None,
        audited: Callable[[Swap], None] = lambda swap: None,
        checked: Callable[[Content], None] = lambda content: None,
    ) -> None:
        self.content = content
        self._settings = settings
        self._loop = loop
        self._prompts = prompts
        self._before = before
        self._fits = fits
        self._renewed = renewed
        self._swapped = swapped
        self._noted = noted
        self._audited = audited
        self._checked = checked
        self._turn = asyncio.Lock()

    async def reload(self) -> Reloaded:
        """Read, check and swap. Raises ContentError with every problem; nothing is changed then.

        A journal that cannot be written raises JournalError, which ends the process as ever.
        """
        async with self._turn:
            return await self._reload()

    async def _reload(self) -> Reloaded:
        settings, old = self._settings, self.content
        found = prompt_files(settings.prompts.files_dir)
        new = await asyncio.to_thread(load_center_file, settings.center, found)
        await asyncio.to_thread(self._checked, new)
        if new.sources == old.sources:
            # What is read beside the center (campaigns, rule books) may have changed all the same.
            told = await self._before(old.configuration)
            told += self._swap_scripts(new)
            if told:
                version = new.version
                swap = Swap(by=RELOAD, note="", before=version, after=version, changes=tuple(told))
                self._audited(swap)
            return Reloaded(version=new.version, changes=tuple(told), warnings=new.warnings)
        await self._ready(new)
        told = await self._before(new.configuration)
        return await self._swap(new, told, RELOAD)

    def _swap_scripts(self, new: Content) -> list[str]:
        """Give desks the call scripts and articles of now; calls that have a script keep it."""
        old = self.content
        told = [
            f"call script of {queue}: {', '.join(dict.fromkeys(s.version for s in choice.scripts))}"
            for queue, choice in new.call_scripts.items()
            if old.call_scripts.get(queue) != choice
        ]
        if new.look_up != old.look_up:
            told.append(f"articles: {len(new.look_up.articles)}")
        self.content = replace(old, call_scripts=new.call_scripts, look_up=new.look_up)
        if told:
            self._swapped(self.content)
        return told

    async def publish(self, flow: FlowId, by: str, note: str, text: str | None = None) -> Reloaded:
        """Swap one flow: for `text`, which is put into its file, or for what its file has now.

        Everything else stays as it runs, whatever its files have. The tests in all flows that are
        different then have to pass. Raises NoSuchFlowError, and ContentError (also for a file that
        cannot be written) and JournalError as `reload` does.
        """
        async with self._turn:
            old, center = self.content, self._settings.center
            file = source_of(old.sources, flow)
            folder = center.parent if center.suffix else center
            path = folder / file
            new_text = text if text is not None else await asyncio.to_thread(text_in, path)
            if new_text == old.sources[file]:
                return Reloaded(version=old.version, changes=(), warnings=old.warnings)
            found = prompt_files(self._settings.prompts.files_dir)
            sources = {**old.sources, file: new_text}
            new = await asyncio.to_thread(build_center, center, sources, found)
            await asyncio.to_thread(refuse_what_fails, folder, old, new)
            await self._ready(new)
            self._fits(new.configuration)
            if text is not None:
                await asyncio.to_thread(put_text, path, new_text)
            told = await self._renewed(new.configuration)
            return await self._swap(new, told, by, note)

    async def _ready(self, new: Content) -> None:
        refuse_what_needs_a_restart(self._settings.center, self.content, new)
        await self._render(new)

    async def _swap(self, new: Content, told: list[str], by: str, note: str = "") -> Reloaded:
        settings, old = self._settings, self.content
        name = settings.center.name if settings.center.suffix else "center.yaml"
        content = JournalContent(center=name, sources=new.sources)
        self._loop.reload(new.configuration, content, new.version)
        self.content = new
        self._swapped(new)
        try:
            await asyncio.to_thread(self._noted, new, by, note)
        except OSError as problem:  # it runs all the same
            log.error("the versions of flows cannot be noted: %s", problem)
        changes = (*changes_between(old.configuration, new.configuration), *told)
        self._audited(
            Swap(by=by, note=note, before=old.version, after=new.version, changes=changes)
        )
        log.info("the configuration was reloaded", extra={"version": new.version})
        return Reloaded(version=new.version, changes=changes, warnings=new.warnings)

    async def _render(self, new: Content) -> None:
        problems = await publish(self._prompts, Flows(new.configuration))
        if problems and self._settings.provider == "asterisk":
            file = str(self._settings.center)
            raise ContentError(
                Problem(file=file, code="E051", message=f"callers would hear nothing: {problem}")
                for problem in problems
            )

    async def answer(self) -> tuple[int, Mapping[str, Any]]:
        """Reload, and say in an HTTP status and JSON how it went."""
        try:
            done = await self.reload()
        except ContentError as error:
            log.error("a reload was refused: %d problems", len(error.problems))
            return 422, {"error": "content", "problems": [shown(p) for p in error.problems]}
        return 200, {
            "version": done.version,
            "changes": list(done.changes),
            "warnings": [shown(warning) for warning in done.warnings],
        }

    async def told_to(self) -> None:
        """Reload because of a signal: how it went is in the log."""
        try:
            done = await self.reload()
        except ContentError as error:
            for problem in error.problems:
                log.error("the configuration was not reloaded: %s", problem)
            return
        for line in done.changes or ("nothing changed",):
            log.info("the configuration was reloaded: %s", line)
        for warning in done.warnings:
            log.warning("the center's configuration: %s", warning)


def refuse_what_needs_a_restart(center: Path, old: Content, new: Content) -> None:
    """Raise ContentError for changes of what the process was made of."""
    problems = []
    for name in _FIXED:
        before, after = (getattr(c.configuration, name) for c in (old, new))
        if before != after:
            file = next(f for f in new.sources if "center" in _fields(f, new.sources[f]))
            place = read(file, new.sources[file]).place((name,))
            problems.append(
                Problem(
                    file=str(center.parent / file if center.suffix else center / file),
                    line=place.line,
                    column=place.column,
                    code="E113",
                    message=f'{name} was "{before}" when the process was started',
                    hint="restart it to change this; live calls go on",
                )
            )
    if problems:
        raise ContentError(problems)


def _fields(file: str, text: str) -> Iterable[str]:
    data = read(file, text).data
    return data if isinstance(data, dict) else ()


def changes_between(old: CenterConfiguration, new: CenterConfiguration) -> list[str]:
    """Say in lines what is new, gone and different."""
    lines = []
    for section in ("queues", "agents", "numbers", "flows", "calendars", "dispositions"):
        before: Mapping[str, object] = getattr(old, section)
        after: Mapping[str, object] = getattr(new, section)
        parts = {
            "new": [name for name in after if name not in before],
            "gone": [name for name in before if name not in after],
            "changed": [n for n in after if n in before and before[n] != after[n]],
        }
        lines += [f"{section} {what}: {', '.join(names)}" for what, names in parts.items() if names]
    if _rest(old) != _rest(new):
        lines.append("bounds of the center changed")
    return lines


def _rest(c: CenterConfiguration) -> tuple[object, ...]:
    return (
        *(c.name, c.timing, c.discipline, c.weight_us, c.rooms, c.seed, c.unknown_number),
        *(c.context, c.apology),
    )


def shown(problem: Problem) -> dict[str, Any]:
    """Give a problem as JSON, with the line that `check` prints as ``text``."""
    return {**as_data(problem), "text": str(problem)}

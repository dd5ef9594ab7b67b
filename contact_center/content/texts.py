"""Canned texts of a center file, and where its articles are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from contact_center.content.shapes import Shape, Words
from contact_center.content.yaml_source import Path
from contact_center.core.knowledge import Article, CannedText


class CannedShape(Shape):
    """A text that is said or written again and again."""

    title: Annotated[str, Field(min_length=1, max_length=80)]
    text: Words
    queues: list[str] = Field(default_factory=list, max_length=100)


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUp:
    """What agents look things up in: texts, the folder of articles as written, what is in it."""

    texts: tuple[CannedText, ...] = ()
    folder: str = ""
    articles: tuple[Article, ...] = ()


def look_up_of(
    written: Mapping[str, CannedShape], folder: str, check_queue: Callable[[str, Path], None]
) -> LookUp:
    """Make the texts; `check_queue` reports a queue that does not exist."""
    for code, shape in written.items():
        for index, queue in enumerate(shape.queues):
            check_queue(queue, ("texts", code, "queues", index))
    texts = tuple(
        CannedText(code=code, title=one.title, text=one.text, queues=frozenset(one.queues))
        for code, one in written.items()
    )
    return LookUp(texts=texts, folder=folder)

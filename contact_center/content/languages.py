"""Languages of a flow: which are offered, and what stands in for a missing text."""

import re

from contact_center.content.flow_shapes import LanguagesShape
from contact_center.content.problems import did_you_mean
from contact_center.content.yaml_source import Document, Path

_TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?\Z")


def is_language(tag: str) -> bool:
    """Say whether `tag` has the form of a BCP 47 tag that we use, such as ``es`` or ``es-US``."""
    return _TAG.match(tag) is not None


def check_languages(
    document: Document, written: LanguagesShape | None, default: str
) -> LanguagesShape:
    """Check the languages of a flow; one that names none speaks the center's."""
    if written is None:
        return LanguagesShape(default=default, offered=[default])
    path: Path = ("languages",)
    _check(document, (*path, "default"), written.default)
    for index, tag in enumerate(written.offered):
        _check(document, (*path, "offered", index), tag)
    offered = dict.fromkeys((written.default, *written.offered))
    for tag, instead in written.fallback.items():
        if tag not in offered:
            document.report(
                (*path, "fallback", tag),
                "E105",
                f'"{tag}" is not offered',
                did_you_mean(tag, offered),
                key=True,
            )
        if instead not in offered:
            document.report(
                (*path, "fallback", tag),
                "E105",
                f'"{instead}" is not offered',
                did_you_mean(instead, offered),
            )
    return written


def _check(document: Document, path: Path, tag: str) -> None:
    if not is_language(tag):
        document.report(path, "E105", f'"{tag}" is not a language', "write one as en-US or es")

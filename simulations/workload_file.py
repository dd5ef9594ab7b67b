"""Workloads in YAML: read with every mistake at its place, and written."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from contact_center.content.problems import ContentError, Problem, raise_errors
from contact_center.content.shapes import describe
from contact_center.content.yaml_source import Document, UnusableTextError, decode, read
from simulations.workload import Workload

_ADAPTER = TypeAdapter(Workload)
_KINDS = frozenset(
    {"constant", "never", "exponential", "lognormal", "empirical", "steady", "profile", "trace"}
)
DECIMALS = 6


def load_workload(path: Path) -> Workload:
    """Read the section ``workload`` of a file. Raises ContentError with every problem."""
    document = document_of(path)
    raise_errors(document.problems)
    data = document.data
    section = data.get("workload") if isinstance(data, dict) else None
    if not isinstance(section, dict):
        document.report((), "E011", 'there is no section "workload"', "write workload:")
        raise ContentError(document.problems)
    return workload_of(document, ("workload",), section)


def workload_of(document: Document, at: tuple[str, ...], section: object) -> Workload:
    """Make a workload of a section that stands at `at`. Raises ContentError."""
    try:
        return _ADAPTER.validate_python(section)
    except ValidationError as error:
        for detail in error.errors():
            code, message, hint, key = describe(Workload, detail, {})
            # A choice between kinds puts the kind into the path; it is no key of the file.
            loc = tuple(part for part in detail["loc"] if part not in _KINDS)
            document.report((*at, *loc), code, message, hint, key=key)
        raise ContentError(document.problems) from None


def document_of(path: Path) -> Document:
    """Read a file. Raises ContentError when it cannot be read; other mistakes are in it."""
    try:
        return read(str(path), decode(str(path), path.read_bytes()))
    except UnusableTextError as error:
        raise ContentError([error.problem]) from None
    except OSError as error:
        problem = Problem(
            file=str(path),
            code="E100",
            message=f"cannot be read: {error.strerror}",
            hint="check the path",
        )
        raise ContentError([problem]) from None


def workload_text(workload: Workload, remarks: Mapping[str, str]) -> str:
    """Write a workload as YAML, with remarks as comments above it."""
    head = "".join(f"# {name}: {text}\n" for name, text in remarks.items())
    data = {"workload": _plain(asdict(workload))}
    return head + yaml.safe_dump(data, sort_keys=False, default_flow_style=None, width=100)


def _plain(value: Any) -> Any:
    """Turn a value into what YAML has: numbers without exponents, lists, no empty parts."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items() if v not in (None, {}, ())}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, float):
        return round(value, DECIMALS) + 0.0
    return value.isoformat() if isinstance(value, date) else value

"""Services as written -> services as the interpreter asks them, and the lookups that ask them."""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from contact_center.content import flow_shapes as shapes
from contact_center.content.cel_engine import (
    CelExpression,
    ExpressionRefusedError,
    check_type,
    compile_answer,
    compile_expression,
)
from contact_center.content.flow_builder import Makers, NodeBuilder, Shared
from contact_center.content.problems import did_you_mean
from contact_center.content.service_shapes import ServiceShape
from contact_center.content.speeches import Speaker
from contact_center.content.yaml_source import Document, Path
from contact_center.core.ivr import flow
from contact_center.core.ivr.services import (
    REPEATABLE,
    IdempotencyKey,
    Place,
    Returned,
    Sent,
    Service,
)
from contact_center.core.ivr.values import VariableType

_HOLE = re.compile(r"\{([^{}]*)\}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}\Z")
_SECRET = re.compile(r"\s*secret\s*\.\s*([A-Za-z_]\w*)\s*\Z")
_READS_SECRET = re.compile(r"(?<![\w.])secret\s*\.")
_ARGS = re.compile(r"(?<![\w.])args\s*\.\s*([A-Za-z_]\w*)")
_OURS = frozenset(
    {"host", "content-length", "content-type", "transfer-encoding", "connection", "te", "upgrade"}
    | {"accept-encoding", "idempotency-key", "trailer", "expect", "proxy-authorization"}
)
LEAST_US, MOST_US = 50_000, 30_000_000


def args_of(shape: ServiceShape) -> frozenset[str]:
    """List what a lookup has to give: the holes of the URL, and what is read of ``args``."""
    written = (*shape.headers.values(), *shape.body.values())
    read = {name for text in written for name in _ARGS.findall(text)}
    return frozenset(read | set(_HOLE.findall(shape.url)))


def type_of(header: shapes.FlowHeader, name: str) -> VariableType | None:
    """Give the type of a variable that a service may fill; None when there is none."""
    variable = header.vars.get(name)
    if variable is None or variable.type == "secret":
        return None
    return VariableType(kind=variable.type, of=tuple(variable.of))


class ServiceBuilder:
    """Builds the services of one flow."""

    def __init__(
        self,
        document: Document,
        header: shapes.FlowHeader,
        speaker: Speaker,
        renamed: Mapping[str, Mapping[str, str]],
    ) -> None:
        self._document = document
        self._header = header
        self._speaker = speaker
        self._renamed = renamed  # by service: what a value it returns is called in a variable

    def build(self) -> dict[str, Service]:
        """Build them; what is wrong is reported and left out."""
        return {name: self._service(name, shape) for name, shape in self._header.services.items()}

    def _service(self, name: str, shape: ServiceShape) -> Service:
        path: Path = ("services", name)
        self._check_url(shape.url, (*path, "url"))
        if not LEAST_US <= shape.timeout <= MOST_US:
            self._document.report(
                (*path, "timeout"), "E012", "timeout is from 50ms to 30s", "write timeout: 2s"
            )
        if shape.retries and shape.method not in REPEATABLE and shape.idempotency_key is None:
            self._document.report(
                (*path, "retries"),
                "E071",
                f"a {shape.method} that is sent again may be done twice",
                "write idempotency_key: visit if the service knows it, or retries: 0",
            )
        if shape.body and shape.method in ("GET", "HEAD", "DELETE"):
            self._document.report(
                (*path, "body"), "E012", f"a {shape.method} has no body", "write method: POST"
            )
        return Service(
            name=name,
            method=shape.method,
            url=shape.url,
            timeout_us=shape.timeout,
            retries=shape.retries,
            idempotency=IdempotencyKey(shape.idempotency_key or "none"),
            sent=tuple(self._sent(shape, path)),
            returns=tuple(self._returns(name, shape, path)),
            found=self._answer(shape.found, (*path, "found")) if shape.found is not None else None,
        )

    # --- the request --------------------------------------------------------------------------

    def _check_url(self, url: str, path: Path) -> None:
        for hole in _HOLE.findall(url):
            if not _NAME.match(hole):
                message = f'"{{{hole}}}" is no place for a value'
                self._document.report(path, "E201", message, "write {name} and args: {name: ...}")
        plain = _HOLE.sub("x", url)
        try:
            parts = urlsplit(plain)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            host, port, parts = "", None, urlsplit("")
        if parts.scheme not in ("http", "https") or not host or port == 0:
            hint = "write https://host/path"
            self._document.report(path, "E201", "not a usable URL", hint)
            return
        if "@" in parts.netloc:
            hint = "take it out of the URL"
            self._document.report(path, "E200", "a user or password inside a URL", hint)
        odd = host.endswith(".") or not re.fullmatch(r"[a-z0-9.:-]+", host)
        if odd or "{" in _until_path(url) or re.search(r"[\s\\{}#]", plain) or not plain.isascii():
            message = "a host that is not written out plainly, or signs that have to be quoted"
            self._document.report(path, "E201", message, "values belong into the path or the query")

    def _sent(self, shape: ServiceShape, path: Path) -> Iterator[Sent]:
        for hole in dict.fromkeys(_HOLE.findall(shape.url)):
            if _NAME.match(hole):
                yield Sent(place=Place.URL, name=hole, value=CelExpression(f"args.{hole}"))
        names = {**self._speaker.names, "args": dict.fromkeys(args_of(shape), "")}
        for header, text in shape.headers.items():
            here = (*path, "headers", header)
            if header.lower() in _OURS:
                self._document.report(here, "E012", f"{header} is set by us", "remove it", key=True)
            yield from self._one(Place.HEADER, header, text, here, names)
        for field, text in shape.body.items():
            yield from self._one(Place.BODY, field, text, (*path, "body", field), names)

    def _one(
        self,
        place: Place,
        name: str,
        text: str,
        path: Path,
        names: Mapping[str, Mapping[str, object]],
    ) -> Iterator[Sent]:
        secret = _SECRET.match(text)
        if secret is not None:
            if secret[1] not in names.get("secret", {}):
                known = names.get("secret", {})
                hint = did_you_mean(secret[1], known, "declare it under vars: {type: secret}")
                message = f'there is no secret "{secret[1]}"'
                self._document.report(path, "E042", message, hint)
            yield Sent(place=place, name=name, secret=secret[1])
            return
        if _READS_SECRET.search(text):
            message = "nothing can be computed of a secret"
            self._document.report(path, "E042", message, "send it as it is: secret.name")
            return
        try:
            expression = compile_expression(text, names)
            check_type(expression, names, None)
        except ExpressionRefusedError as error:
            self._document.report(path, error.code, str(error), error.hint)
        else:
            yield Sent(place=place, name=name, value=expression)

    # --- the answer ---------------------------------------------------------------------------

    def _returns(self, service: str, shape: ServiceShape, path: Path) -> Iterator[Returned]:
        for name, text in shape.returns.items():
            here = (*path, "returns", name)
            expression = self._answer(text, here)
            into = self._renamed.get(service, {}).get(name, name)
            kind = type_of(self._header, name) or type_of(self._header, into)
            if kind is None:
                self._report_taker(name, here)
            elif expression is not None:
                yield Returned(name=name, value=expression, type=kind)

    def _report_taker(self, name: str, path: Path) -> None:
        variable = self._header.vars.get(name)
        if variable is not None:
            message = f"an answer cannot be a secret, which {name} is"
            self._document.report(path, "E042", message, "use another variable", key=True)
            return
        known = self._speaker.names["vars"]
        if name not in known:  # else it was declared wrong, and is reported
            hint = did_you_mean(name, known, "declare it under vars")
            self._document.report(path, "E040", f'there is no variable "{name}"', hint, key=True)

    def _answer(self, text: str, path: Path) -> CelExpression | None:
        try:
            return compile_answer(text)
        except ExpressionRefusedError as error:
            self._document.report(path, error.code, str(error), error.hint)
            return None


def _until_path(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return scheme + rest.split("/", 1)[0].split("?", 1)[0]


# --- lookups ----------------------------------------------------------------------------------


def renamed(nodes: Mapping[str, shapes.NodeShape]) -> Mapping[str, Mapping[str, str]]:
    """Tell, for each service, which variable takes what it returns under another name."""
    found: dict[str, dict[str, str]] = {}
    for node in nodes.values():
        if isinstance(node, shapes.LookupShape):
            for variable, returned in node.into.items():
                found.setdefault(node.service, {}).setdefault(returned, variable)
    return found


def _lookup(b: NodeBuilder, s: shapes.LookupShape, path: Path, shared: Shared) -> flow.Lookup:
    service = b.header.services.get(s.service)
    if service is None:
        known = b.header.services
        hint = did_you_mean(s.service, known, "declare it under services")
        b.document.report((*path, "service"), "E070", f'there is no service "{s.service}"', hint)
        service = ServiceShape.model_validate({"url": "https://unknown.example.com/"})
    else:
        _check_args(b, s, service, path)
    _check_taken(b, s, service, path)
    waits = s.max_wait if s.max_wait is not None else service.timeout
    if not LEAST_US <= waits <= MOST_US:
        hint = "write max_wait: 2s"
        b.document.report((*path, "max_wait"), "E012", "max_wait is from 50ms to 30s", hint)
    args = [
        (name, expression)
        for name, text in s.args.items()
        if (expression := b.speaker.expression(text, (*path, "args", name), None)) is not None
    ]
    name, filler = shared["name"], s.filler
    return flow.Lookup(
        **shared,
        service=s.service,
        args=tuple(args),
        into=tuple(s.into.items()),
        timeout_us=waits,
        filler=b.speaker.prompt(filler.say, (*path, "filler", "say")) if filler else (),
        filler_after_us=filler.after if filler else 0,
        ok=b.edge(s.ok, (*path, "ok"), name),
        not_found=b.edge(s.not_found, (*path, "not_found"), name),
        timeout=b.edge(s.timeout, (*path, "timeout"), name),
        failed=b.edge(s.error, (*path, "error"), name),
    )


def _check_args(b: NodeBuilder, s: shapes.LookupShape, service: ServiceShape, path: Path) -> None:
    wanted = args_of(service)
    for name in s.args:
        if name not in wanted:
            b.document.report(
                (*path, "args", name),
                "E070",
                f'the service "{s.service}" does not ask for "{name}"',
                did_you_mean(name, wanted, "remove it, or write {" + name + "} in its url"),
                key=True,
            )
    for name in sorted(wanted - s.args.keys()):
        at = (*path, "args") if s.args else (*path, "service")
        hint = f"add args: {{{name}: ...}}"
        message = f'the service "{s.service}" has to be given "{name}"'
        b.document.report(at, "E070", message, hint)


def _check_taken(b: NodeBuilder, s: shapes.LookupShape, service: ServiceShape, path: Path) -> None:
    for variable, returned in s.into.items():
        here = (*path, "into", variable)
        if returned not in service.returns and s.service in b.header.services:
            message = f'the service "{s.service}" does not return "{returned}"'
            b.document.report(here, "E070", message, did_you_mean(returned, service.returns))
        taken = type_of(b.header, variable)
        if taken is None:
            hint = did_you_mean(variable, b.variables, "declare it under vars")
            message = f'there is no variable "{variable}" that could take it'
            b.document.report(here, "E040", message, hint, key=True)
            continue
        source = returned  # what it returns has that variable's type, else that of its first taker
        if type_of(b.header, source) is None:
            source = b.takers.get(s.service, {}).get(returned, "")
        given = type_of(b.header, source)
        if given is not None and given != taken:
            message = f"{source} is {given}, and {variable} is {taken}"
            b.document.report(here, "E041", message, "declare both of one type", key=True)


MAKERS: Makers = {shapes.LookupShape: _lookup}

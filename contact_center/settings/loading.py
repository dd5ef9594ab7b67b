"""Reading settings: the file, the environment over it, and what has to fit together."""

import copy
import difflib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import TypeAdapter, ValidationError

from contact_center.content.center_files import read_bytes
from contact_center.content.problems import ContentError, Problem, raise_errors
from contact_center.content.shapes import describe
from contact_center.content.yaml_source import (
    MAX_BYTES,
    Document,
    UnusableTextError,
    decode,
    read,
    resolve_scalar,
)
from contact_center.content.yaml_source import (
    Path as YamlPath,
)
from contact_center.settings.environment import ENVIRONMENT, FILE_VARIABLE, Variable
from contact_center.settings.oidc import oidc_problems
from contact_center.settings.phones import SHORTEST_SECRET
from contact_center.settings.shapes import AsteriskSettings, Secret, Settings
from contact_center.settings.twilio import twilio_problems

DEFAULT_FILE = Path("config/service.yaml")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_SECRET_KEY = re.compile(
    r"(?i)(password|passwd|secret|token|api_?key|\w+_(?:password|secret|token|key))\Z"
)
_SECRETS = {variable.path: variable.name for variable in ENVIRONMENT if variable.kind == "secret"}
_DATABASES = {"sqlite": "aiosqlite", "postgresql": "asyncpg", "postgres": "asyncpg"}
_ADAPTER = TypeAdapter(Settings)


def load_settings(environment: Mapping[str, str], file: Path | None = None) -> Settings:
    """Load settings. Raises ContentError with every problem.

    `file` or else the variable CC_SETTINGS names a file that has to exist; without both,
    ``config/service.yaml`` is read if it is there.
    """
    named = file or (Path(p) if (p := environment.get(FILE_VARIABLE)) else None)
    return _Loader(_document(named), environment).load()


def center_named(environment: Mapping[str, str], file: Path | None = None) -> Path:
    """Tell which center settings name, whatever else is wrong with them."""
    if name := environment.get("CC_CENTER"):
        return Path(name)
    try:
        data = _document(file or (Path(p) if (p := environment.get(FILE_VARIABLE)) else None)).data
    except ContentError:
        data = None
    named = data.get("center") if isinstance(data, dict) else None
    return Path(named) if isinstance(named, str) and named else Settings().center


def _document(named: Path | None) -> Document:
    path = named or DEFAULT_FILE
    try:
        content = read_bytes(path, MAX_BYTES + 1)
        text = (
            decode(str(path), content) if len(content) <= MAX_BYTES else content.decode("latin-1")
        )
        # Every line may be left out, so all of them may.
        return read(str(path), text) if _says_something(text) else Document(str(path), data={})
    except UnusableTextError as error:
        raise ContentError([error.problem]) from None
    except OSError as error:
        if named is None and isinstance(error, FileNotFoundError):
            return Document(str(path), data={})
        hint = f"check the path, or unset {FILE_VARIABLE}"
        message = f"cannot be read: {error.strerror}"
        raise ContentError(
            [Problem(file=str(path), code="E100", message=message, hint=hint)]
        ) from None


def _says_something(text: str) -> bool:
    return any(line.strip() and not line.lstrip().startswith("#") for line in text.splitlines())


class _Loader:
    def __init__(self, document: Document, environment: Mapping[str, str]) -> None:
        self._document = document
        self._environment = environment
        self._origins: dict[YamlPath, str] = {}

    def load(self) -> Settings:
        raise_errors(self._document.problems)
        data = copy.deepcopy(self._document.data) or {}
        if not isinstance(data, dict):
            self._report((), "E012", "settings are a mapping", "write center: config/bank")
            data = {}
        self._take_secrets_out(data, ())
        self._lay_environment_over(data)
        settings = None
        try:
            settings = _ADAPTER.validate_python(data)
        except ValidationError as error:
            for detail in error.errors():
                code, message, hint, key = describe(Settings, detail, {})
                self._report(detail["loc"], code, message, hint, key=key)
        if settings is not None:
            self._check(settings)
        raise_errors(self._document.problems)
        if settings is None:
            raise ContentError(self._document.problems)
        return settings

    def _report(
        self, path: YamlPath, code: str, message: str, hint: str = "", *, key: bool = False
    ) -> None:
        for length in range(len(path), 0, -1):
            variable = self._origins.get(path[:length])
            if variable is not None:
                self._document.problems.append(
                    Problem(file=variable, code=code, message=message, hint=hint)
                )
                return
        self._document.report(path, code, message, hint, key=key)

    def _take_secrets_out(self, data: dict[str, Any], path: tuple[str, ...]) -> None:
        for name in list(data):
            here = (*path, name)
            value = data[name]
            if here == ("database_url",):
                self._take_database(data)
            elif here in _SECRETS or _SECRET_KEY.search(name):
                variable = _SECRETS.get(here)
                hint = f"set the environment variable {variable}" if variable else "remove it"
                self._report(here, "E200", f'a secret in a file: "{name}"', hint, key=True)
                del data[name]
            elif isinstance(value, dict):
                self._take_secrets_out(value, here)

    def _take_database(self, data: dict[str, Any]) -> None:
        url = data["database_url"]
        if not isinstance(url, str):
            self._report(("database_url",), "E012", "not a database URL", "put it in quotes")
            del data["database_url"]
            return
        if re.search(r"//[^/@]*:[^/@]*@", url):
            self._report(
                ("database_url",),
                "E200",
                "a password in a file",
                "set the environment variable CC_DATABASE_URL",
            )
        data["database_url"] = Secret(url)

    def _lay_environment_over(self, data: dict[str, Any]) -> None:
        for variable in ENVIRONMENT:
            text = self._environment.get(variable.name)
            if text is None or text == "":
                continue
            here = data
            for name in variable.path[:-1]:
                inner = here.get(name)
                here[name] = here = inner if isinstance(inner, dict) else {}
            here[variable.path[-1]] = _converted(variable, text)
            self._origins[variable.path] = variable.name
        known = [variable.name for variable in ENVIRONMENT] + [FILE_VARIABLE]
        for name in sorted(self._environment):
            close = difflib.get_close_matches(name, known, n=1, cutoff=0.85)
            if name.startswith("CC_") and name not in known and close:
                self._document.problems.append(
                    Problem(
                        file=name,
                        code="E203",
                        message="an unknown environment variable",
                        hint=f"did you mean {close[0]}?",
                    )
                )

    def _check(self, settings: Settings) -> None:
        if not _is_database(settings.database):
            self._report(
                ("database_url",),
                "E201",
                "not a database that is supported",
                "write sqlite:///path or postgresql://user:password@host:5432/name",
            )
        if settings.state_dir.exists() and not settings.state_dir.is_dir():
            self._report(
                ("state_dir",),
                "E201",
                f"{settings.state_dir} is not a folder",
                "name a folder; it is made when it is not there",
            )
        self._check_desk(settings)
        for place, message, hint in oidc_problems(settings.oidc):
            self._report(place, "E202", message, hint)
        self._check_tokens(settings)
        self._check_webhooks(settings)
        self._check_portal(settings)
        self._check_phones(settings)
        if settings.provider == "asterisk":
            self._check_asterisk(settings.asterisk)
        if settings.provider == "twilio":
            for path, message, hint in twilio_problems(settings):
                self._tell(path, message, hint)

    def _tell(self, path: YamlPath, message: str, hint: str) -> None:
        """Report what is missing at its line, or at the variable when it belongs there alone."""
        variable = _SECRETS.get(tuple(str(part) for part in path))
        if variable is None:
            self._report(path, "E202", message, hint)
        else:
            self._document.problems.append(
                Problem(file=variable, code="E202", message=message, hint=hint)
            )

    def _check_desk(self, settings: Settings) -> None:
        desk = settings.desk
        if desk.session_idle_hours > desk.session_hours:
            self._report(
                ("desk", "session_idle_hours"),
                "E202",
                "longer than session_hours",
                "make it shorter than session_hours",
            )
        if desk.demo and settings.http.host not in _LOOPBACK:
            self._report(
                ("desk", "demo"),
                "E202",
                "demo logins where others can reach them",
                "listen on 127.0.0.1, or set CC_DESK_PASSWORDS_FILE",
            )
        if not desk.demo and desk.passwords_file is None and not settings.oidc.issuer:
            self._report(
                ("desk",),
                "E202",
                "nobody could log in",
                "set CC_DESK_PASSWORDS_FILE, or CC_DESK_DEMO=true to try it out",
            )
        if desk.passwords_file is not None and not desk.passwords_file.is_file():
            self._report(
                ("desk", "passwords_file"),
                "E100",
                f"no file {desk.passwords_file}",
                "make it, or correct the path",
            )

    def _check_tokens(self, settings: Settings) -> None:
        """The file of tokens can be found; what is in it is read at the start."""
        file = settings.http.api_tokens_file
        if file is not None and not file.is_file():
            self._report(("http", "api_tokens_file"), "E100", f"no file {file}", "make it")

    def _check_portal(self, settings: Settings) -> None:
        """The file of the key can be found; what is in it is read at the start."""
        file = settings.portal.context_key_file
        if file is not None and not file.is_file():
            self._report(("portal", "context_key_file"), "E100", f"no file {file}", "make it")

    def _check_phones(self, settings: Settings) -> None:
        """A secret is long enough that nobody finds it out from the password it makes."""
        secret = settings.phones.secret.reveal()
        if secret and len(secret) < SHORTEST_SECRET:
            message = f"shorter than {SHORTEST_SECRET} characters"
            self._tell(("phones", "secret"), message, "make one with: openssl rand -hex 32")

    def _check_webhooks(self, settings: Settings) -> None:
        """Each has a name of its own and one secret that can be had."""
        for number, hook in enumerate(settings.webhooks):
            place = ("webhooks", number)
            if hook.name in [other.name for other in settings.webhooks[:number]]:
                self._report((*place, "name"), "E202", "two webhooks of this name", "rename one")
            if bool(hook.secret_env) == (hook.secret_file is not None):
                self._report(place, "E202", "no secret, or two", "name secret_file or secret_env")
            elif hook.secret_file is not None and not hook.secret_file.is_file():
                self._report(
                    (*place, "secret_file"), "E100", f"no file {hook.secret_file}", "make it"
                )
            elif hook.secret_env and not self._environment.get(hook.secret_env):
                self._report((*place, "secret_env"), "E202", "this variable is not set", "set it")

    def _check_asterisk(self, asterisk: AsteriskSettings) -> None:
        if asterisk.connection == "local":
            return
        needed: list[tuple[tuple[str, ...], Secret, str]] = []
        if asterisk.connection == "outbound":
            needed.append((("asterisk", "listen", "password"), asterisk.listen.password, ""))
        else:
            needed.append((("asterisk", "password"), asterisk.password, ""))
        if asterisk.ami.enabled:
            off = ", or asterisk.ami.enabled: false"
            needed.append((("asterisk", "ami", "password"), asterisk.ami.password, off))
        for path, secret, otherwise in needed:
            if not secret:
                message = f"the password of {' '.join(path[:-1])} is not set"
                hint = f"set this environment variable{otherwise}"
                self._document.problems.append(
                    Problem(file=_SECRETS[path], code="E202", message=message, hint=hint)
                )


def _is_database(text: str) -> bool:
    """Whether this is a URL of a database we speak, as far as can be told without asking it."""
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError:
        return False
    kind, _, driver = url.scheme.partition("+")
    if kind not in _DATABASES or driver not in ("", _DATABASES[kind]) or port == 0:
        return False
    return kind != "sqlite" or url.path not in ("", "/", "/:memory:")


def _converted(variable: Variable, text: str) -> object:
    if variable.kind == "secret":
        return Secret(text)
    if variable.kind == "list":
        return [item.strip() for item in text.split(",") if item.strip()]
    return text if variable.kind == "text" else resolve_scalar(text)

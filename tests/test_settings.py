"""Settings: defaults, file, environment over it, and every mistake at once with its place."""

from __future__ import annotations

import os
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from contact_center.content.problems import ContentError
from contact_center.settings import (
    DEFAULT_FILE,
    ENVIRONMENT,
    AsteriskSettings,
    HttpSettings,
    Secret,
    Settings,
    load_settings,
)
from contact_center.settings.check import check_command

DEMO = {"CC_DESK_DEMO": "true"}
ROOT = Path(__file__).parents[1]


def file_of(folder: Path, text: str) -> Path:
    path = folder / "service.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(folder: Path, text: str, environment: dict[str, str] | None = None) -> list[str]:
    """Problems as ``place: code message (hint)``, the folder left out."""
    with pytest.raises(ContentError) as caught:
        load_settings(DEMO if environment is None else environment, file_of(folder, text))
    return [str(problem).replace(f"{folder}/", "") for problem in caught.value.problems]


@pytest.fixture
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A working directory without a settings file."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("_elsewhere")
def test_without_a_file_the_defaults_hold() -> None:
    settings = load_settings(DEMO)
    assert settings.center == Path("config/retailer/center.yaml")
    assert (settings.provider, settings.http) == ("simulated", HttpSettings())
    assert settings.asterisk == AsteriskSettings()
    assert settings.public_url == "http://127.0.0.1:8080"
    assert settings.prompts_url == "http://127.0.0.1:8080/prompts"
    assert settings.prompts_dir == Path("var/prompts")
    assert settings.database == "sqlite+aiosqlite:///var/contact-center.db"


@pytest.mark.usefixtures("_elsewhere")
def test_a_file_under_config_is_read_when_none_is_named() -> None:
    DEFAULT_FILE.parent.mkdir()
    DEFAULT_FILE.write_text("state_dir: elsewhere\n", encoding="utf-8")
    assert load_settings(DEMO).state_dir == Path("elsewhere")


def test_the_shipped_file_is_right_and_says_the_same_as_the_defaults() -> None:
    shipped = load_settings({}, ROOT / "config" / "service.yaml")
    assert shipped.desk.demo
    assert (shipped.http, shipped.asterisk, shipped.prompts, shipped.log) == (
        Settings().http,
        Settings().asterisk,
        Settings().prompts,
        Settings().log,
    )


def test_the_environment_lies_over_the_file(tmp_path: Path) -> None:
    file = file_of(tmp_path, "http: {port: 9000, host: 127.0.0.2}\ncenter: a.yaml\n")
    environment = {
        **DEMO,
        "CC_SETTINGS": str(file),
        "CC_HTTP_PORT": "9001",
        "CC_HTTP_HOST": "localhost",
        "CC_ALLOWED_ORIGINS": "https://crm.example.com, https://b.example.com:8443",
        "CC_CENTER": "config/bank",
        "CC_LOG_FORMAT": "",
    }
    settings = load_settings(environment)
    assert (settings.http.host, settings.http.port) == ("localhost", 9001)
    assert settings.http.allowed_origins == (
        "https://crm.example.com",
        "https://b.example.com:8443",
    )
    assert settings.center == Path("config/bank")
    assert settings.log.format == "text"


def test_every_variable_reaches_its_setting(tmp_path: Path) -> None:
    passwords = tmp_path / "passwords"
    passwords.write_text("")
    values = {
        "CC_PROVIDER": "asterisk",
        "CC_ARI_CONNECTION": "inbound",
        "CC_LOG_LEVEL": "debug",
        "CC_LOG_FORMAT": "json",
        "CC_PROMPTS_ENGINE": "none",
        "CC_DESK_DEMO": "false",
        "CC_DATABASE_URL": "postgresql+asyncpg://u:pw@h/d",
        "CC_DESK_PASSWORDS_FILE": str(passwords),
        "CC_API_TOKENS_FILE": str(passwords),
        "CC_LOOKUP_HOSTS": "crm.example.com,rates.example.com:8443",
        "CC_LOOKUP_PRIVATE_HOSTS": "127.0.0.1:8080",
        "CC_OIDC_ISSUER": "https://login.example.com/acd",
        "CC_PHONES_SECRET": "thirty-two characters and some more",
        "CC_PROXIES": "10.0.0.2,127.0.0.1",
        "CC_TWILIO_PUBLIC_KEY": "a" * 43 + "=",
    }
    for variable in ENVIRONMENT:
        sample = {"number": "4321", "list": "https://x.example", "flag": "false"}.get(
            variable.kind, "some-text"
        )
        if variable.name.endswith("_URL"):
            sample = "http://h.example:1234"
        values.setdefault(variable.name, sample)
    settings = load_settings(values, file_of(tmp_path, "{}\n"))
    for variable in ENVIRONMENT:
        found: object = settings
        for name in variable.path:
            found = getattr(found, name)
        shown = found.reveal() if isinstance(found, Secret) else found
        shown = ",".join(shown) if isinstance(shown, tuple) else str(shown)
        assert shown.lower() == values[variable.name], variable.name


MISTAKES = {
    "port_too_high": ("http: {port: 70000}", "1:14: E012 70000 is out of range (at most 65535)"),
    "port_as_text": ('http: {port: "80"}', '1:14: E012 "80" where a number was expected (write it'),
    "field": ("htp: {}", '1:1: E010 there is no field "htp" here (did you mean "http"?)'),
    "inner_field": (
        "http:\n  prot: 80",
        '2:3: E010 there is no field "prot" here (did you mean "port"?)',
    ),
    "choice": (
        "provider: asterix",
        "1:11: E012 \"asterix\" is not one of the choices (choose 'simulated'",
    ),
    "url": (
        "asterisk: {url: 127.0.0.1:8088}",
        "1:17: E201 not a usable URL (write http://host:port)",
    ),
    "url_port": ("asterisk: {url: 'http://h:99999'}", "1:17: E201 not a usable URL"),
    "url_password": (
        "asterisk: {url: 'http://u:hunter2@h'}",
        "1:17: E200 a user or password inside a URL",
    ),
    "origin": (
        "http: {allowed_origins: [crm.example.com]}",
        '1:26: E201 "crm.example.com" is not an origin',
    ),
    "host": ("http: {host: 'a b'}", '1:14: E201 "a b" is not a host'),
    "path": ("state_dir: ''", "1:12: E201 an empty path"),
    "listen_path": ("asterisk: {listen: {path: ari}}", '1:27: E012 "ari" cannot stand here'),
    "endpoint": (
        "asterisk: {agent_endpoint: PJSIP/1001}",
        '1:28: E201 "PJSIP/1001" is not an endpoint',
    ),
    "dialplan_injection": (
        "asterisk: {number_endpoint: 'Local/{number}@x&PJSIP/1'}",
        '1:29: E201 "Local/{number}@x&PJSIP/1"',
    ),
    "ari_password": (
        "asterisk:\n  password: hunter2",
        '2:3: E200 a secret in a file: "password" (set the environment variable CC_ARI_PASSWORD)',
    ),
    "ami_password": (
        "asterisk: {ami: {password: hunter2}}",
        '1:18: E200 a secret in a file: "password" (set the environment variable CC_AMI_PASSWORD)',
    ),
    "some_token": ("crm_token: hunter2", '1:1: E200 a secret in a file: "crm_token" (remove it)'),
    "database_password": (
        "database_url: postgresql+asyncpg://u:hunter2@h/d",
        "1:15: E200 a password in a file (set the environment variable CC_DATABASE_URL)",
    ),
    "database_kind": ("database_url: mysql://h/d", "1:15: E201 not a database that is supported"),
    "section_empty": ("http:", "1:6: E012 nothing where fields were expected"),
    "not_a_mapping": ("- a", "1:1: E012 settings are a mapping"),
    "not_yaml": ("http: {port: 1", "2:1: E001 did not find expected"),
    "yes_and_no": ("desk: {demo: yes}", '1:14: E012 "yes" where true or false was expected'),
    "webhook_without_a_secret": (
        "webhooks: [{name: crm, url: 'http://127.0.0.1/x'}]",
        "1:12: E202 no secret, or two",
    ),
    "webhook_with_two_secrets": (
        "webhooks: [{name: crm, url: 'http://127.0.0.1/x', secret_env: A, secret_file: b}]",
        "1:12: E202 no secret, or two",
    ),
    "webhook_secret_file_gone": (
        "webhooks: [{name: crm, url: 'http://127.0.0.1/x', secret_file: /nowhere/at-all}]",
        "1:64: E100 no file /nowhere/at-all",
    ),
    "webhook_secret_not_set": (
        "webhooks: [{name: crm, url: 'http://127.0.0.1/x', secret_env: SET_BY_NOBODY}]",
        "1:63: E202 this variable is not set",
    ),
    "idle_longer": ("desk: {session_idle_hours: 48}", "1:28: E202 longer than session_hours"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_reported_where_it_stands_with_advice(name: str, tmp_path: Path) -> None:
    text, expected = MISTAKES[name]
    environment = {} if name == "yes_and_no" else DEMO
    found = problems(tmp_path, text + "\n", environment)
    assert any(line.startswith(f"service.yaml:{expected}") for line in found), found
    assert not any("hunter2" in line for line in found)


def test_mistakes_of_file_and_environment_come_together(tmp_path: Path) -> None:
    environment = {
        **DEMO,
        "CC_HTTP_PORT": "0",
        "CC_LOG_LEVEL": "loud",
        "CC_HTTP_PROT": "1",
        "CC_PUBLIC_URL": "desk.example.com",
        "CC_AMI_PORT": "many",
        "CC_FOR_BUILD": "gcc",
    }
    text = "prompts: {engine: festival}\nasterisk: {app: 'a b', colour: red}\n"
    assert sorted(problems(tmp_path, text, environment)) == [
        'CC_AMI_PORT: E012 "many" where a number was expected (write it without quotes)',
        "CC_HTTP_PORT: E012 0 is out of range (at least 1)",
        "CC_HTTP_PROT: E203 an unknown environment variable (did you mean CC_HTTP_PORT?)",
        'CC_LOG_LEVEL: E012 "loud" is not one of the choices '
        "(choose 'debug', 'info', 'warning' or 'error')",
        "CC_PUBLIC_URL: E201 not a usable URL (write http://host:port)",
        'service.yaml:1:19: E012 "festival" is not one of the choices '
        "(choose 'auto', 'espeak-ng' or 'none')",
        'service.yaml:2:17: E012 "a b" cannot stand here (what can: ^[A-Za-z0-9._-]{1,64}$)',
        'service.yaml:2:24: E010 there is no field "colour" here (known: agent_endpoint, ami, app, '
        "connection, fastagi, listen, number_endpoint, password, recogniser, url, user)",
    ]


def test_passwords_that_the_connection_needs_are_asked_for_by_name(tmp_path: Path) -> None:
    text = "provider: asterisk\nasterisk: {connection: outbound}\n"
    assert problems(tmp_path, text) == [
        "CC_AMI_PASSWORD: E202 the password of asterisk ami is not set "
        "(set this environment variable, or asterisk.ami.enabled: false)",
        "CC_ARI_LISTEN_PASSWORD: E202 the password of asterisk listen is not set "
        "(set this environment variable)",
    ]
    inbound = "provider: asterisk\nasterisk: {connection: inbound, ami: {enabled: false}}\n"
    assert problems(tmp_path, inbound) == [
        "CC_ARI_PASSWORD: E202 the password of asterisk is not set (set this environment variable)"
    ]
    load_settings({**DEMO, "CC_ARI_PASSWORD": "x"}, file_of(tmp_path, inbound))


def test_demo_logins_are_refused_where_others_can_reach_them(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, "http: {host: 0.0.0.0}\n")
    assert found.startswith("CC_DESK_DEMO: E202 demo logins where others can reach them")


def test_a_desk_that_nobody_could_log_in_to_is_refused(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, "{}\n", {})
    assert "E202 nobody could log in (set CC_DESK_PASSWORDS_FILE" in found
    (found,) = problems(tmp_path, "{}\n", {"CC_DESK_PASSWORDS_FILE": f"{tmp_path}/nothing"})
    assert found.startswith("CC_DESK_PASSWORDS_FILE: E100 no file")


def test_a_file_of_tokens_that_is_not_there_is_named(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, "http: {api_tokens_file: nothing}\n")
    assert "E100 no file nothing" in found


def test_a_state_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("")
    (found,) = problems(tmp_path, f"state_dir: {tmp_path}/var\n")
    assert found.startswith("service.yaml:1:12: E201")


@pytest.mark.parametrize(
    "url",
    ["postgresql://u:pw@h/d", "postgres://h:5432/d", "postgresql+asyncpg://h/d", "sqlite:///x.db"],
)
def test_a_database_may_be_named_with_or_without_its_driver(url: str, tmp_path: Path) -> None:
    settings = load_settings({**DEMO, "CC_DATABASE_URL": url}, file_of(tmp_path, "{}\n"))
    assert settings.database == url


@pytest.mark.parametrize(
    "url",
    [
        "mysql://h/d",
        "postgresql+psycopg://h/d",
        "sqlite://",
        "sqlite+aiosqlite:///:memory:",
        "postgresql://u:hunter2@h:99999/d",
        "postgresql://u:hunter2@[h/d",
        "postgresql://u:hunter2@h:port/d",
    ],
)
def test_a_database_that_nobody_can_open_is_refused_without_its_password(
    url: str, tmp_path: Path
) -> None:
    (found,) = problems(tmp_path, "{}\n", {**DEMO, "CC_DATABASE_URL": url})
    assert found.startswith("CC_DATABASE_URL: E201 not a database that is supported")
    assert "hunter2" not in found


@pytest.mark.parametrize("text", ["", "\n", "# provider: asterisk\n\n  # all of it\n"])
def test_every_line_may_be_left_out(text: str, tmp_path: Path) -> None:
    assert load_settings(DEMO, file_of(tmp_path, text)).provider == "simulated"


def test_a_pipe_in_place_of_the_file_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    with pytest.raises(ContentError, match="E100 cannot be read: not a file but a pipe"):
        load_settings(DEMO, tmp_path / "pipe.yaml")


def test_broken_settings_do_not_hide_the_mistakes_of_the_center_they_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "center.yaml").write_text("center: Shop\ncolour: red\n")
    file = file_of(tmp_path, f"http: {{port: abc}}\ncenter: {tmp_path}\n")
    assert check_command(["--settings", str(file)], DEMO) == 1
    shown = capsys.readouterr().out
    assert 'E012 "abc" where a number was expected' in shown
    assert 'center.yaml:2:1: E010 there is no field "colour"' in shown


def test_a_named_file_has_to_exist(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"nowhere\.yaml: E100 cannot be read: No such file"):
        load_settings({"CC_SETTINGS": str(tmp_path / "nowhere.yaml")})


def test_secrets_are_never_shown(tmp_path: Path) -> None:
    environment = {
        **DEMO,
        "CC_ARI_PASSWORD": "hunter2",
        "CC_AMI_PASSWORD": "hunter2",
        "CC_ARI_LISTEN_PASSWORD": "hunter2",
        "CC_DATABASE_URL": "postgresql+asyncpg://u:hunter2@h/d",
    }
    settings = load_settings(environment, file_of(tmp_path, "{}\n"))
    for shown in (repr(settings), str(settings), f"{settings.asterisk.password}"):
        assert "hunter2" not in shown
    assert settings.asterisk.password.reveal() == "hunter2"
    assert settings.database == "postgresql+asyncpg://u:hunter2@h/d"
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert not Secret()


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings().http.port = 1  # type: ignore[misc]


# --- the command ----------------------------------------------------------------------------------


def test_check_says_what_was_loaded(capsys: pytest.CaptureFixture[str]) -> None:
    settings, center = str(ROOT / "config/service.yaml"), str(ROOT / "config/bank")
    assert check_command(["--settings", settings, "--center", center], {}) == 0
    shown = capsys.readouterr().out
    assert "Tidewater Savings Bank (US, en-US)" in shown
    assert "+14155550112 > tidewater-cards" in shown
    assert "cards (3 agents)" in shown
    assert shown.endswith("ok: 0 errors, 0 warnings\n")


def test_check_lists_every_environment_variable(capsys: pytest.CaptureFixture[str]) -> None:
    assert check_command(["--variables"], {}) == 0
    shown = capsys.readouterr().out
    for variable in ENVIRONMENT:
        assert f"| `{variable.name}` | " in shown
    assert "| `CC_ARI_PASSWORD` | only here | " in shown


def test_check_prints_the_problems_of_settings_and_center_together(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "center.yaml").write_text("center: X\nschema: 1\n")
    settings = file_of(tmp_path, "http: {port: 0}\n")
    assert check_command(["--settings", str(settings)], {**DEMO, "CC_CENTER": str(tmp_path)}) == 1
    lines = capsys.readouterr().out.splitlines()
    assert any("service.yaml:1:14: E012" in line for line in lines)
    assert any('center.yaml:1:1: E011 the field "region" is missing' in line for line in lines)
    assert lines[-1].startswith("not usable: ")


def test_check_counts_warnings_but_lets_them_pass(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, text in (
        ("center.yaml", (ROOT / "config/retailer/center.yaml").read_text()),
        ("flow.yaml", (ROOT / "ivr_flows/retailer.yaml").read_text()),
    ):
        text = text.replace("../../ivr_flows/retailer.yaml", "flow.yaml")
        text = text.replace("../../", f"{ROOT}/")
        (tmp_path / name).write_text(
            text.replace("skills:\n", "skills:\n  juggling: Juggling\n", 1)
        )
    settings = str(ROOT / "config/service.yaml")
    assert check_command(["--settings", settings, "--center", str(tmp_path)], {}) == 0
    lines = capsys.readouterr().out.splitlines()
    assert 'E111 warning: nobody has the skill "juggling"' in lines[0]
    assert lines[-1] == "ok: 0 errors, 1 warning"

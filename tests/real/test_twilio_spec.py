"""Where the description of Twilio's API comes from, and what is said when it cannot be had."""

from __future__ import annotations

import base64
import hashlib
import io
import tarfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.real import twilio_spec

CONTENT = b'{"openapi": "3.0.1"}'


def packed(content: bytes = CONTENT) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as tar:
        member = tarfile.TarInfo(twilio_spec.MEMBER)
        member.size = len(content)
        tar.addfile(member, io.BytesIO(content))
    return file.getvalue()


class Registry(BaseHTTPRequestHandler):
    """A registry with one package, whatever is asked for."""

    archive = b""
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.archive)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on the screen."""


@pytest.fixture
def registry() -> Iterator[tuple[str, list[str]]]:
    """(URL, paths asked) of a registry on this machine."""
    asked: list[str] = []
    kind = type("OneRegistry", (Registry,), {"archive": packed(), "asked": asked})
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/npm/", asked
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new user without npm, whose description has another hash."""
    archive = packed()
    digest = base64.b64encode(hashlib.sha512(archive).digest()).decode()
    monkeypatch.setattr(twilio_spec, "INTEGRITY", f"sha512-{digest}")
    monkeypatch.setattr(twilio_spec, "DIGEST", hashlib.sha256(CONTENT).hexdigest())
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("npm_config_registry", "NPM_CONFIG_REGISTRY"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.mark.parametrize("name", ["npm_config_registry", "NPM_CONFIG_REGISTRY"])
def test_without_npm_it_comes_from_the_registry_of_the_environment(
    name: str,
    machine: Path,
    registry: tuple[str, list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url, asked = registry
    monkeypatch.setenv(name, url)
    found = twilio_spec.find()
    assert found.read_bytes() == CONTENT
    assert found.is_relative_to(machine)
    assert asked == ["/npm/@twilio/cli-core/-/cli-core-8.3.2.tgz"]
    assert twilio_spec.find() == found
    assert len(asked) == 1


def test_a_file_that_was_changed_in_the_cache_is_fetched_again(
    machine: Path, registry: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, asked = registry
    monkeypatch.setenv("npm_config_registry", url)
    twilio_spec.find().write_bytes(b"{}")
    assert twilio_spec.find().read_bytes() == CONTENT
    assert len(asked) == 2


def test_without_npm_and_without_a_registry_it_says_what_to_do(machine: Path) -> None:
    with pytest.raises(twilio_spec.SpecError) as missing:
        twilio_spec.find()
    told = str(missing.value)
    assert "npm is not installed" in told
    assert "set npm_config_registry" in told
    assert "make setup-test" in told


def test_a_registry_that_does_not_answer_is_told(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9")
    with pytest.raises(twilio_spec.SpecError, match="without npm: "):
        twilio_spec.find()


def test_another_archive_than_the_known_one_is_refused(
    machine: Path, registry: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, _ = registry
    monkeypatch.setenv("npm_config_registry", url)
    monkeypatch.setattr(twilio_spec, "INTEGRITY", "sha512-other")
    with pytest.raises(twilio_spec.SpecError, match="another hash"):
        twilio_spec.find()
    assert list(machine.rglob("*.json")) == []


def test_another_description_in_the_known_archive_is_refused(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(twilio_spec, "DIGEST", "0" * 64)
    with pytest.raises(twilio_spec.SpecError, match="another hash"):
        twilio_spec.unpack(packed())

"""Twilio's own description of its REST API (OpenAPI), out of a package of Twilio's on npm.

    python -m tests.real.twilio_spec        # brings it into the user's cache

The file is not ours to commit. It is fetched once, compared with a fixed hash and kept in the
user's cache folder. Where the registry is comes from the environment alone: npm knows when it is
installed; without npm the variables that npm itself reads (`npm_config_registry`) say it.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import shutil
import ssl
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
from pathlib import Path
from typing import Any
from urllib.error import URLError

PACKAGE = "@twilio/cli-core"
VERSION = "8.3.2"
INTEGRITY = (
    "sha512-qRTAZS15i/nseKHu2zZIb1BD78WFRVOWM65iC9Jq"
    "jZdNpz5KQaiEI1klsLcWDi1pwXH9JG6pbFXJrIiYRJw/dw=="
)
"""Of the package's archive, as the registry publishes it."""
MEMBER = "package/src/services/twilio-api/twilio_api_v2010.json"
DIGEST = "7f123267c8dd60bd5412ed723cc021f0e58d52b635e8fad41f72c4a3dda9e77e"
"""SHA-256 of that member."""
_WAIT_S = 60
_REGISTRY = ("npm_config_@twilio:registry", "npm_config_registry")
_AUTHORITIES = ("npm_config_cafile", "NODE_EXTRA_CA_CERTS", "PIP_CERT", "REQUESTS_CA_BUNDLE")


class SpecError(Exception):
    """The description cannot be had; the text says how to get it."""


def find() -> Path:
    """The file in the cache, fetched when it is not there yet.

    Raises: SpecError.
    """
    kept = _cache() / f"twilio_api_v2010-{VERSION}.json"
    if kept.is_file() and hashlib.sha256(kept.read_bytes()).hexdigest() == DIGEST:
        return kept
    content = unpack(_archive())
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=kept.parent, delete=False) as file:
        file.write(content)
    Path(file.name).replace(kept)
    return kept


def load() -> dict[str, Any]:
    """The description as data. Raises: SpecError."""
    loaded: dict[str, Any] = json.loads(find().read_bytes())
    return loaded


def unpack(archive: bytes) -> bytes:
    """The description out of the package's archive.

    Raises: SpecError when the archive or the description is not the one we know.
    """
    kind, _, wanted = INTEGRITY.partition("-")
    got = base64.b64encode(hashlib.new(kind, archive).digest()).decode()
    if got != wanted:
        raise SpecError(f"What came as {PACKAGE} {VERSION} has another hash: {kind}-{got}")
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        file = tar.extractfile(MEMBER)
        content = b"" if file is None else file.read()
    if hashlib.sha256(content).hexdigest() != DIGEST:
        raise SpecError(f"{MEMBER} of {PACKAGE} {VERSION} has another hash than it should")
    return content


def _archive() -> bytes:
    """From npm, else from the registry that the environment names."""
    failures = []
    if npm := shutil.which("npm"):
        try:
            return _packed(npm)
        except (OSError, subprocess.SubprocessError, SpecError) as error:
            failures.append(f"npm: {error}")
    else:
        failures.append("npm is not installed")
    if registry := configured_registry():
        try:
            return _downloaded(registry)
        except (OSError, URLError) as error:
            failures.append(f"without npm: {error}")
    else:
        failures.append("npm_config_registry is not set")
    raise SpecError(
        f"The tests of Twilio need {PACKAGE} {VERSION} from npm ({'; '.join(failures)}). "
        "Install npm (apt-get install npm), or set npm_config_registry to the URL of a registry, "
        "then: make setup-test"
    )


def configured_registry() -> str | None:
    """What npm would read from the environment, in its order; names are in any case."""
    given = {name.lower(): value for name, value in os.environ.items()}
    return next((given[name] for name in _REGISTRY if given.get(name)), None)


def _packed(npm: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [npm, "pack", f"{PACKAGE}@{VERSION}", "--silent", "--ignore-scripts"],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=_WAIT_S,
            check=False,
        )
        found = list(Path(folder).glob("*.tgz"))
        if done.returncode != 0 or not found:
            raise SpecError(f"npm pack ended with {done.returncode}: {done.stderr.strip()[-300:]}")
        return found[0].read_bytes()


def _downloaded(registry: str) -> bytes:
    name = PACKAGE.partition("/")[2]
    url = f"{registry.rstrip('/')}/{PACKAGE}/-/{name}-{VERSION}.tgz"
    if not url.startswith(("http://", "https://")):
        raise OSError(f"{registry} is no URL of a registry")
    trusted = ssl.create_default_context() if url.startswith("https:") else None
    for variable in _AUTHORITIES:
        file = os.environ.get(variable)
        if trusted and file and Path(file).is_file():
            trusted.load_verify_locations(file)
    with urllib.request.urlopen(url, timeout=_WAIT_S, context=trusted) as answer:
        content: bytes = answer.read()
    return content


def _cache() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(home) / "contact-center"


if __name__ == "__main__":
    try:
        find()
    except SpecError as missing:
        sys.exit(str(missing))

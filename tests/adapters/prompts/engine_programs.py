"""Small programs that behave like a text to speech engine, well or badly."""

import sys
from pathlib import Path

_SPEAKS = """
import math, pathlib, struct, sys
said = sys.stdin.buffer.read()
with open({log!r}, "ab") as log:
    log.write(b"run\\n")
pathlib.Path({log!r} + ".text").write_bytes(said)
pathlib.Path({log!r} + ".argv").write_text(repr(sys.argv[1:]))
count = 22050 * max(1, len(said)) // 50
raw = b"".join(struct.pack("<h", round(9000 * math.sin(at / 8))) for at in range(count))
sys.stdout.buffer.write(b"RIFF\\x24\\xf0\\xff\\x7fWAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1,
    22050, 44100, 2, 16) + b"data\\x00\\xf0\\xff\\x7f" + raw)
"""
_BODIES = {
    "crashes": "import sys; sys.stdin.read(); sys.stderr.write('out of cheese'); sys.exit(3)",
    "dies_at_once": "import os; os._exit(7)",
    "hangs": """
import os, time
with open({log!r}, "w") as log:
    log.write(str(os.getpid()))
time.sleep(600)
""",
    "babbles": "import sys; sys.stdin.read(); sys.stdout.write('this is not sound')",
    "silent": "import sys; sys.stdin.read()",
    "mute": """
import struct, sys
sys.stdin.read()
form = struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16)
whole = b"WAVEfmt " + form + b"data" + struct.pack("<I", 8000) + bytes(8000)
sys.stdout.buffer.write(b"RIFF" + struct.pack("<I", len(whole)) + whole)
""",
    "knows_no_voice": "import sys; sys.stderr.write('The specified espeak-ng voice does not "
    "exist.'); sys.exit(1)",
    "floods": "import sys\nwhile True: sys.stdout.buffer.write(bytes(1 << 20))",
}


def program(folder: Path, kind: str = "speaks") -> tuple[list[str], Path]:
    """The argv of an engine, and the file in which it notes that it ran."""
    log = folder / "runs"
    source = (_SPEAKS if kind == "speaks" else _BODIES[kind]).replace("{log!r}", repr(str(log)))
    script = folder / "engine.py"
    script.write_text(source)
    return [sys.executable, "-S", "-E", str(script)], log


def runs(log: Path) -> int:
    """How often it ran."""
    return log.read_bytes().count(b"run\n") if log.exists() else 0

"""Small programs that stand where the engine's process is, and behave well or badly."""

import sys

WELL = """
import sys
from contact_center.adapters.recognition.worker import serve
class Echo:
    def understand(self, sound, phrases):
        return phrases[0], 0.9
serve(Echo(), sys.stdin.buffer, sys.stdout.buffer)
"""
DEAF = """
import sys, time
print('{"did": "ready"}', flush=True)
time.sleep(3600)
"""
DYING = """
import sys
print('{"did": "ready"}', flush=True)
sys.exit(3)
"""
BABBLING = """
print('what?', flush=True)
input()
"""


def argv(program: str) -> tuple[str, ...]:
    """How to start it."""
    return (sys.executable, "-c", program)

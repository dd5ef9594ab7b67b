"""Where in a caller's sound something is said: from noise and pauses to utterances.

An utterance comes with the sound before and after it, as it was: an engine measures the line by it.
"""

import pocketsphinx

from contact_center.adapters.recognition.sound import BYTES_A_SECOND, RATE

LONGEST_S = 8.0
"""Whoever speaks longer than that is understood as far as they have come."""
_WINDOW_S = 0.5
_RATIO = 0.8
_AROUND_S = 1.0
"""Kept from before it was certain that somebody speaks, which takes most of the window."""


class Utterances:
    """Cuts one caller's sound up. Feed it 16 bit linear at 8 kHz, in pieces of any size."""

    def __init__(self) -> None:
        self._ears = pocketsphinx.Endpointer(window=_WINDOW_S, ratio=_RATIO, sample_rate=RATE)
        self._frame = self._ears.frame_bytes
        self._rest = b""
        self._kept = bytearray()
        self.speaking = False

    def feed(self, sound: bytes) -> list[bytes]:
        """Take sound; gives the utterances that are over now. `speaking`: one goes on."""
        over: list[bytes] = []
        self._rest += sound
        while len(self._rest) >= self._frame:
            frame, self._rest = self._rest[: self._frame], self._rest[self._frame :]
            self._kept += frame
            if self._ears.process(frame) is not None:
                self.speaking = True
            if not self.speaking:
                del self._kept[: -int(_AROUND_S * RATE) * 2]
            elif not self._ears.in_speech or self._is_long():
                over.append(self._take())
        return over

    def end(self) -> bytes:
        """Give what was being said when the sound ended."""
        return self._take() if self.speaking else b""

    def _is_long(self) -> bool:
        return len(self._kept) >= (LONGEST_S + _AROUND_S) * BYTES_A_SECOND

    def _take(self) -> bytes:
        said, self._kept, self.speaking = bytes(self._kept), bytearray(), False
        return said

"""What a provider cannot keep of the contract, rule by rule, and why: nothing else may differ.

    python -m tests.contracts.telephony.differences

prints the table, which docs/twilio.md has, too (`tests/contracts/test_differences.py`).
"""

from __future__ import annotations

import sys

_NO_STATES = "nothing is told of phones before we ring them; presence is what agents say of theirs"
TWILIO: dict[str, str] = {
    "keys_are_reported_while_a_prompt_plays_and_do_not_stop_it": (
        "a key is told at once and stops a prompt that may be interrupted; one that may not be"
        " hears no keys"
    ),
    "early_media_and_notes_are_accepted": (
        "no early media: `Progress` is `not_supported`, callers hear ringing until we answer"
    ),
    "a_prompt_played_before_the_answer_is_heard_as_early_media": (
        "a prompt before the answer fails as `not_supported`: playing would answer, and cost"
    ),
    "what_is_heard_before_the_answer_is_told": (
        "Twilio says `ringing` also where the far end sends sounds before it answers"
    ),
    "every_watched_phone_is_told_of_at_first": _NO_STATES,
    "nothing_is_told_of_phones_that_nobody_watches": _NO_STATES,
    "a_direct_call_is_seen_at_both_phones_and_is_no_call_of_ours": _NO_STATES,
    "our_own_call_to_a_phone_is_seen_at_it_too": _NO_STATES,
    "a_phone_that_is_switched_off_is_told_of_and_again_when_it_is_back": _NO_STATES,
    "after_a_gap_every_phone_is_told_of_again_behind_the_resync": _NO_STATES,
    "phones_can_be_added_to_those_that_are_watched": _NO_STATES,
}
"""Rules that are not tested on Twilio, by the names of their tests without ``test_``, and what is
so instead."""
TELNYX = dict(TWILIO)
"""What differs on Telnyx."""
_KEPT_OVER_STREAMS = {"keys_are_reported_while_a_prompt_plays_and_do_not_stop_it"}
OVER_STREAMS = {rule: why for rule, why in TWILIO.items() if rule not in _KEPT_OVER_STREAMS}
"""What differs still where callers' sound goes over media streams."""


def table(differences: dict[str, str]) -> str:
    """The differences as a Markdown table, in the order of their names."""
    rows = [("rule of the contract", "on Twilio"), ("---", "---")]
    rows += [(name.replace("_", " "), why) for name, why in sorted(differences.items())]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


if __name__ == "__main__":
    sys.stdout.write(table(TWILIO))

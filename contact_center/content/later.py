"""What the flow language is going to have and what to do until then."""

from collections.abc import Mapping

LATER_FIELDS: Mapping[str, str] = {
    "wait": "what is heard while waiting stands under announcements of the queue",
}

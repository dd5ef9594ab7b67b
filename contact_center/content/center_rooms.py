"""What callers hear and may do while they wait: from what is written to waiting rooms."""

from collections.abc import Mapping
from dataclasses import dataclass

from contact_center.content.cel_engine import sample_names, whisper_names
from contact_center.content.center_queue_shapes import AnnouncementsShape, QueueShape
from contact_center.content.flow_shapes import LanguagesShape
from contact_center.content.speeches import FileExists, Speaker
from contact_center.content.yaml_source import Document, Path
from contact_center.core.ids import QueueId
from contact_center.core.waiting_room import WaitingRoom

ACTIONS = ("leave", "callback", "voicemail")
"""What a key may do beside taking an edge of the flow by its name."""


@dataclass(slots=True, kw_only=True)
class RoomBuilder:
    """Builds the waiting rooms of one center. `flows` are the files of its flows, by flow."""

    document: Document
    language: str
    flows: Mapping[str, Document]
    file_exists: FileExists

    def build(self, written: Mapping[str, QueueShape]) -> dict[QueueId, WaitingRoom]:
        """Build a room for each queue that has announcements."""
        return {
            QueueId(name): self._room(name, shape, shape.announcements)
            for name, shape in written.items()
            if shape.announcements is not None
        }

    def _room(self, name: str, queue: QueueShape, s: AnnouncementsShape) -> WaitingRoom:
        path: Path = ("queues", name, "announcements")
        languages = self._languages(name)
        speaker = Speaker(self.document, languages, sample_names({}), self.file_exists)
        whisperer = Speaker(self.document, languages, whisper_names(), self.file_exists)
        self._check_keys(queue, s, path)
        position, expected = s.position, s.expected_wait
        room = WaitingRoom()
        comfort, offer = s.comfort, s.offer
        return WaitingRoom(
            greeting=speaker.prompt(s.greeting, (*path, "greeting")),
            comfort=tuple(
                speaker.prompt(said, (*path, "comfort", "say", index))
                for index, said in enumerate(comfort.say)
            )
            if comfort
            else (),
            comfort_first_us=comfort.first if comfort else room.comfort_first_us,
            comfort_every_us=comfort.every if comfort else room.comfort_every_us,
            comfort_random=comfort.random if comfort else False,
            announce_first_us=s.first,
            announce_every_us=s.every,
            position=position is not None,
            position_most=position.most if position else room.position_most,
            only_better=position.only_better if position else False,
            expected=expected is not None,
            expected_most_us=expected.most if expected else room.expected_most_us,
            round_us=expected.rounded if expected else room.round_us,
            keys=dict(s.keys),
            offer=speaker.prompt(offer.say, (*path, "offer", "say")) if offer else (),
            offer_every_us=offer.every if offer else 0,
            whisper=whisperer.prompt(s.whisper, (*path, "whisper")),
        )

    def _check_keys(self, queue: QueueShape, s: AnnouncementsShape, path: Path) -> None:
        for key, action in s.keys.items():
            here = (*path, "keys", key)
            if action == "callback" and queue.callbacks is None:
                hint = "add callbacks: true to the queue"
                self.document.report(here, "E202", "a key for callbacks without callbacks", hint)
        if s.keys and s.offer is None:
            self.document.warn(
                (*path, "keys"),
                "W101",
                "nobody tells callers of these keys",
                "add offer: and what there is to press",
                key=True,
            )
        if s.offer is not None and not s.keys:
            hint = "add keys: {1: callback}, or remove the offer"
            message = "an offer of keys without keys"
            self.document.report((*path, "offer"), "E202", message, hint, key=True)

    def _languages(self, queue: str) -> LanguagesShape:
        """Every language in which a caller may come to a queue."""
        flows = list(self.flows.values())
        offered = {self.language: None}
        fallback: dict[str, str] = {}
        for flow in [f for f in flows if _leads_to(f, queue)] or flows:
            written = flow.data.get("languages") if isinstance(flow.data, dict) else None
            try:
                languages = LanguagesShape.model_validate(written)
            except ValueError:  # reported with the flow
                continue
            offered |= dict.fromkeys((languages.default, *languages.offered))
            fallback |= languages.fallback
        return LanguagesShape(default=self.language, offered=list(offered), fallback=fallback)


def _leads_to(flow: Document, queue: str) -> bool:
    nodes = flow.data.get("nodes") if isinstance(flow.data, dict) else None
    found = nodes.values() if isinstance(nodes, dict) else ()
    return any(isinstance(node, dict) and node.get("queue") == queue for node in found)

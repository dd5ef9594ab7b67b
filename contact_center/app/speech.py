"""Rendering what the flows say, before the first call can hear it."""

from collections.abc import Sequence

from contact_center.adapters.asterisk.local.tree import TreeError, find
from contact_center.adapters.prompts.store import PromptProblem, PromptStore
from contact_center.core.flows import Flows
from contact_center.core.ivr.prompts import files_of, files_of_room, texts_of, texts_of_room

PROGRAM = "espeak-ng"


def private_engine() -> list[str] | None:
    """How to start the speech program that comes with the local Asterisk, if there is one."""
    try:
        return find().command(PROGRAM)
    except TreeError:
        return None


async def publish(store: PromptStore, flows: Flows) -> Sequence[PromptProblem]:
    """Render all that flows may say, and queues to those who wait; gives what cannot be played."""
    texts = {spoken for bundle in flows.bundles for spoken in texts_of(bundle)}
    files = {spoken for bundle in flows.bundles for spoken in files_of(bundle)}
    languages = {language for _, language in texts}
    for room in flows.rooms:
        texts |= texts_of_room(room, languages)
        files |= files_of_room(room, languages)
    return await store.publish(sorted(texts), sorted(files))

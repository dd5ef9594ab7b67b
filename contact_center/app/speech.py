"""Rendering what the flows say, before the first call can hear it."""

from collections.abc import Sequence

from contact_center.adapters.asterisk.local.tree import TreeError, find
from contact_center.adapters.prompts.store import PromptProblem, PromptStore
from contact_center.core.flows import Flows
from contact_center.core.ivr.prompts import files_of, texts_of

PROGRAM = "espeak-ng"


def private_engine() -> list[str] | None:
    """How to start the speech program that comes with the local Asterisk, if there is one."""
    try:
        return find().command(PROGRAM)
    except TreeError:
        return None


async def publish(store: PromptStore, flows: Flows) -> Sequence[PromptProblem]:
    """Render everything that any flow may say; gives what cannot be played."""
    texts = sorted({spoken for bundle in flows.bundles for spoken in texts_of(bundle)})
    files = sorted({spoken for bundle in flows.bundles for spoken in files_of(bundle)})
    return await store.publish(texts, files)

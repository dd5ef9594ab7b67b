"""Prompts as sound: text to speech ahead of time, prerecorded files, a content-addressed cache."""

from contact_center.adapters.prompts.engines import Engine, EngineError, Espeak, NoEngine, choose
from contact_center.adapters.prompts.store import PromptProblem, PromptStore

__all__ = [
    "Engine",
    "EngineError",
    "Espeak",
    "NoEngine",
    "PromptProblem",
    "PromptStore",
    "choose",
]

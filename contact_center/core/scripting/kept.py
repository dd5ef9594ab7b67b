"""A run as it is kept: what it was of, and everything that happened. Enough to go on with it."""

from dataclasses import dataclass

from contact_center.core.scripting.facts import ScriptFact
from contact_center.core.scripting.run import Run, read_back
from contact_center.core.scripting.script import Script


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRun:
    """A run of `version` of a script. ``agent``: who has it now, or had it last.

    ``facts`` are in order, from the first one on (microseconds since 1970 UTC).
    """

    call: str
    script: str
    version: str
    language: str
    agent: str
    queue: str = ""
    customer: str = ""
    facts: tuple[ScriptFact, ...] = ()

    def restore(self, script: Script) -> Run:
        """Make the run that it was. Raises ValueError when `script` is not the same text."""
        if (script.script, script.version) != (self.script, self.version):
            raise ValueError(f"this run is of another version of {self.script}")
        run = Run(
            call=self.call,
            script=script,
            agent=self.agent,
            language=self.language,
            queue=self.queue,
            customer=self.customer,
        )
        return read_back(run, self.facts)

"""Which script is read in a call: that of the list somebody is called from goes before that of the
campaign, and the campaign's before the queue's, which may have one for each direction."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from contact_center.core.events import Direction
from contact_center.core.scripting.script import Script


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptChoice:
    """The scripts of one queue. None: nothing is read there."""

    inbound: Script | None = None
    outbound: Script | None = None
    campaigns: Mapping[str, Script] = field(default_factory=dict)
    lists: Mapping[str, Script] = field(default_factory=dict)

    @staticmethod
    def always(script: Script) -> "ScriptChoice":
        """Choose the same one for every call."""
        return ScriptChoice(inbound=script, outbound=script)

    @property
    def scripts(self) -> Iterator[Script]:
        """All of them; one that is named twice comes twice."""
        yield from (s for s in (self.inbound, self.outbound) if s is not None)
        yield from self.campaigns.values()
        yield from self.lists.values()

    def of(self, direction: Direction, campaign: str = "", lead_list: str = "") -> Script | None:
        """Choose; `campaign` and `lead_list` are empty for a call that no campaign has begun."""
        own = self.outbound if direction is Direction.OUTBOUND else self.inbound
        return self.lists.get(lead_list) or self.campaigns.get(campaign) or own

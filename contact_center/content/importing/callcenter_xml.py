"""FreeSWITCH's callcenter.conf.xml to a center. Pure: a text in, draft and report out.

What is said of FreeSWITCH is what ``mod_callcenter`` of version 1.10 and 1.11 does.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from contact_center.content.importing.asterisk_conf import is_true
from contact_center.content.importing.draft import (
    COMFORT,
    AgentDraft,
    CenterDraft,
    QueueDraft,
    duration,
    seconds,
)
from contact_center.content.importing.plain_xml import Element, read_xml
from contact_center.content.importing.report import Report, Verdict

Fate = tuple[Verdict, str]
_DIAL_OPTIONS = re.compile(r"[\[{][^\]}]*[\]}]")
STRATEGIES: Mapping[str, str] = {
    "ring-all": "ring_all",
    "longest-idle-agent": "longest_idle",
    "round-robin": "round_robin",
    "top-down": "top_down",
    "agent-with-least-talk-time": "least_talk_time",
    "agent-with-fewest-calls": "fewest_calls",
    "sequentially-by-agent-order": "linear",
    "sequentially-by-next-agent-order": "round_robin",
    "random": "random",
    "ring-progressively": "progressive",
}
_SETTINGS: Mapping[str, str] = {
    "odbc-dsn": "the state is in memory and in the journal",
    "dbname": "the state is in memory and in the journal",
    "cc-instance-id": "one process owns a center",
    "truncate-tiers-on-load": "what is written here is all there is",
    "truncate-agents-on-load": "what is written here is all there is",
    "global-database-lock": "there is no lock: one event after the other",
    "reserve-agents": "an agent is always reserved before the phone rings",
    "agent-originate-timeout": "phones ring as long as ring says",
    "debug": "log level: debug in service.yaml",
}
_NOT_NEEDED: Mapping[str, str] = {
    "discard-abandoned-after": "it goes with abandoned-resume-allowed",
    "skip-agents-with-external-calls": "agents who talk elsewhere are not offered calls",
    "ring-progressively-delay": "only for ring-progressively",
    "announce-frequency": "only with announce-sound",
    "tier-rule-wait-second": "only with tier-rules-apply",
    "tier-rule-wait-multiply-level": "only with tier-rules-apply",
    "max-wait-time-with-no-agent-time-reached": "callers leave an empty queue at once",
}


def import_callcenter(file: str, text: str, report: Report) -> CenterDraft:
    """Make a center of callcenter.conf.xml. Raises XmlError."""
    root = read_xml(file, text, report)
    draft = CenterDraft(label=f"Imported from {file}")
    _Importer(file, report, draft).read(root)
    report.finish("nothing here is called so")
    return draft


@dataclass(slots=True)
class _Importer:
    file: str
    report: Report
    draft: CenterDraft
    queues: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def say(self, element: Element, verdict: Verdict, words: str = "") -> None:
        """Note what became of an element."""
        self.report.say(self.file, element.line, verdict, words)

    def read(self, root: Element) -> None:
        """Read settings, queues, agents and tiers, in whatever order they stand."""
        top = root.within("configuration") or [root]
        for element in [*root.within("include"), *root.within("configuration")]:
            self.say(element, Verdict.KEPT)
        for name in ("settings", "queues", "agents", "tiers"):
            for group in (found for one in top for found in one.within(name)):
                self.say(group, Verdict.KEPT)
        for one in top:
            for param in one.within("settings", "param"):
                self._setting(param)
            for queue in one.within("queues", "queue"):
                self._queue(queue)
            for agent in one.within("agents", "agent"):
                self._agent(agent)
            tiers = one.within("tiers", "tier")
            for tier in sorted(tiers, key=_place):
                self._tier(tier, tiers)
            self._order(sorted(tiers, key=_place))
        self._name_includes(root)

    def _order(self, tiers: list[Element]) -> None:
        """Put agents in the order of their positions, as strategies that go in order use them."""
        placed = dict.fromkeys(tier.attributes.get("agent", "") for tier in tiers)
        agents = self.draft.agents
        names = [*(name for name in placed if name in agents), *agents]
        self.draft.agents = {name: agents[name] for name in dict.fromkeys(names)}

    def _name_includes(self, element: Element) -> None:
        for inner in element.inside:
            if inner.name.upper() == "X-PRE-PROCESS":
                data = inner.attributes.get("data", "")
                self.say(inner, Verdict.LEFT_OUT, f"{data}: another file, which is not followed")
            self._name_includes(inner)

    def _setting(self, param: Element) -> None:
        words = _SETTINGS.get(param.attributes.get("name", ""))
        if words is None:
            self.say(param, Verdict.LEFT_OUT, "nothing here is called so")
        else:
            self.say(param, Verdict.NOT_NEEDED, words)

    def _queue(self, element: Element) -> None:
        foreign = element.attributes.get("name", "")
        if not foreign:
            self.say(element, Verdict.LEFT_OUT, "a queue without a name")
            return
        queue = self.draft.queue(foreign)
        self.say(element, Verdict.KEPT, f"queue {queue.name}")
        params = element.within("param")
        values = {p.attributes.get("name", ""): p.attributes.get("value", "") for p in params}
        self.queues[foreign] = values
        queue.fields.update(strategy="longest_idle", max_waiting=100_000)
        queue.fields.update(max_wait="24h", when_empty=False, wrap_up="0s")
        for param in params:
            name, value = param.attributes.get("name", ""), param.attributes.get("value", "")
            if "$${" in value and name != "record-template":
                queue.fields.update({"music": "default"} if name == "moh-sound" else {})
                words = f"{value} is a variable of FreeSWITCH: write what it stands for"
                self.say(param, Verdict.TO_DO, words)
                continue
            verdict, words = _queue_param(queue, name, value, values)
            self.say(param, verdict, words)

    def _agent(self, element: Element) -> None:
        foreign = element.attributes.get("name", "")
        if not foreign:
            self.say(element, Verdict.LEFT_OUT, "an agent without a name")
            return
        contact = element.attributes.get("contact", "")
        wish = f"{_DIAL_OPTIONS.sub('', contact)} {foreign}"
        agent = self.draft.agent(foreign, wish)
        told = [f"agent {agent.name} at extension {agent.extension}"]
        verdict = Verdict.KEPT
        for name, value in element.attributes.items():
            if name in ("name", "contact"):
                continue
            fate, words = _agent_attribute(agent, name, value)
            told.append(words)
            verdict = fate if fate is Verdict.LEFT_OUT else verdict
        told += _leg_timeout(agent, contact)
        self.say(element, verdict, ", ".join(word for word in told if word))

    def _tier(self, element: Element, tiers: list[Element]) -> None:
        foreign, name = element.attributes.get("agent", ""), element.attributes.get("queue", "")
        agent = self.draft.agents.get(foreign)
        if agent is None or name not in self.draft.queues:
            missing = f"agent {foreign}" if agent is None else f"queue {name}"
            self.say(element, Verdict.LEFT_OUT, f"there is no {missing} in this file")
            return
        queue = self.draft.queues[name]
        level = max(0, seconds(element.attributes.get("level", "1")) or 0)
        more: dict[str, Any] = {"tier": min(level, 1_000)} if level != 1 else {}
        lowest = min(_level(t) for t in tiers if t.attributes.get("queue") == name)
        wait = _tier_wait(self.queues[name], level) if level > lowest else 0
        if wait:
            more["delay"] = duration(wait)
        agent.queues[queue.name] = more
        words = f"{agent.name} serves {queue.name}, tier {level}"
        words += f", after {duration(wait)}" if wait else ""
        self.say(element, Verdict.KEPT, f"{words}; positions are the order of the agents")


def _place(tier: Element) -> tuple[int, int]:
    return _level(tier), seconds(tier.attributes.get("position", "1")) or 0


def _level(tier: Element) -> int:
    return seconds(tier.attributes.get("level", "1")) or 0


def _tier_wait(values: Mapping[str, str], level: int) -> int:
    if not is_true(values.get("tier-rules-apply", "false")):
        return 0
    wait = seconds(values.get("tier-rule-wait-second", "300")) or 0
    return wait * level if is_true(values.get("tier-rule-wait-multiply-level", "true")) else wait


def _queue_param(queue: QueueDraft, name: str, value: str, values: Mapping[str, str]) -> Fate:
    taken = _TAKEN.get(name)
    if taken is not None:
        return taken(queue, value, values)
    if name in _NOT_NEEDED:
        return Verdict.NOT_NEEDED, _NOT_NEEDED[name]
    return Verdict.LEFT_OUT, "nothing here is called so"


def _strategy(queue: QueueDraft, value: str, values: Mapping[str, str]) -> Fate:
    known = STRATEGIES.get(value)
    if known is None:
        return Verdict.LEFT_OUT, "no strategy of FreeSWITCH: longest_idle"
    queue.fields["strategy"] = known
    words = f"strategy: {known}"
    if known == "longest_idle":
        queue.fields["idle_clock"] = "last_call"
        words += ", idle_clock: last_call"
    step = seconds(values.get("ring-progressively-delay", "10"))
    if known == "progressive" and step:
        queue.fields["ring_step"] = duration(step)
        words += f", ring_step: {duration(step)}"
    return Verdict.KEPT, words


def _music(queue: QueueDraft, value: str, _: Mapping[str, str]) -> Fate:
    scheme, _colon, name = value.partition("://")
    if scheme == "local_stream" and re.fullmatch(r"[A-Za-z0-9._-]+", name):
        queue.fields["music"] = name
        return Verdict.KEPT, f"music: {name} (a class of music of the switch)"
    return Verdict.TO_DO, "music: default; make a class of music of it at the switch"


def _record(queue: QueueDraft, _value: str, _: Mapping[str, str]) -> Fate:
    queue.fields["recording"] = True
    return Verdict.KEPT, "recording: true (files are named by us)"


def _time_base(_queue: QueueDraft, value: str, _: Mapping[str, str]) -> Fate:
    if value == "queue":
        return Verdict.NOT_NEEDED, "a wait counts from the queue, and moves with the caller"
    return Verdict.LEFT_OUT, "a wait counts from the first queue, not from the call's beginning"


def _max_wait(queue: QueueDraft, value: str, _: Mapping[str, str]) -> Fate:
    count = seconds(value)
    if count is None or count < 0:
        return Verdict.LEFT_OUT, f"{value} is no number"
    if count == 0:
        return Verdict.KEPT, "max_wait: 24h (0 is no bound in FreeSWITCH; here there is one)"
    queue.fields["max_wait"] = duration(count)
    return Verdict.KEPT, f"max_wait: {duration(count)}"


def _empty(queue: QueueDraft, value: str, _: Mapping[str, str]) -> Fate:
    count = seconds(value) or 0
    queue.fields["when_empty"] = count > 0
    if count <= 0:
        return Verdict.KEPT, "when_empty: false"
    return Verdict.KEPT, f"when_empty: true (at once, not after {count}s)"


def _tier_rules(_queue: QueueDraft, value: str, _: Mapping[str, str]) -> Fate:
    if is_true(value):
        return Verdict.KEPT, "delay, at the agents' places in the queue"
    return Verdict.KEPT, "tiers without a delay"


def _no_wait(_queue: QueueDraft, value: str, values: Mapping[str, str]) -> Fate:
    if is_true(value) and is_true(values.get("tier-rules-apply", "false")):
        return Verdict.LEFT_OUT, "a delay holds even when nobody of the tiers before is there"
    return Verdict.NOT_NEEDED, "a delay holds whoever is there"


def _resume(queue: QueueDraft, value: str, values: Mapping[str, str]) -> Fate:
    if not is_true(value):
        return Verdict.NOT_NEEDED, "redial is off unless it is written"
    window = seconds(values.get("discard-abandoned-after", "60")) or 60
    queue.fields["redial"] = duration(window)
    return Verdict.KEPT, f"redial: {duration(window)}"


def _announce(queue: QueueDraft, value: str, values: Mapping[str, str]) -> Fate:
    every = seconds(values.get("announce-frequency", "0")) or 0
    if every <= 0:
        return Verdict.NOT_NEEDED, "without an announce-frequency it is never played"
    queue.announcements["comfort"] = {
        "say": [COMFORT],
        "first": duration(every),
        "every": duration(every),
    }
    words = f"comfort, every {duration(every)}: a text stands in for {value}; write what is said"
    return Verdict.TO_DO, words


def _no_answer_status(_queue: QueueDraft, value: str, _: Mapping[str, str]) -> Fate:
    if value == "On Break":
        return Verdict.KEPT, "after_no_answer: pause, at its agents"
    return Verdict.LEFT_OUT, "agents who do not answer are paused, nothing else"


_TAKEN: Mapping[str, Callable[[QueueDraft, str, Mapping[str, str]], Fate]] = {
    "strategy": _strategy,
    "moh-sound": _music,
    "record-template": _record,
    "time-base-score": _time_base,
    "max-wait-time": _max_wait,
    "max-wait-time-with-no-agent": _empty,
    "tier-rules-apply": _tier_rules,
    "tier-rule-no-agent-no-wait": _no_wait,
    "abandoned-resume-allowed": _resume,
    "announce-sound": _announce,
    "agent-no-answer-status": _no_answer_status,
}
_RESTS: Mapping[str, str] = {
    "reject-delay-time": "declined",
    "busy-delay-time": "busy",
    "no-answer-delay-time": "no_answer",
}


def _agent_attribute(agent: AgentDraft, name: str, value: str) -> Fate:
    count = seconds(value)
    if name in _RESTS and count is not None:
        rest = max(1, count)
        agent.fields.setdefault("back_off", {})[_RESTS[name]] = duration(rest)
        return Verdict.KEPT, f"back_off: {{{_RESTS[name]}: {duration(rest)}}}"
    if name == "wrap-up-time" and count is not None:
        agent.fields["wrap_up"] = duration(max(0, count))
        return Verdict.KEPT, f"wrap_up: {duration(max(0, count))}"
    if name == "max-no-answer" and count is not None:
        agent.fields["after_no_answer"] = "pause" if count > 0 else "back_off"
        if count > 1:
            agent.fields["no_answers"] = min(count, 100)
        return Verdict.KEPT, f"after {count} without an answer: pause" if count > 0 else "back_off"
    if name == "type":
        if value == "callback":
            return Verdict.KEPT, ""
        return Verdict.LEFT_OUT, f"type {value}: the agent's phone is rung for each call instead"
    if name in ("status", "state", "instance_id", "uuid"):
        return Verdict.NOT_NEEDED, f"{name}: agents say at their desk when they are ready"
    return Verdict.LEFT_OUT, f"{name} {value}: nothing here is called so, or this is no number"


def _leg_timeout(agent: AgentDraft, contact: str) -> list[str]:
    told = []
    match = re.search(r"leg_timeout=(\d{1,6})", contact)
    if match and int(match[1]) > 0:
        agent.fields["ring"] = duration(int(match[1]))
        told.append(f"ring: {agent.fields['ring']}")
    others = re.findall(r"[\[{,]([a-z_]+)=", contact)
    told += [f"{o} of the contact is the switch's" for o in others if o != "leg_timeout"]
    return told

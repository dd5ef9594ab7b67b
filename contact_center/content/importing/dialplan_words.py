"""Applications of Asterisk's dial plan that need no node, or have none, and why."""

from collections.abc import Mapping

_LOG = "every step of a call is a fact and in the journal"
_STATE = "calls are answered before a flow begins"

NOISE: Mapping[str, str] = {
    "answer": _STATE,
    "progress": _STATE,
    "ringing": _STATE,
    "proceeding": _STATE,
    "noop": _LOG,
    "verbose": _LOG,
    "log": _LOG,
    "dumpchan": _LOG,
    "cel": _LOG,
    "resetcdr": _LOG,
    "nocdr": _LOG,
    "forkcdr": _LOG,
    "userevent": _LOG,
    "stopmixmonitor": "recordings are the queue's",
    "stopplaytones": "no tones are played",
    "musiconhold": "music is what callers hear in a queue",
    "setmusiconhold": "music: of the queue",
    "startmusiconhold": "music: of the queue",
    "stopmusiconhold": "music: of the queue",
}
UNHEARD: Mapping[str, str] = {
    "mixmonitor": "write recording: true at the queue",
    "monitor": "write recording: true at the queue",
    "queuelog": "what happens in queues is a fact",
}
ENDS = frozenset({"hangup", "busy", "congestion"})
PLAYS = frozenset(
    {"playback", "wait", "saydigits", "saynumber", "sayalpha", "sayphonetic", "playtones"}
)
WITHOUT: Mapping[str, str] = {
    "agi": "write a service, and a lookup node here",
    "fastagi": "write a service, and a lookup node here",
    "curl": "write a service, and a lookup node here",
    "system": "nothing is run on the machine",
    "trysystem": "nothing is run on the machine",
    "record": "write a voicemail node",
    "directory": "write a menu of people",
    "voicemailmain": "agents hear messages that come through a queue",
    "execif": "write a branch, and a node for each way",
    "execiftime": "write an hours node",
    "while": "write a branch that leads back",
    "endwhile": "write a branch that leads back",
    "meetme": "there are no conference rooms",
    "confbridge": "there are no conference rooms",
    "page": "nobody is paged",
    "disa": "callers do not dial out",
    "sayunixtime": "say a value as: date and as: time",
    "senddtmf": "keys are not sent",
    "authenticate": "write a collect node with sensitive: true, and a lookup",
    "addqueuemember": "agents come to work at their desks",
    "removequeuemember": "agents leave work at their desks",
    "pickup": "agents take calls at their desks",
    "parkandannounce": "agents park calls at their desks",
}

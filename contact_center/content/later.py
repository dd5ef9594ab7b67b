"""What the flow language is going to have and what to do until then."""

from collections.abc import Mapping

LATER_NODES: Mapping[str, str] = {
    "confirm": "ask with a menu: 1 for yes, 2 for no",
    "switch": "use branch with one case per value",
    "lookup": "the caller is already looked up by number: see customer.* in expressions",
    "call": "put the nodes into this flow",
    "return": "put the nodes into this flow",
    "language": "use a menu whose keys lead to nodes in that language",
    "route": "write priority, boost, skills, require and prefer on the queue node",
    "record": "whole calls are not recorded yet; a voicemail node records a message",
    "survey": "leave it out",
    "split": "leave it out",
    "tag": "write a tag on an edge: {goto: node, tag: name}",
}
LATER_FIELDS: Mapping[str, str] = {
    "services": "the caller is already looked up by number: see customer.* in expressions",
    "words": "leave it out: keys only",
    "sensitive": "do not ask for secrets in a flow yet",
    "confirm": "ask with a menu after it: 1 for yes, 2 for no",
    "milestone": "write a tag on an edge: {goto: node, tag: name}",
    "tags": "write a tag on an edge: {goto: node, tag: name}",
    "say_first": "put the text into a play node before this one",
    "set": "assign in a set node before",
    "wait": "what is heard while waiting stands under announcements of the queue",
    "emergency": "leave it out",
    "too_short": 'a message shorter than min takes the edge "empty"',
    "review": "leave it out",
    "mode": "transfers are blind; remove the line",
    "contained": "leave it out",
    "ivr_time": "steps and call_failures bound the flow",
    "hangup": "leave it out",
}

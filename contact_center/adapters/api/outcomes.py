"""What became of a request, as an answer: done, or why not in words."""

from typing import Final

from aiohttp import web

from contact_center.adapters.api.access import refusal

_MESSAGES: Final = {
    "not_waiting": (404, "This call does not wait in a queue."),
    "no_such_call": (404, "There is no such call."),
    "no_such_queue": (404, "There is no such queue."),
    "no_such_flow": (404, "There is no such flow."),
    "all_flows": (409, "All flows are switched to emergency: switch all of them back."),
    "unknown_agent": (404, "There is no such agent."),
    "not_your_queue": (409, "This agent does not serve the queue."),
    "logged_out": (409, "This agent is not logged in."),
    "no_help_wanted": (409, "This agent asks for no help."),
    "being_offered": (409, "An agent's phone rings for it just now."),
    "no_agent": (409, "No agent talks with the caller."),
    "no_device": (409, "Say which phone of yours is to be rung."),
    "too_many": (409, "Too many supervisors are in this call."),
    "not_supervising": (409, "You are not in this call."),
    "disposition_needed": (409, "The agent has to say first how the call ended."),
    "wrap_up_is_not_over": (409, "The agent's wrap-up lasts longer."),
    "not_in_wrap_up": (409, "The agent is not in wrap-up."),
    "no_such_skill": (404, "No agent has such a skill."),
    "other_channel": (409, "They have no part in that channel."),
    "no_room": (409, "One job would not fit into that capacity."),
    "bad_end": (409, "It has to end within a day."),
    "no_such_change": (404, "Nothing is other than in the file."),
}


def outcome(code: str) -> web.Response:
    """Tell what became of a request."""
    if not code:
        return web.json_response({"done": True})
    status, message = _MESSAGES.get(code, (409, "This cannot be done now."))
    return refusal(status, code, message)

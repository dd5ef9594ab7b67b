"""Why an option of Asterisk's queues.conf has no counterpart, or needs none."""

from collections.abc import Mapping

_NO_DIAL_PLAN = "no dial plan runs for our calls: screens, facts and webhooks tell the same"

GENERAL: Mapping[str, str] = {
    "persistentmembers": "who is logged in survives a restart anyway",
    "autofill": "every free agent gets a caller at once, always",
    "monitor-type": "there is one way to record",
    "shared_lastcall": "wrap-up is the agent's, so it counts in every queue",
    "updatecdr": "history knows the agent of every call",
    "negative_penalty_invalid": "there are no negative tiers",
    "log_membername_as_agent": "history has the agent's id and name",
    "log-caller-id-name": "history has the caller's name; logs never have",
    "log-restricted-caller-id": "logs never have callers' numbers",
    "log-unpause-on-reason-change": "every change of presence is in history",
    "force_longest_waiting_caller": "the longest wait over all of an agent's queues goes first",
    "keepstats": "a reload keeps every number",
}
NOT_NEEDED: Mapping[str, str] = {
    **GENERAL,
    "retry": "the next agent is offered the caller at once",
    "timeoutpriority": "an agent's phone never rings beyond what the caller will wait",
    "timeoutrestart": "every offer rings for its whole time",
    "min-announce-frequency": "announcements come at their times, whatever the place does",
    "relative-periodic-announce": "messages come at their times and never delay an answer",
    "eventwhencalled": "every offer is a fact",
    "eventmemberstatus": "every change of an agent is a fact",
    "announce-to-first-user": "announcements never delay an answer, so the first one hears them",
    "monitor-join": "a recording holds both sides",
    "autopausedelay": "agents rest after an offer that failed (timing: back_off)",
    "autopausebusy": "a busy phone gives its agent a rest, not a pause (timing: back_off)",
    "autopauseunavail": "an agent whose phone is lost is signed off (timing: device_grace)",
    "reportholdtime": "the screen shows the agent how long the caller waited",
    "setinterfacevar": _NO_DIAL_PLAN,
    "setqueueentryvar": _NO_DIAL_PLAN,
    "setqueuevar": _NO_DIAL_PLAN,
}
WITHOUT: Mapping[str, str] = {
    "context": "keys while waiting: write announcements: keys and offer",
    "membermacro": _NO_DIAL_PLAN,
    "membergosub": _NO_DIAL_PLAN,
    "penaltymemberslimit": "tiers do not give way by number; let a step ask for less",
    "memberdelay": "agents are connected as soon as they answer; a whisper takes its time",
}
PROMPTS = frozenset(
    {
        "queue-youarenext",
        "queue-thereare",
        "queue-callswaiting",
        "queue-quantity1",
        "queue-quantity2",
        "queue-holdtime",
        "queue-minute",
        "queue-minutes",
        "queue-second",
        "queue-seconds",
        "queue-lessthan",
        "queue-thankyou",
        "queue-reporthold",
        "queue-callerannounce",
    }
)

"""What Twilio Studio's widgets have, and why some of it has no counterpart here.

Types, properties, events and comparisons are those of flow definitions as people publish them.
"""

from collections.abc import Mapping

CONTINUES: tuple[str, ...] = (
    "audioComplete",
    "success",
    "completed",
    "sent",
    "next",
    "incomingMessage",
    "return",
    "callCompleted",
    "callComplete",
    "recordingComplete",
    "answered",
)
"""Events by which a flow goes on after a widget that is not imported, in this order."""

WITHOUT: Mapping[str, str] = {
    "send-message": "no messages are sent from a call: let a service do it, by a lookup node",
    "send-and-wait-for-reply": "no messages are sent from a call",
    "run-subflow": "write the other flow, and a call node here",
    "make-outgoing-call-v2": "calls are placed by campaigns: see docs/campaigns.md",
    "make-outgoing-call": "calls are placed by campaigns: see docs/campaigns.md",
    "capture-payments": "write collect nodes with sensitive: true, and a lookup",
    "call-recording": "write recording: true at the queue",
    "fork-stream": "a call's audio goes to nobody else",
    "connect-virtual-agent": "there is no virtual agent",
    "connect-virtual-agent-v2": "there is no virtual agent",
    "add-twiml-redirect": "the other document is not in this file: write its nodes here",
    "search": "write a service, and a lookup node here",
    "send-to-auto-pilot": "there is no virtual agent",
}
NOT_NEEDED: Mapping[str, str] = {
    "offset": "",
    "voice": "one voice for each language is set for the whole service",
    "profanity_filter": "only for speech",
    "speech_model": "only for speech",
    "speech_timeout": "only for speech",
    "gather_language": "only for speech",
    "stop_gather": "an option that is complete is taken at once",
    "partial_result_callback": "only for speech",
    "add_twilio_auth": "lookups send what headers: of the service says",
    "method": "",
    "content_type": "lookups are JSON",
    "service_sid": "",
    "environment_sid": "",
    "function_sid": "",
    "record": "whether conversations are recorded is for the queue to say",
    "trim": "silence ends a message, and is not kept",
    "channel": "the queue node says which queue",
    "timeout_workflow": "",
    "waitUrlMethod": "",
    "wait_url_method": "",
    "sip_endpoint": "",
    "from": "",
}
PROPERTIES_WITHOUT: Mapping[str, str] = {
    "hints": "no words are recognised in this node: keys only",
    "transcribe": "messages are not transcribed",
    "transcription_callback_url": "messages are not transcribed",
    "recording_status_callback_url": "what became of a message is a fact, which webhooks tell",
    "recording_status_callback": "what became of a message is a fact, which webhooks tell",
    "priority": "write priority: (0 to 100) at the queue node",
    "attributes": "write attributes: of a route node before, which the agent sees",
    "waitUrl": "what is heard while waiting stands under announcements of the queue",
    "wait_url": "what is heard while waiting stands under announcements of the queue",
    "digits": "keys are not sent to callers",
    "sip_username": "only numbers are dialled",
    "sip_password": "only numbers are dialled",
}
TAKEN: Mapping[str, frozenset[str]] = {
    "trigger": frozenset(),
    "say-play": frozenset({"say", "play", "loop", "language"}),
    "gather-input-on-call": frozenset(
        {"say", "play", "loop", "language", "timeout", "finish_on_key", "number_of_digits"}
    ),
    "split-based-on": frozenset({"input"}),
    "set-variables": frozenset({"variables"}),
    "make-http-request": frozenset({"url", "method", "body", "parameters"}),
    "run-function": frozenset({"url", "parameters"}),
    "connect-call-to": frozenset({"to", "noun", "timeout", "caller_id"}),
    "record-voicemail": frozenset({"timeout", "max_length", "play_beep", "finish_on_key"}),
    "enqueue-call": frozenset({"queue_name", "workflow_sid", "workflow"}),
    "send-to-flex": frozenset({"workflow", "workflow_sid"}),
}
EVENTS: Mapping[str, frozenset[str]] = {
    "trigger": frozenset({"incomingCall"}),
    "say-play": frozenset({"audioComplete"}),
    "gather-input-on-call": frozenset({"keypress", "timeout"}),
    "split-based-on": frozenset({"match", "noMatch"}),
    "set-variables": frozenset({"next"}),
    "make-http-request": frozenset({"success", "failed"}),
    "run-function": frozenset({"success", "fail"}),
    "connect-call-to": frozenset({"callCompleted"}),
    "record-voicemail": frozenset({"recordingComplete", "noAudio"}),
    "enqueue-call": frozenset({"callComplete", "failedToEnqueue", "callFailure"}),
    "send-to-flex": frozenset({"callComplete", "failedToEnqueue", "callFailure"}),
}
EVENTS_WITHOUT: Mapping[str, str] = {
    "speech": "no words are recognised in this node: keys only",
    "hangup": "whoever hangs up has left the flow: write on: {hangup: node}",
    "incomingMessage": "only calls come into a flow",
    "incomingConversationMessage": "only calls come into a flow",
    "incomingRequest": "people are called by campaigns: see docs/campaigns.md",
    "incomingParent": "a flow that others call has params and returns: see docs/flows.md",
}
EXPRESSIONS: Mapping[str, str] = {
    "trigger.call.From": "caller.number",
    "trigger.call.Caller": "caller.number",
    "contact.channel.address": "caller.number",
    "trigger.call.To": "call.did",
    "trigger.call.Called": "call.did",
    "flow.channel.address": "call.did",
    "trigger.call.CallerName": "caller.name",
}

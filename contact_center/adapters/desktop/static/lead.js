// People a campaign calls: whom the agent is asked about, what the list knows, and calling a number.

import { byId, el, hue, initials, phone, say, show } from "/desk/format.js";
import { previewOf } from "/desk/model.js";

let shown = "";

export function renderLead(model) {
  const preview = previewOf(model);
  const fields = preview?.fields ?? model.call?.more?.fields ?? [];
  say("accept-word", preview ? "Call" : "Accept");
  say("decline-word", preview ? "Skip" : "Decline");
  show("skip", Boolean(preview?.reasons.length));
  show("lead", fields.length > 0);
  // Who is not called yet has not waited, and has dialled nobody.
  for (const id of ["call-waited", "call-did"]) byId(id).parentElement.hidden = Boolean(preview);
  if (preview) renderWhom(preview, model);
  const key = JSON.stringify([fields, preview?.reasons ?? []]);
  if (key === shown) return;
  shown = key;
  byId("lead-fields").replaceChildren(...fields.flatMap(({ name, value }) => [el("dt", "", name.replaceAll("_", " ")), el("dd", "", value)]));
  byId("skip-reason").replaceChildren(...(preview?.reasons ?? []).map((reason) => {
    const option = el("option", "", reason.replaceAll("_", " "));
    option.value = reason;
    return option;
  }));
}

function renderWhom(preview, model) {
  say("presence-word", "Look first");
  if (preview.name) {
    say("caller-name", preview.name);
    say("avatar", initials(preview.name));
  }
  byId("avatar").style.setProperty("--hue", String(hue(preview.number)));
  say("caller-number", phone(preview.number));
  if (!model.call.pop?.reason) say("call-reason", preview.campaign);
  const queue = model.queues.find((known) => known.queue === model.call.queue);
  if (queue) say("call-queue", queue.label);
}

export function skipLead(wish, theCall) {
  return wish("cmd.preview_skip", theCall({ reason: byId("skip-reason").value }));
}

export function wireDial(wish) {
  byId("dial").addEventListener("submit", async (event) => {
    event.preventDefault();
    const number = byId("dial-number").value.trim();
    const problem = await wish("cmd.dial", { d: { number } });
    say("dial-say", problem ? problem.message || problem.code : "");
    if (!problem) byId("dial-number").value = "";
  });
}

// People a campaign calls: whom the agent is asked about, what the list knows, and calling a number.

import { byId, el, phone, say, show } from "/desk/format.js";
import { previewOf } from "/desk/model.js";

let shown = "";

export function renderLead(model) {
  const preview = previewOf(model);
  const fields = preview?.fields ?? model.call?.more?.fields ?? [];
  say("accept-word", preview ? "Call" : "Accept");
  say("decline-word", preview ? "Skip" : "Decline");
  show("skip", Boolean(preview?.reasons.length));
  show("lead", fields.length > 0);
  if (preview) {
    if (preview.name) say("caller-name", preview.name);
    say("caller-number", phone(preview.number));
  }
  const key = JSON.stringify([fields, preview?.reasons ?? []]);
  if (key === shown) return;
  shown = key;
  byId("lead-fields").replaceChildren(...fields.flatMap(({ name, value }) => [el("dt", "", name), el("dd", "", value)]));
  byId("skip-reason").replaceChildren(...(preview?.reasons ?? []).map((reason) => {
    const option = el("option", "", reason.replaceAll("_", " "));
    option.value = reason;
    return option;
  }));
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

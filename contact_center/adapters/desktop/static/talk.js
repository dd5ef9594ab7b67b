// With the caller: muting, passing on, asking others, parking, pausing the recording, finishing.

import { closeDirectory, openDirectory } from "/desk/directory.js";
import { byId, say, show } from "/desk/format.js";
import { isWork, modeOf } from "/desk/model.js";

export const TALK_KEYS = {
  m: "mute", t: "transfer", k: "consult", u: "requeue", z: "park", g: "slot", o: "record",
  f: "complete", s: "swap", j: "conference", b: "back", e: "more",
};

const STATES = { calling: "Calling", talking: "Talking with", aside: "On hold:", conference: "In conference with" };
const OVER = { busy: "busy", no_answer: "no answer", gone: "they hung up" };
const HINTS = { agent: "short name of the agent, like ben", queue: "short name of the queue, like sales", number: "+14155550123" };

let asking = ""; // what the form asks for: a transfer, a consultation, or nothing

const words = (to) => to.replace(/^(agent|queue|number):/, "");

// Whom it is about: only what the server says, as long as the call is this one.
function steps(call) {
  const state = call.consult?.state;
  return {
    complete: Boolean(state),
    swap: state === "talking" || state === "aside",
    conference: state === "talking" || state === "aside",
    back: Boolean(state),
  };
}

export function renderTalk(model) {
  const mode = modeOf(model);
  const { call } = model;
  const isTalking = mode === "talk" || mode === "hold";
  const isCall = isTalking && !isWork(model);
  const isConsulting = Boolean(call?.consult);
  show("talk", isCall);
  if (!isCall) closeForm();
  show("done", isTalking && isWork(model));
  show("more", mode === "wrap");
  say("parked-note", model.parked ? `You parked a caller in slot ${model.parked.slot}.` : "");
  if (!isCall) return;
  for (const id of ["transfer", "consult", "requeue", "park"]) show(id, !isConsulting);
  const possible = steps(call);
  for (const id of Object.keys(possible)) show(id, possible[id]);
  show("record", Boolean(call.recording));
  say("record-word", call.recording?.paused ? "Record again" : "Pause recording");
  byId("record").setAttribute("aria-pressed", String(Boolean(call.recording?.paused)));
  say("mute-word", call.muted ? "Be heard again" : "Mute");
  byId("mute").setAttribute("aria-pressed", String(Boolean(call.muted)));
  show("consulting", isConsulting || Boolean(call.consultOver));
  say("consulting", isConsulting ? `${STATES[call.consult.state]} ${words(call.consult.to)}` : overText(call));
}

function overText(call) {
  const over = call.consultOver;
  return over ? `${words(over.to)}: ${OVER[over.reason] ?? over.reason.replaceAll("_", " ")}` : "";
}

// --- the form that asks for a target -------------------------------------------------------------

function openForm(what) {
  asking = what;
  say("whom-go", what === "transfer" ? "Pass on" : "Call");
  show("whom", true);
  byId(what).setAttribute("aria-expanded", "true");
  hint();
  openDirectory();
  byId("whom-name").focus();
}

export function closeForm() {
  // Keys are commands again: nothing that is hidden may keep them.
  if (asking && byId("whom").contains(document.activeElement)) byId(asking).focus();
  if (asking) closeDirectory();
  asking = "";
  show("whom", false);
  for (const id of ["transfer", "consult"]) byId(id).setAttribute("aria-expanded", "false");
}

function hint() {
  byId("whom-name").placeholder = HINTS[byId("whom-kind").value];
}

// --- wishes -------------------------------------------------------------------------------------

// `current()` gives the model, `wish` sends a command about something, `theCall` names the call.
export function talkActions(current, wish, theCall) {
  const isTalking = () => !byId("talk").hidden;
  const visible = (id) => isTalking() && !byId(id).hidden;
  const toggle = (what) => {
    if (!visible(what)) return;
    if (asking === what) closeForm();
    else openForm(what);
  };
  const step = (id, name) => () => visible(id) && wish("cmd.consult.step", theCall({ step: name }));
  return {
    mute: () => isTalking() && wish("cmd.mute", theCall({ on: !current().call.muted })),
    record: () => visible("record") && wish("cmd.record", theCall({ on: current().call.recording.paused })),
    transfer: () => toggle("transfer"),
    consult: () => toggle("consult"),
    requeue: () => visible("requeue") && wish("cmd.requeue", theCall()),
    park: () => visible("park") && wish("cmd.park", theCall()),
    complete: step("complete", "complete"),
    swap: step("swap", "swap"),
    conference: step("conference", "conference"),
    back: step("back", "return"),
    more: () => modeOf(current()) === "wrap" && wish("cmd.wrapup", theCall({ extend: true })),
    done: () => !byId("done").hidden && wish("cmd.done", theCall()),
    slot: () => byId("slot").focus(),
  };
}

export function wireTalk(wish, theCall) {
  byId("whom-kind").addEventListener("change", hint);
  byId("whom-cancel").addEventListener("click", closeForm);
  byId("whom").addEventListener("submit", async (event) => {
    event.preventDefault();
    const to = `${byId("whom-kind").value}:${byId("whom-name").value.trim()}`;
    const isRefused = await wish(asking === "transfer" ? "cmd.transfer" : "cmd.consult", theCall({ to }));
    if (isRefused) return;
    byId("whom-name").value = "";
    closeForm();
  });
  byId("retrieve").addEventListener("submit", async (event) => {
    event.preventDefault();
    const slot = Number(byId("slot").value);
    if (!Number.isInteger(slot) || slot < 1) return;
    const problem = await wish("cmd.retrieve", { d: { slot } });
    say("retrieve-say", problem ? problem.message || problem.code : "");
    if (!problem) byId("slot").value = "";
  });
}

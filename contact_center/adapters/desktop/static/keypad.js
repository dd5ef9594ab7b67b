// Keys for whom the agent talks with, and a raised hand for supervisors.

import { byId, el, say, show } from "/desk/format.js";

const PAD = "123456789*0#";
let sent = 0;
let tellLost = () => {};

const isOpen = () => !byId("keypad-pad").hidden;

function toggle(open) {
  show("keypad-pad", open);
  byId("keypad").setAttribute("aria-expanded", String(open));
  if (open) sent = 0;
  tellSent("");
}

// How many went, never which: they may be somebody's secret.
function tellSent(problem) {
  const words = sent === 0 ? "Type, or press the keys here." : sent === 1 ? "1 key sent" : `${sent} keys sent`;
  say("keypad-say", problem || words);
}

async function send(key, wish, theCall) {
  const problem = await wish("cmd.digits", theCall({ digits: key }));
  if (!problem) sent += 1;
  tellSent("");
}

export function renderKeypad(model) {
  const { call, state } = model;
  const isPossible = !byId("talk").hidden;
  if (!isPossible && isOpen()) toggle(false);
  const asked = Boolean(state.help_since);
  const button = byId("hand");
  button.setAttribute("aria-pressed", String(asked));
  say("hand-word", asked ? "Help asked: take back" : "Ask for help");
  show("hand", state.presence !== "logged_out");
  show("hand-about", asked);
  if (call?.keysLost) tellLost(call);
}

export function keypadActions(current, wish, theCall) {
  return {
    keypad: () => !byId("talk").hidden && toggle(!isOpen()),
    hand: () => !byId("hand").hidden && wish("cmd.help", { d: { on: !current().state.help_since } }),
  };
}

// While the keypad is open, digits are keys for the telephone and no commands.
export function keypadKey(key, wish, theCall) {
  if (!isOpen() || key.length !== 1 || !PAD.includes(key)) return false;
  send(key, wish, theCall);
  return true;
}

export function closeKeypad() {
  if (isOpen()) toggle(false);
}

export function wireKeypad(current, wish, theCall) {
  tellLost = (call) => {
    call.keysLost = "";
    tellSent("The phone system cannot send keys into this call.");
  };
  byId("keypad-pad").append(...[...PAD].map((key) => {
    const button = el("button", "small-button keypad-key", key);
    button.type = "button";
    button.addEventListener("click", () => send(key, wish, theCall));
    return button;
  }));
  byId("hand-about").addEventListener("submit", (event) => {
    event.preventDefault();
    wish("cmd.help", { d: { on: true, note: byId("hand-note").value.trim() } });
    byId("hand-note").blur();
  });
}

// The desk: logging in, keys and buttons, and keeping the picture up to date.

import { Connection } from "/desk/connection.js";
import { renderDirectory, wireDirectory } from "/desk/directory.js";
import { byId, say, show } from "/desk/format.js";
import { leaveEnding, pickDigit, wireEnding } from "/desk/ending.js";
import { apply, emptyModel, isWork, modeOf, previewOf } from "/desk/model.js";
import { renderLead, skipLead, wireDial } from "/desk/lead.js";
import { closeKeypad, keypadActions, keypadKey, renderKeypad, wireKeypad } from "/desk/keypad.js";
import { closeLookup, lookupActions, renderLookup, wireLookup } from "/desk/lookup.js";
import { Notes } from "/desk/notes.js";
import { closePromise, promiseActions, renderPromises, wirePromises } from "/desk/promise.js";
import { allowSound, ring } from "/desk/ring.js";
import { renderScript, scriptKey, wireScript } from "/desk/script.js";
import { closeForm, TALK_KEYS, talkActions, wireTalk } from "/desk/talk.js";
import { render, tick } from "/desk/view.js";

let model = emptyModel();
let isDrawn = true;
let isSoundOn = localStorage.getItem("desk.sound") !== "off";

const connection = new Connection(hear, level);
const notes = new Notes((call, text) => connection.command("cmd.notes", { call, d: { text } }), draw);

// --- picture -----------------------------------------------------------------------------------

function draw() {
  if (!isDrawn) return;
  isDrawn = false;
  queueMicrotask(() => {
    isDrawn = true;
    render(model, connection.now(), notes);
    renderLead(model);
    renderKeypad(model);
    renderLookup(model);
    renderDirectory(model, connection.now());
    renderPromises(model);
    renderScript(model, () => connection.now());
    const isRinging = modeOf(model) === "ring";
    ring(isRinging && isSoundOn && !previewOf(model));
    const caller = isRinging ? byId("caller-name").textContent : "";
    document.title = caller ? `☎ ${caller} · Desk` : "Desk";
  });
}

function hear(message) {
  const received = Date.now();
  if (message.t === "auth.changed") return;
  apply(model, message);
  if (message.t !== "queue.state") notes.follow(model.call);
  if (message.t === "agent.state" || message.t === "state") {
    notes.before((model.state.wrap_up_until ?? 0) - connection.now());
  }
  if (message.t === "agent.state" || message.t === "pop.show") tell("");
  if (message.t === "state") say("who", message.d.name);
  draw();
  if (message.t === "pop.show" && !message.d.ended) {
    requestAnimationFrame(() => setTimeout(() => {
      connection.send({ t: "pop.shown", call: message.call, d: { t_recv: received, t_paint: Date.now() } });
    }));
  }
}

const LEVELS = { connecting: "Connecting", live: "Connected", reconnecting: "Reconnecting", closed: "Not connected" };

function level(name, code) {
  byId("link").dataset.level = name;
  say("link-text", LEVELS[name]);
  const banner = byId("banner");
  if (name === "live") {
    banner.hidden = true;
    banner.dataset.why = "";
    draw();
  } else if (name === "reconnecting") {
    banner.dataset.why = "link";
    banner.dataset.level = "warn";
    banner.hidden = false;
    say("banner", "The connection is lost and is being restored. Your call goes on; nothing you typed is lost.");
  } else if (name === "closed") {
    if (code === 4409) byId("elsewhere").showModal();
    else if (code === 4406) location.reload();
    else showLogin();
  }
}

function tell(text) {
  say("say", text);
}

// --- wishes ------------------------------------------------------------------------------------

async function wish(t, options) {
  tell("");
  const problem = await connection.command(t, options);
  if (problem) tell(problem.message || problem.code);
  draw();
  return problem;
}

// The same, for forms that say themselves why not.
async function ask(t, options) {
  const problem = await connection.command(t, options);
  draw();
  return problem;
}

const offer = () => ({ d: { reservation: model.call.reservation } });
const theCall = (d) => ({ call: model.call.call, ...(d && { d }) });

const actions = {
  ready: () => wish("cmd.ready"),
  pause: () => toggleReasons(),
  accept: () => modeOf(model) === "ring" && wish("cmd.accept", offer()),
  decline: () => modeOf(model) === "ring" && (previewOf(model) ? skipLead(wish, theCall) : wish("cmd.decline", offer())),
  hold: () => ["talk", "hold"].includes(modeOf(model)) && wish("cmd.hold", theCall({ on: modeOf(model) === "talk" })),
  hangup: () => ["talk", "hold"].includes(modeOf(model)) && wish(isWork(model) ? "cmd.done" : "cmd.hangup", theCall()),
  help: () => byId("keys").showModal(),
  ...talkActions(() => model, wish, theCall),
  ...promiseActions(() => model, ask, tell),
  ...lookupActions(),
  ...keypadActions(() => model, wish, theCall),
};

function toggleReasons(isOpen = byId("reasons").hidden) {
  show("reasons", isOpen);
  byId("pause").setAttribute("aria-expanded", String(isOpen));
}

function choosePause(code) {
  toggleReasons(false);
  wish("cmd.pause", { d: { reason: code } });
}

async function chooseDisposition(code, fields) {
  const mode = modeOf(model);
  if (mode !== "talk" && mode !== "hold" && mode !== "wrap") return null;
  return wish("cmd.disposition", theCall({ code, notes: notes.text, fields }));
}

async function logOut() {
  await notes.flush();
  await connection.command("cmd.logout");
  connection.close();
  await fetch("/api/logout", { method: "POST" }).catch(() => {});
  showLogin();
}

// --- logging in --------------------------------------------------------------------------------

function showLogin() {
  connection.close();
  closePromise();
  ring(false);
  document.body.dataset.screen = "login";
  show("desk", false);
  show("login", true);
  byId("login-name").focus();
  offerCompanyLogin();
}

async function offerCompanyLogin() {
  const answer = await fetch("/api/login/ways").catch(() => null);
  const ways = answer?.ok ? await answer.json() : {};
  if (!ways.company) return;
  byId("company").href = ways.company.start;
  say("company", ways.company.label);
  show("company", true);
}

function startDesk(who) {
  model = emptyModel();
  connection.ledgers.clear();
  connection.revisions.clear();
  document.body.dataset.screen = "desk";
  show("login", false);
  show("desk", true);
  say("who", who.name);
  draw();
  connection.open();
}

const LOGIN_WORDS = {
  401: "Login or password is wrong.",
  429: "Too many tries. Please wait a moment.",
  503: "Many people are signing in. Please try again.",
};

async function logIn(event) {
  event.preventDefault();
  allowSound();
  show("login-error", false);
  const body = { login: byId("login-name").value.trim(), password: byId("login-password").value };
  let words = "The center cannot be reached.";
  try {
    const answer = await fetch("/api/login", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    if (answer.ok) {
      byId("login-password").value = "";
      startDesk(await answer.json());
      return;
    }
    words = LOGIN_WORDS[answer.status] ?? words;
  } catch {
    // said below
  }
  say("login-error", words);
  show("login-error", true);
}

// --- keys and clicks ---------------------------------------------------------------------------

const KEYS = { r: "ready", p: "pause", a: "accept", d: "decline", h: "hold", x: "hangup", c: "callback", "#": "keypad", w: "hand", l: "lookup-open", "?": "help", ...TALK_KEYS };

function pressed(event) {
  allowSound();
  if (document.body.dataset.screen !== "desk" || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const isTyping = event.target.matches("textarea, input, select");
  if (event.key === "Escape") {
    if (isTyping) event.target.blur();
    toggleReasons(false);
    closeForm();
    closeKeypad();
    if (leaveEnding()) draw();
    else closeLookup();
    if (!isTyping || event.target.closest("#promise")) closePromise();
    return;
  }
  if (isTyping || document.querySelector("dialog[open]")) return;
  const key = event.key.toLowerCase();
  if (keypadKey(key, wish, theCall)) event.preventDefault();
  else if (key >= "1" && key <= "9") pressedNumber(Number(key) - 1);
  else if (key === "n" && !byId("work").hidden && !byId("call").hidden) byId("notes").focus();
  else if (scriptKey(model, key)) event.preventDefault();
  else if (KEYS[key]) actions[KEYS[key]]();
  else return;
  event.preventDefault();
}

function pressedNumber(index) {
  if (!byId("reasons").hidden) {
    const reason = model.pauseReasons[index];
    if (reason) choosePause(reason.code);
    return;
  }
  pickDigit(model, String(index + 1));
  draw();
}

function showSound() {
  byId("sound").setAttribute("aria-pressed", String(isSoundOn));
  say("sound", isSoundOn ? "Sound on" : "Sound off");
}

function toggleTheme() {
  const isDark = getComputedStyle(document.documentElement).colorScheme === "dark"
    || (!document.documentElement.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = isDark ? "light" : "dark";
  localStorage.setItem("desk.theme", document.documentElement.dataset.theme);
}

function wire() {
  const theme = localStorage.getItem("desk.theme");
  if (theme) document.documentElement.dataset.theme = theme;
  byId("login-form").addEventListener("submit", logIn);
  for (const name of Object.keys(actions)) byId(name).addEventListener("click", () => actions[name]());
  byId("logout").addEventListener("click", logOut);
  byId("theme").addEventListener("click", toggleTheme);
  byId("sound").addEventListener("click", () => {
    isSoundOn = !isSoundOn;
    localStorage.setItem("desk.sound", isSoundOn ? "on" : "off");
    showSound();
    draw();
  });
  byId("take-back").addEventListener("click", () => {
    byId("elsewhere").close();
    connection.open();
  });
  byId("elsewhere").addEventListener("cancel", (event) => event.preventDefault());
  byId("reasons").addEventListener("click", (event) => {
    const button = event.target.closest("[data-code]");
    if (button) choosePause(button.dataset.code);
  });
  byId("notes").addEventListener("input", (event) => {
    notes.typed(event.target.value);
    draw();
  });
  document.addEventListener("keydown", pressed);
  document.addEventListener("pointerdown", allowSound);
  window.addEventListener("pagehide", () => notes.flush());
  wireTalk(wish, theCall);
  wireDial(wish);
  wireLookup(ask, (text) => {
    if (!model.call) return;
    notes.typed(notes.text ? `${notes.text}\n${text}` : text);
    draw();
  });
  wireEnding(chooseDisposition, draw);
  wireDirectory(ask);
  wireKeypad(() => model, wish, theCall);
  wirePromises(() => model, ask, tell, draw);
  wireScript(() => model, ask);
  showSound();
  setInterval(() => tick(model, connection.now()), 250);
}

async function begin() {
  wire();
  const answer = await fetch("/api/me").catch(() => null);
  if (answer?.ok) startDesk(await answer.json());
  else showLogin();
}

begin();

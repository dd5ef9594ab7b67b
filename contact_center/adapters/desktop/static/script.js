// The call script: the page before the agent, what they answer, and the ways on.

import { byId, el, say, show } from "/desk/format.js";
import { modeOf } from "/desk/model.js";

let drawn = ""; // which page the fields on the screen are of
let wait = null; // until what has to be said can have been said

const pageOf = (model) => (model.script?.page && model.script.page.call === model.call?.call ? model.script.page : null);
const isOpen = (page) => page.begun && !page.over;

function spans(target, parts, className = "") {
  const line = el("p", className);
  for (const { text, kind } of parts) {
    if (kind === "missing") {
      const gap = el("span", "script-gap", "?");
      gap.title = `Not known: ${text}`;
      gap.setAttribute("aria-label", `not known: ${text}`);
      line.append(gap);
    } else line.append(kind === "value" ? el("b", "", text) : text);
  }
  if (parts.length) target.append(line);
}

// --- questions ----------------------------------------------------------------------------------

const TYPES = { int: "number", float: "number", date: "date", email: "email", phone: "tel", money: "text", text: "text", secret: "password" };

function field(question) {
  const { name, kind, options, answer } = question;
  if (kind === "bool") return choices(name, "radio", [{ code: "true", label: "Yes" }, { code: "false", label: "No" }], [String(answer)]);
  if (kind === "choice") return choices(name, "radio", options, [answer]);
  if (kind === "several") return choices(name, "checkbox", options, answer ?? []);
  const input = document.createElement(kind === "long" ? "textarea" : "input");
  if (kind !== "long") input.type = TYPES[kind] ?? "text";
  if (kind === "float") input.step = "any";
  if (kind === "money") input.inputMode = "decimal";
  input.autocomplete = "off";
  input.spellcheck = kind === "long";
  input.value = answer ?? "";
  input.dataset.question = name;
  return input;
}

function choices(name, type, options, chosen) {
  const box = el("span", "script-options");
  for (const { code, label } of options) {
    const line = el("label", "script-option");
    const input = document.createElement("input");
    input.type = type;
    input.name = `script-${name}`;
    input.value = code;
    input.checked = chosen.includes(code);
    input.dataset.question = name;
    line.append(input, label);
    box.append(line);
  }
  return box;
}

function asked(question) {
  const isGroup = ["bool", "choice", "several"].includes(question.kind);
  const row = el(isGroup ? "fieldset" : "label", "script-question");
  row.dataset.name = question.name;
  const title = el(isGroup ? "legend" : "span", "script-ask");
  spans(title, question.ask);
  if (question.required) title.append(el("span", "script-must", "needed"));
  row.append(title, field(question));
  if (question.help.length) spans(row, question.help, "muted small");
  row.append(el("span", "script-wrong small"));
  return row;
}

function answerOf(question) {
  const inputs = [...byId("script-form").querySelectorAll(`[data-question="${CSS.escape(question.name)}"]`)];
  if (question.kind === "several") return inputs.filter((each) => each.checked).map((each) => each.value);
  if (question.kind === "bool") return inputs.find((each) => each.checked)?.value === "true";
  if (question.kind === "choice") return inputs.find((each) => each.checked)?.value ?? null;
  return inputs[0].value.trim() || null;
}

// --- the page -----------------------------------------------------------------------------------

function button(id, text, key) {
  const made = el("button", "small-button");
  made.id = id;
  made.type = "button";
  if (key) made.append(el("kbd", "", key), " ");
  made.append(text);
  return made;
}

function build(page) {
  const body = byId("script-body");
  body.replaceChildren();
  spans(body, page.say, "script-say");
  if (page.confirm.length) {
    const box = el("div", "script-disclosure");
    spans(box, page.confirm, "script-say");
    box.append(button("script-confirm", page.confirmed ? "Said" : "I have said this", "Y"));
    body.append(box);
  }
  body.append(...page.questions.map(asked));
  if (page.open) {
    const box = el("div", "script-objection");
    box.append(el("h4", "", page.open.title));
    spans(box, page.open.say, "script-say");
    if (page.open.leads_on) box.append(button("script-take", "Go on with that"));
    box.append(button("script-close", "Back to the page"));
    body.append(box);
  }
  if (page.secure) body.append(el("p", "script-secure small", "The recording pauses while this page is open. What you type is kept nowhere."));
  byId("script-objections").replaceChildren(...page.objections.map(({ name, title }) => {
    const made = button("", title);
    made.dataset.objection = name;
    made.setAttribute("aria-pressed", String(page.open?.name === name));
    return made;
  }));
}

function fresh(page) {
  clearTimeout(wait);
  for (const question of page.questions) {
    const row = byId("script-form").querySelector(`[data-name="${CSS.escape(question.name)}"]`);
    if (row) row.dataset.given = String(question.given);
  }
  for (const input of byId("script-form").querySelectorAll("input, textarea, button")) input.disabled = !isOpen(page);
  const confirm = document.getElementById("script-confirm");
  if (confirm) {
    const early = page.confirm_from - now();
    confirm.disabled = !isOpen(page) || page.confirmed || early > 0;
    confirm.setAttribute("aria-pressed", String(page.confirmed));
    if (isOpen(page) && !page.confirmed && early > 0) wait = setTimeout(() => fresh(page), early + 50);
  }
  byId("script-back").disabled = !isOpen(page) || !page.can_go_back;
  show("script-next", !page.offer && !page.end);
  show("script-yes", page.offer);
  show("script-no", page.offer);
}

// What the way through the pages suggests the end to be called; the agent decides.
function suggested(model, page) {
  const label = model.dispositions.find(({ code }) => code === page.suggested)?.label ?? page.suggested;
  return label && `${label}?`;
}

let now = () => Date.now();

export function renderScript(model, time) {
  now = time;
  const page = pageOf(model);
  show("script-form", Boolean(page));
  show("script", !page);
  byId("script-card").classList.toggle("led", Boolean(page));
  if (page) byId("script-card").hidden = false;
  if (!page) {
    drawn = "";
    say("script-title", "What to say");
    say("script-step", "");
    return;
  }
  say("script-title", page.title);
  say("script-step", page.over ? "over" : page.begun ? suggested(model, page) : "begins with the conversation");
  const key = JSON.stringify([page.call, page.page, page.version, page.begun, page.over, page.confirmed, page.open, page.say, page.questions.map(({ name, ask }) => [name, ask])]);
  if (key !== drawn) {
    const moved = !drawn.startsWith(JSON.stringify([page.call, page.page]).slice(0, -1));
    const kept = moved ? [] : typed();
    const { question, value } = moved ? {} : focused();
    build(page);
    for (const { question, value } of kept) {
      const input = byId("script-form").querySelector(`[data-question="${CSS.escape(question)}"]`);
      if (input) input.value = value;
    }
    if (question) fieldsOf(question).find((each) => !["radio", "checkbox"].includes(each.type) || each.value === value)?.focus();
    if (moved) say("script-say", "");
    drawn = key;
  }
  fresh(page);
}

const fieldsOf = (question) => [...byId("script-form").querySelectorAll(`[data-question="${CSS.escape(question)}"]`)];

// An answer may bring up another question; who types goes on typing where they are.
function focused() {
  const active = document.activeElement;
  return byId("script-form").contains(active) ? { question: active.dataset.question, value: active.value } : {};
}

// What is being typed and not sent yet survives a page that is drawn anew.
function typed() {
  const inputs = [...byId("script-form").querySelectorAll("textarea, input:not([type=radio], [type=checkbox])")];
  return inputs.map((input) => ({ question: input.dataset.question, value: input.value }));
}

// --- what is done -------------------------------------------------------------------------------

export function wireScript(modelOf, ask) {
  const form = byId("script-form");
  const page = () => pageOf(modelOf());
  const pending = new Map();

  async function command(t, d) {
    const here = page();
    if (!here || !isOpen(here)) return null;
    const problem = await ask(t, { call: here.call, d: { fence: here.fence, ...d } });
    say("script-say", problem ? problem.message || problem.code : "");
    return problem;
  }

  async function answer(name) {
    const question = page()?.questions.find((each) => each.name === name);
    if (!question) return;
    const sent = command("cmd.script.answer", { question: name, answer: answerOf(question) });
    pending.set(name, sent);
    const problem = await sent;
    pending.delete(name);
    const row = form.querySelector(`[data-name="${CSS.escape(name)}"]`);
    if (row) row.querySelector(".script-wrong").textContent = problem ? problem.message : "";
  }

  async function move(what) {
    const focused = form.contains(document.activeElement) ? document.activeElement : null;
    if (focused?.dataset.question && focused.matches("textarea, input:not([type=radio], [type=checkbox])")) focused.blur();
    await Promise.all(pending.values());
    const before = page()?.page;
    const problem = await command("cmd.script.move", { do: what });
    if (problem?.code === "incomplete") {
      const missing = page()?.questions.find(({ required, given }) => required && !given);
      if (missing) fieldsOf(missing.name)[0]?.focus();
    }
    if (!problem && page()?.page !== before) form.querySelector("input, textarea")?.focus();
  }

  form.addEventListener("change", (event) => event.target.dataset.question && answer(event.target.dataset.question));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    move("next");
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.matches("textarea, button")) return;
    event.preventDefault();
    move("next");
  });
  form.addEventListener("click", (event) => {
    const pressed = event.target.closest("button");
    if (!pressed || pressed.disabled) return;
    const moves = { "script-confirm": "confirm", "script-back": "back", "script-take": "take", "script-close": "close", "script-yes": "accepted", "script-no": "declined", "script-next": "next" };
    if (moves[pressed.id]) move(moves[pressed.id]);
    if (pressed.dataset.objection) command("cmd.script.objection", { objection: pressed.dataset.objection });
  });
}

// Keys that work while nothing is typed: what they press.
export function scriptKey(model, key) {
  const page = pageOf(model);
  if (!page || !isOpen(page) || modeOf(model) === "ring") return false;
  const id = { y: "script-confirm", arrowright: "script-next", arrowleft: "script-back" }[key];
  const pressed = id && document.getElementById(id);
  if (!pressed || pressed.disabled || pressed.hidden) return false;
  pressed.click();
  return true;
}

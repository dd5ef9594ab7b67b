// How the call ended: a tree to choose from by digits, and what has to be said besides.

import { byId, el, say, show } from "/desk/format.js";
import { dispositionsOf } from "/desk/model.js";

let path = []; // the groups that are open
let asking = null; // the disposition whose fields are asked for, with the call it is about
let drawn = "";
let choose = () => {};

const kept = (call, code) => `desk.ending.${call}.${code}`;

// What can be chosen where the agent is in the tree: groups and dispositions, each with its digit.
export function itemsOf(model) {
  const all = dispositionsOf(model);
  const common = all.length > 1 && all.every((one) => one.under.length && one.under[0] === all[0].under[0]) ? 1 : 0;
  const inside = all.filter((one) => path.every((group, index) => one.under[common + index] === group));
  const depth = common + path.length;
  const items = [];
  for (const one of inside) {
    const group = one.under[depth];
    if (!group) items.push({ one, key: path.length === 0 ? one.key : "" });
    else if (items.every((item) => item.group !== group)) items.push({ group, key: "" });
  }
  if (path.length === 0) for (const one of inside) if (one.key && one.under[depth]) items.push({ one, key: one.key });
  const taken = new Set(items.map((item) => item.key));
  const free = [..."123456789"].filter((digit) => !taken.has(digit));
  for (const item of items) item.key ||= free.shift() ?? "";
  return items;
}

function pick(model, item) {
  if (item.group) path = [...path, item.group];
  else if (item.one.fields.length) open(model, item.one);
  else {
    path = []; // at once: the next digit may come before the answer
    choose(item.one.code, {});
  }
}

export function pickDigit(model, digit) {
  if (!model.call) return;
  const item = itemsOf(model).find((one) => one.key === digit);
  if (item) pick(model, item);
}

// Up one group, or out of the fields; false when there is nothing to leave.
export function leaveEnding() {
  if (asking) asking = null;
  else if (path.length) path = path.slice(0, -1);
  else return false;
  return true;
}

// --- fields ---------------------------------------------------------------------------------------

const TYPES = { int: "number", float: "number", money: "text", date: "date", email: "email", phone: "tel" };

function inputOf(ask, value) {
  if (ask.kind === "choice" || ask.kind === "bool") {
    const select = el("select");
    const options = ask.kind === "bool" ? [{ code: "yes", label: "Yes" }, { code: "no", label: "No" }] : ask.options;
    for (const { code, label } of [{ code: "", label: "—" }, ...options]) {
      const option = el("option", "", label);
      option.value = code;
      select.append(option);
    }
    select.value = value;
    return select;
  }
  const input = el(ask.kind === "long" ? "textarea" : "input");
  if (input.tagName === "INPUT") input.type = TYPES[ask.kind] ?? "text";
  if (ask.kind === "float") input.step = "any";
  input.maxLength = 4000;
  input.value = value;
  return input;
}

function open(model, one) {
  asking = { call: model.call.call, one };
  const typed = JSON.parse(sessionStorage.getItem(kept(asking.call, one.code)) ?? "{}");
  const known = model.call.disposition === one.code ? model.call.disposition_fields ?? {} : {};
  say("ending-title", one.label);
  byId("ending-asks").replaceChildren(...one.fields.map((ask) => {
    const label = el("label", "", ask.required ? `${ask.label} *` : ask.label);
    const input = inputOf(ask, typed[ask.name] ?? known[ask.name] ?? "");
    input.dataset.field = ask.name;
    input.required = ask.required;
    label.append(input);
    return label;
  }));
  show("ending-form", true);
  byId("ending-asks").querySelector("[data-field]").focus();
}

function said() {
  const fields = {};
  for (const input of byId("ending-asks").querySelectorAll("[data-field]")) {
    if (input.value.trim()) fields[input.dataset.field] = input.value.trim();
  }
  return fields;
}

// --- the page -------------------------------------------------------------------------------------

export function renderEnding(model, mode) {
  const { call } = model;
  if (!call || (asking && asking.call !== call.call)) asking = null;
  if (!call || mode === "ring") path = [];
  show("ending-form", Boolean(asking));
  if (!call) return;
  const items = itemsOf(model);
  say("disposition-hint", path.length ? `${path.join(" / ")} · Esc goes back` : mode === "wrap" ? "choosing one finishes" : "you may choose while you talk");
  const key = JSON.stringify([items, call.call, call.disposition]);
  if (key === drawn) return;
  drawn = key;
  byId("dispositions").replaceChildren(...items.map((item) => {
    const button = el("button", "disposition");
    button.type = "button";
    if (item.one) {
      button.dataset.code = item.one.code;
      button.setAttribute("aria-pressed", String(item.one.code === call.disposition));
    } else {
      button.dataset.group = item.group;
    }
    if (item.key) button.append(el("kbd", "", item.key));
    button.append(el("span", "", item.group ? `${item.group} ›` : item.one.label));
    button.addEventListener("click", () => {
      pick(model, item);
      renderEnding(model, mode);
    });
    return button;
  }));
}

// `finish(code, fields)` sends it and gives the problem, if there is one.
export function wireEnding(finish, redraw) {
  choose = async (code, fields) => {
    const call = asking?.call;
    const problem = await finish(code, fields);
    if (!problem) {
      if (call) {
        sessionStorage.removeItem(kept(call, code));
        asking = null;
        path = [];
      }
    }
    say("ending-say", problem ? problem.message || problem.code : "");
    redraw();
  };
  byId("ending-form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (document.activeElement) document.activeElement.blur();
    choose(asking.one.code, said());
  });
  byId("ending-form").addEventListener("input", () => {
    sessionStorage.setItem(kept(asking.call, asking.one.code), JSON.stringify(said()));
  });
  byId("ending-close").addEventListener("click", () => {
    asking = null;
    redraw();
  });
}

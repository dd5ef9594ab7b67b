// Promises to call back: the form for whom the agent talks with, and the list of their own.

import { byId, el, phone, say, show } from "/desk/format.js";
import { isWork, modeOf } from "/desk/model.js";

const SHOWN_AFTER_MS = 30_000; // how long a promise stays on the screen when its call is over

let wanted = ""; // the call whose form was asked for and has not come yet
let open = null; // what the form is about: {form} of a call, or {moved} of the list
let asking = ""; // the promise of which is asked whether to take it back
let made = { call: "", at: 0 };
let listed = "";

// --- words --------------------------------------------------------------------------------------

const city = (zone) => zone.split("/").pop().replaceAll("_", " ");
const at = (local) => new Date(`${local}:00Z`); // a wall time, kept from the browser's own zone
const whole = new Intl.DateTimeFormat([], { timeZone: "UTC", weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const clock = new Intl.DateTimeFormat([], { timeZone: "UTC", hour: "2-digit", minute: "2-digit" });
const whoOf = ({ name, number }) => name || phone(number);

function later(minutes) {
  const [count, word] = minutes % 1440 === 0 ? [minutes / 1440, "day"] : minutes % 60 === 0 ? [minutes / 60, "hour"] : [minutes, "minute"];
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

function edge({ wall, asked }) {
  if (wall === "skipped") return `There is no ${clock.format(at(asked))} that night: the clocks go forward.`;
  return wall === "twice" ? `${clock.format(at(asked))} comes twice that night: the first is meant.` : "";
}

// --- the form -----------------------------------------------------------------------------------

const mayPromise = (model) => Boolean(model.callbacks) && ["talk", "hold", "wrap"].includes(modeOf(model)) && !isWork(model);

function options(id, rows) {
  byId(id).replaceChildren(...rows.map(([value, text]) => {
    const option = el("option", "", text);
    option.value = value;
    return option;
  }));
}

function chosen() {
  return open?.form?.numbers.find(({ number }) => number === byId("promise-number").value);
}

function fillZones(zone) {
  // An earlier promise may have a zone that the number is not known for: it stays until another is chosen.
  const zones = [...new Set([...(chosen()?.zones ?? []), zone].filter(Boolean))];
  options("promise-zone", zones.map((each) => [each, city(each)]));
  if (zone) byId("promise-zone").value = zone;
  sayClock();
}

function sayClock() {
  const zone = byId("promise-zone").value;
  const there = zone ? new Intl.DateTimeFormat([], { timeZone: zone, weekday: "short", hour: "2-digit", minute: "2-digit" }).format(new Date()) : "";
  say("promise-clock", there ? `${there} there now · ${zone}` : "");
}

function openForm(about) {
  open = about;
  const before = about.moved ?? about.form.promised;
  say("promise-title", `${about.moved ? "Another time for" : "Call back"} ${whoOf(before ?? { ...about.form, number: about.form.numbers[0]?.number })}`);
  say("promise-go", about.moved ? "Move" : before ? "Promise this instead" : "Promise");
  for (const id of ["promise-numbers", "promise-whose", "promise-noted"]) show(id, !about.moved);
  if (about.form) {
    options("promise-number", about.form.numbers.map(({ number, label }) => [number, [phone(number), label].filter(Boolean).join(" · ")]));
    if (about.form.numbers.some(({ number }) => number === before?.number)) byId("promise-number").value = before.number;
  }
  fillZones(before?.zone);
  byId("promise-zone").disabled = Boolean(about.moved);
  byId("promise-when").value = before?.local ?? chosen()?.suggested ?? "";
  const who = before && !before.mine ? "anyone" : String(before?.fallback_min ?? 15);
  if ([...byId("promise-who").options].some(({ value }) => value === who)) byId("promise-who").value = who;
  byId("promise-note").value = before?.note ?? "";
  complain(null);
  show("promise", true);
  byId("promise-when").focus();
}

export function closePromise() {
  wanted = "";
  if (!open) return;
  open = null;
  if (byId("promise").contains(document.activeElement)) document.activeElement.blur();
  show("promise", false);
}

function complain(problem) {
  say("promise-say", problem ? problem.message || problem.code : "");
  const next = problem?.next_local ?? "";
  show("promise-next", Boolean(next));
  byId("promise-next").dataset.local = next;
  if (next) say("promise-next", `Take ${whole.format(at(next))}`);
}

function wish() {
  const local = byId("promise-when").value;
  if (open.moved) return ["cmd.callback.move", { d: { callback: open.moved.callback, local } }];
  const who = byId("promise-who").value;
  const mine = who !== "anyone";
  const d = { number: byId("promise-number").value, local, zone: byId("promise-zone").value, mine, note: byId("promise-note").value.trim() };
  if (mine) d.fallback_min = Number(who);
  return ["cmd.callback.promise", { call: open.form.call, d }];
}

// --- what is promised ---------------------------------------------------------------------------

export function renderPromises(model) {
  const form = model.callbacks?.form;
  show("callback", mayPromise(model));
  show("mine", Boolean(model.callbacks));
  if (wanted && form?.call === wanted) {
    wanted = "";
    openForm({ form });
  }
  const isHere = form?.promised && (model.call ? model.call.call === form.call : made.call === form.call && Date.now() - made.at < SHOWN_AFTER_MS);
  show("promised", Boolean(isHere));
  if (isHere) {
    const { promised } = form;
    const who = promised.mine ? `You call ${whoOf(promised)} back` : `Somebody calls ${whoOf(promised)} back`;
    const then = promised.mine ? `, or anyone ${later(promised.fallback_min)} later.` : ".";
    say("promised-words", `${who} ${whole.format(at(promised.local))}, ${city(promised.zone)} time${then} ${edge(promised)}`.trim());
    byId("promised-cancel").dataset.callback = promised.callback;
  }
  renderMine(model.callbacks?.callbacks ?? []);
}

function renderMine(rows) {
  say("mine-count", String(rows.length));
  const key = JSON.stringify([rows, asking]);
  if (key === listed) return;
  listed = key;
  byId("mine-list").replaceChildren(...(rows.length ? rows.map(row) : [el("li", "muted small", "None promised.")]));
}

function row(promise) {
  const item = el("li", "mine-row");
  item.dataset.callback = promise.callback;
  item.dataset.state = promise.state;
  const time = el("time", "mine-when", whole.format(at(promise.local)));
  time.title = `${promise.zone}; ${new Date(promise.due_at).toLocaleString()} here`;
  item.append(el("span", "mine-who", whoOf(promise)), time);
  const where = promise.state === "dialling" ? "Being called now" : promise.state === "due" ? `Due now · ${city(promise.zone)}` : `${city(promise.zone)} time`;
  item.append(el("span", "mine-where", [where, promise.name && phone(promise.number)].filter(Boolean).join(" · ")));
  const extra = [edge(promise), promise.note].filter(Boolean).join(" ");
  if (extra) item.append(el("span", "mine-note", extra));
  if (promise.state === "dialling") return item;
  const steps = el("span", "mine-steps");
  const words = asking === promise.callback ? [["cancel", "Yes, take it back"], ["keep", "No"]] : [["move", "Another time"], ["ask", "Take back"]];
  for (const [step, text] of words) {
    const button = el("button", "link-button", text);
    button.type = "button";
    button.dataset.step = step;
    button.setAttribute("aria-label", `${text}: ${whoOf(promise)}`);
    steps.append(button);
  }
  item.append(steps);
  return item;
}

// --- wishes -------------------------------------------------------------------------------------

// `current()` gives the model, `ask` sends a command and gives the problem, `tell` says it.
export function promiseActions(current, ask, tell) {
  return {
    callback: async () => {
      if (!mayPromise(current())) return;
      wanted = current().call.call;
      const problem = await ask("cmd.callback.form", { call: wanted });
      if (problem) wanted = "";
      tell(problem ? problem.message || problem.code : "");
    },
  };
}

export function wirePromises(current, ask, tell, draw) {
  const take = async (callback, why) => {
    const problem = await ask("cmd.callback.cancel", { d: { callback, why } });
    if (problem) say("mine-say", problem.message || problem.code);
  };
  byId("promise-number").addEventListener("change", () => fillZones());
  byId("promise-zone").addEventListener("change", sayClock);
  byId("promise-close").addEventListener("click", closePromise);
  byId("promise-next").addEventListener("click", () => {
    byId("promise-when").value = byId("promise-next").dataset.local;
    complain(null);
    byId("promise-go").focus();
  });
  byId("promise").addEventListener("submit", async (event) => {
    event.preventDefault();
    const about = open;
    byId("promise-go").disabled = true;
    const problem = await ask(...wish());
    byId("promise-go").disabled = false;
    if (problem) {
      complain(problem);
      return;
    }
    if (about.form) made = { call: about.form.call, at: Date.now() };
    setTimeout(draw, SHOWN_AFTER_MS + 100);
    closePromise();
    draw();
  });
  byId("promised-cancel").addEventListener("click", (event) => take(event.target.dataset.callback, "mistake"));
  byId("mine-list").addEventListener("click", (event) => {
    const step = event.target.closest("[data-step]")?.dataset.step;
    const callback = event.target.closest("[data-callback]")?.dataset.callback;
    if (!step) return;
    say("mine-say", "");
    asking = step === "ask" ? callback : "";
    if (step === "cancel") take(callback, "customer");
    if (step === "move") openForm({ moved: current().callbacks.callbacks.find((each) => each.callback === callback) });
    draw();
    // The button that was pressed is gone: the keyboard goes on where it was.
    queueMicrotask(() => {
      const next = byId("mine-list").querySelector(`[data-callback="${CSS.escape(callback)}"] [data-step]`);
      (step === "move" ? byId("promise-when") : next)?.focus();
    });
  });
}

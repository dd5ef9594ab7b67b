// From the model to the page. Only what changed is written, so that focus and selection stay.

import { byId, duration, el, hue, initials, isToday, missedReason, outcomeLabel, phone, reasonLabel, say, show, when } from "/desk/format.js";
import { isWork, modeOf, previewOf } from "/desk/model.js";
import { renderEnding } from "/desk/ending.js";
import { renderTalk } from "/desk/talk.js";

const PRESENCE = { logged_out: "Logged out", ready: "Ready", paused: "Paused" };
const WORK = { offered: "Ringing", connecting: "Connecting", talking: "In a call", wrap_up: "Wrap-up" };
const CHANNEL = { voice: "call", chat: "chat", email: "e-mail", task: "task" };
const CLOCK = { ring: "Rings for", connecting: "Connecting", talk: "Talking", hold: "On hold", wrap: "Wrap-up ends in" };

const memory = new Map();

// Rebuild a list only when what it shows is different.
function list(id, key, make) {
  const text = JSON.stringify(key);
  if (memory.get(id) === text) return;
  memory.set(id, text);
  byId(id).replaceChildren(...make());
}

export function render(model, now, draft) {
  const mode = modeOf(model);
  renderPresence(model);
  renderTiles(model);
  renderMissed(model, now);
  byId("stage").dataset.mode = mode;
  show("calm", mode === "idle");
  show("call", mode !== "idle");
  if (mode === "idle") renderCalm(model);
  else renderCall(model, mode, now, draft);
  renderTalk(model);
  renderEnding(model, mode);
  renderBanner(model);
  tick(model, now);
}

function renderPresence(model) {
  const { presence, work, reason, outside, next_presence: next, next_reason: nextReason } = model.state;
  const isBusy = work !== "idle";
  const several = severalOf(model.state);
  say("presence-word", isBusy ? WORK[work] : PRESENCE[presence]);
  if (outside) say("presence-detail", "On the phone elsewhere");
  else say("presence-detail", several || (isBusy ? afterwards(presence, next) : detailOf(model, presence, reason)));
  const look = isBusy ? work : presence;
  byId("presence").dataset.look = look;
  show("presence-next", Boolean(next));
  if (next) say("presence-next", `After this call: ${PRESENCE[next].toLowerCase()}${nextReason ? `, ${reasonLabel(model, nextReason).toLowerCase()}` : ""}`);
  byId("ready").disabled = presence === "ready" && !next && work !== "wrap_up";
  list("reasons", model.pauseReasons, () => model.pauseReasons.map((known, index) => {
    const button = el("button", "reason");
    button.type = "button";
    button.setAttribute("role", "menuitem");
    button.dataset.code = known.code;
    button.append(el("kbd", "", String(index + 1)), el("span", "", known.label));
    return button;
  }));
}

// What somebody who does several things at once is at: "2 chats, 1 call · 75 % taken".
function severalOf({ jobs = [], load = 0 }) {
  if (jobs.length < 2) return "";
  const counts = new Map();
  for (const { channel } of jobs) counts.set(channel, (counts.get(channel) ?? 0) + 1);
  const each = [...counts].map(([channel, count]) => `${count} ${CHANNEL[channel] ?? channel}${count === 1 ? "" : "s"}`);
  return `${each.join(", ")} · ${load} % taken`;
}

function afterwards(presence, next) {
  return next ? "" : `${PRESENCE[presence]} afterwards`;
}

function detailOf(model, presence, reason) {
  if (presence === "paused") return reason ? reasonLabel(model, reason) : "";
  return presence === "ready" ? "Calls come to you" : "No calls come to you";
}

function renderTiles(model) {
  const mine = model.queues.map((queue) => ({ queue: queue.queue, label: queue.label, tile: model.tiles.get(queue.queue) }));
  list("tiles", mine, () => mine.map(({ queue, label, tile }) => {
    const box = el("div", "tile");
    box.dataset.queue = queue;
    const top = el("div", "tile-top");
    top.append(el("span", "tile-label", label), el("span", "tile-wait", ""));
    const bottom = el("div", "tile-bottom");
    const waiting = tile?.waiting ?? 0; // who is being offered to someone still waits
    box.dataset.load = waiting === 0 ? "none" : waiting > (tile?.logged_in ?? 0) ? "high" : "some";
    bottom.append(el("strong", "tile-number", String(waiting)), el("span", "muted", waiting === 1 ? "caller waits" : "callers wait"));
    bottom.append(el("span", "tile-people", tile ? `${tile.idle} of ${tile.logged_in} free` : ""));
    box.append(top, bottom);
    return box;
  }));
}

function renderMissed(model, now) {
  const rows = model.missed.filter((row) => isToday(row.at, now)).slice(-20).reverse();
  say("missed-count", String(rows.length));
  list("missed", rows, () => rows.length === 0 ? [el("li", "muted small", "None so far.")] : rows.map((row) => {
    const item = el("li", "missed-row");
    const who = el("span", "missed-who", row.name || phone(row.ani));
    const time = el("time", "muted", new Date(row.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }));
    item.append(who, time, el("span", "missed-why", `${missedReason(row.result)} · ${row.queue_label || "—"}`));
    return item;
  }));
}

function renderCalm(model) {
  const { presence, work, outside } = model.state;
  const elsewhere = ["You are on the phone elsewhere", "Calls come to you again when you have hung up."];
  const texts = {
    ready: ["Ready for the next call", "The caller's card opens here before your phone rings."],
    paused: ["You are paused", "No calls come to you. Press R when you are ready."],
    logged_out: ["You are logged out", "Press R to take calls."],
  };
  const [title, text] = work === "wrap_up" ? ["Wrapping up", "Press R when you are done."] : outside && presence === "ready" ? elsewhere : texts[presence];
  byId("calm-mark").dataset.look = presence;
  say("calm-title", title);
  say("calm-text", text);
}

function renderCall(model, mode, now, draft) {
  const { call } = model;
  renderCaller(call);
  for (const id of ["accept", "decline"]) show(id, mode === "ring");
  for (const id of ["hold", "hangup"]) show(id, (mode === "talk" || mode === "hold") && !isWork(model));
  show("actions", mode !== "connecting" || byId("say").textContent !== "");
  say("hold-word", mode === "hold" ? "Bring back" : "Hold");
  byId("hold").setAttribute("aria-pressed", String(mode === "hold"));
  show("work", mode !== "ring");
  show("fuse", mode === "ring" || mode === "wrap");
  const script = scriptOf(call);
  list("script", [call.call, script], () => script.map((text) => el("li", "", text)));
  byId("script-card").hidden = script.length === 0;
  renderHistory(call, now);
  const notes = byId("notes");
  if (notes.value !== draft.text) notes.value = draft.text;
  say("notes-state", draft.state);
}

function renderCaller(call) {
  const pop = call.pop;
  const known = call.more?.customers.length ? call.more.customers : pop?.customers ?? [];
  const single = known.length === 1 ? known[0] : null;
  const name = single?.name || (known.length > 1 ? "Shared number" : pop?.ani ? "Unknown caller" : "Caller withheld");
  say("caller-name", name);
  say("avatar", single ? initials(single.name) : known.length > 1 ? "…" : "?");
  byId("avatar").style.setProperty("--hue", String(hue(single?.customer ?? pop?.ani ?? "")));
  say("caller-number", phone(pop?.ani ?? ""));
  badge("caller-tier", single?.tier);
  badge("caller-language", single?.language?.toUpperCase());
  badge("caller-machine", pop?.maybe_machine ? "may be a machine" : "");
  badge("caller-email", single?.email);
  badge("customer-note", single?.note);
  byId("caller-tier").dataset.tier = (single?.tier ?? "").toLowerCase();
  say("call-reason", pop?.reason || "—");
  say("call-queue", pop?.queue_label || call.queue || "—");
  say("call-waited", pop ? duration(pop.waited_ms) : "—");
  say("call-did", pop?.did ? phone(pop.did) : "—");
  show("choose", known.length > 1);
  list("choose-list", known, () => known.map((customer) => {
    const item = el("li");
    item.append(el("strong", "", customer.name), el("span", "muted", [customer.tier, customer.email].filter(Boolean).join(" · ")));
    return item;
  }));
}

function badge(id, text) {
  show(id, Boolean(text));
  say(id, text ?? "");
}

// The short first part is replaced by the whole text when that was too long for it.
function scriptOf(call) {
  return call.more?.script.length ? call.more.script : call.pop?.script ?? [];
}

function renderHistory(call, now) {
  const rows = call.more?.history;
  list("history", [call.call, rows ?? null], () => {
    if (!rows) return [el("li", "muted small loading", "Looking it up…")];
    if (rows.length === 0) return [el("li", "muted small", "This is the first contact.")];
    return rows.map((row) => {
      const item = el("li", "history-row");
      const top = el("div", "history-top");
      top.append(el("strong", "", row.disposition ? outcomeLabel(row.disposition) : outcomeLabel(row.outcome)));
      top.append(el("time", "muted", when(row.at, now)));
      item.append(top);
      if (row.notes) item.append(el("p", "history-notes", row.notes));
      const details = [row.queue, row.agent, row.talk_s ? `${duration(row.talk_s * 1000)} talked` : ""];
      item.append(el("p", "muted small", details.filter(Boolean).join(" · ")));
      return item;
    });
  });
}

function renderBanner(model) {
  const isDown = [...model.providers.values()].includes(false);
  const banner = byId("banner");
  if (!isDown) {
    if (banner.dataset.why === "provider") banner.hidden = true;
    return;
  }
  banner.dataset.why = "provider";
  banner.dataset.level = "bad";
  banner.hidden = false;
  say("banner", "The phone system cannot be reached. Calls that are under way go on; new ones wait.");
}

// What moves with the clock alone.
export function tick(model, now) {
  const mode = modeOf(model);
  say("presence-timer", model.state.since ? duration(now - model.state.since) : "");
  for (const box of byId("tiles").children) {
    const since = model.tiles.get(box.dataset.queue)?.oldest_since;
    const text = since ? duration(now - since) : "";
    const wait = box.querySelector(".tile-wait");
    if (wait.textContent !== text) wait.textContent = text;
  }
  if (mode === "idle") return;
  const preview = previewOf(model);
  say("clock-label", preview ? (preview.dials ? "Is called in" : "Is left in") : CLOCK[mode]);
  const { call, state } = model;
  if (mode === "ring") fuse(call.offered_at ?? state.since, call.expires_at, now);
  else if (mode === "wrap") fuse(state.since, state.wrap_up_until, now);
  else if (mode === "hold" && call.held_at) say("clock", duration(now - call.held_at));
  else say("clock", duration(now - (call.connected_at ?? state.since)));
}

function fuse(from, to, now) {
  if (!to) {
    say("clock", "");
    show("fuse", false);
    return;
  }
  const left = Math.max(0, to - now);
  say("clock", duration(left + 999));
  const bar = byId("fuse");
  bar.value = to > from ? left / (to - from) : 0;
  bar.dataset.level = left < 6_000 ? "late" : "fine";
}

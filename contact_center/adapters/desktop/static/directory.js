// Who is free to be asked: names to choose from while a target is looked for. Live while it is open.

import { byId, duration, el, say, show } from "/desk/format.js";

const STATES = { free: "free", busy: "busy", paused: "paused", outside: "on the phone elsewhere", away: "not there" };
const WORK = { offered: "phone rings", connecting: "being connected", talking: "in a call", wrap_up: "wrap-up" };
const PAUSE_MS = 150;

let ask = async () => null;
let typing = 0;

export function wireDirectory(send) {
  ask = send;
  const field = byId("whom-name");
  field.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(look, PAUSE_MS);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") {
      byId("whom-found").querySelector("button")?.focus();
      event.preventDefault();
    }
  });
  byId("whom-found").addEventListener("click", (event) => {
    const button = event.target.closest("[data-to]");
    if (!button) return;
    const [kind, name] = button.dataset.to.split(":");
    byId("whom-kind").value = kind;
    field.value = name;
    byId("whom-go").focus();
  });
  byId("whom-found").addEventListener("keydown", (event) => {
    const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    if (!step) return;
    const item = event.target.closest("li")?.[step];
    (item?.querySelector("button") ?? field).focus();
    event.preventDefault();
  });
}

function look() {
  ask("cmd.directory", { d: { open: true, search: byId("whom-name").value.trim().slice(0, 60) } });
}

export function openDirectory() {
  look();
}

export function closeDirectory() {
  clearTimeout(typing);
  ask("cmd.directory", { d: { open: false } });
}

const detailOf = (entry, now) => {
  const words = [entry.work ? WORK[entry.work] : STATES[entry.state], entry.queue, entry.reason];
  if (entry.to.startsWith("queue:")) words.push(`${entry.free} free`, `${entry.waiting} waiting`);
  else if (entry.since && entry.state !== "away") words.push(duration(now - entry.since));
  return words.filter(Boolean).join(" · ");
};

let drawn = null;

export function renderDirectory(model, now) {
  const isNumber = byId("whom-kind").value === "number";
  const shown = model.directory;
  show("whom-found", !isNumber && Boolean(shown));
  if (!shown || shown === drawn) return;
  drawn = shown;
  // Who reads the list by key stays where they are, also when it is told anew.
  const at = byId("whom-found").contains(document.activeElement) ? document.activeElement.dataset.to : "";
  byId("whom-found").replaceChildren(...shown.entries.map((entry) => {
    const button = el("button", "found");
    button.type = "button";
    button.dataset.to = entry.to;
    button.dataset.state = entry.state;
    const lamp = el("i", "found-lamp");
    lamp.setAttribute("aria-hidden", "true");
    button.append(lamp, el("strong", "", entry.name), el("span", "muted small", detailOf(entry, now)));
    const item = el("li");
    item.append(button);
    return item;
  }));
  if (at) byId("whom-found").querySelector(`[data-to="${CSS.escape(at)}"]`)?.focus();
  say("whom-more", shown.more ? `${shown.more} more: type a part of the name` : shown.entries.length ? "" : "Nobody of that name.");
}

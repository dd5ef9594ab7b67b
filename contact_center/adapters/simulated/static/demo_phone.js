"use strict";

const POLL_MS = 400;
const SHOWN = 300;
const byId = (id) => document.getElementById(id);
const phone = { leg: null, next: 0, began: null, polling: false };

const NOW = {
  ringing: () => "Ringing",
  prompt: (text) => `A voice: ${text}`,
  music: () => "Music",
  silence: () => "Silence",
  tone: () => "A tone",
  beep: () => "A beep",
  talk: () => "Talking with somebody",
  away: () => "Connected elsewhere",
};

async function api(method, path, body) {
  const options = { method, headers: {} };
  if (body !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  const answer = await fetch(`/demo/api/${path}`, options);
  const data = answer.status === 204 ? null : await answer.json();
  if (!answer.ok) throw new Error(data?.error ?? `error ${answer.status}`);
  return data;
}

function say(text) {
  byId("state").textContent = text;
}

function showCall(live, up) {
  byId("call").disabled = live;
  byId("hangup").disabled = !live;
  byId("words").disabled = !up;
  for (const key of byId("keypad").children) key.disabled = !up;
}

function addLine(sound) {
  const line = document.createElement("li");
  line.className = sound.kind;
  const at = document.createElement("time");
  at.textContent = `${((sound.at_ms - phone.began) / 1000).toFixed(1)} s`;
  const kind = document.createElement("span");
  kind.className = "kind";
  kind.textContent = sound.kind;
  const words = document.createElement("span");
  words.className = "words";
  words.textContent = sound.text;
  line.append(at, kind, words);
  const list = byId("transcript");
  list.append(line);
  while (list.children.length > SHOWN) list.firstChild.remove();
  list.scrollTop = list.scrollHeight;
}

function show(view) {
  for (const sound of view.heard) {
    phone.began ??= sound.at_ms;
    addLine(sound);
  }
  phone.next = view.next;
  if (view.state === "ended") {
    say(`Call over (${view.cause.replaceAll("_", " ")})`);
    byId("hears").textContent = "Nothing: no call";
    showCall(false, false);
    phone.leg = null;
    return;
  }
  say(view.state === "up" ? "Connected" : "Calling…");
  const { kind, text } = view.hears;
  byId("hears").textContent = (NOW[kind] ?? (() => kind))(text);
  showCall(true, view.state === "up");
}

async function poll() {
  if (phone.polling) return;
  phone.polling = true;
  try {
    if (phone.leg !== null) {
      show(await api("GET", `calls/${encodeURIComponent(phone.leg)}?after=${phone.next}`));
    }
    const { calls } = await api("GET", "calls");
    const others = calls.filter((call) => call.leg !== phone.leg).length;
    byId("others").textContent = others === 1 ? "1 other caller" : `${others} other callers`;
  } catch (problem) {
    say(problem.message);
    if (problem.message === "no such call") {
      phone.leg = null;
      showCall(false, false);
    }
  } finally {
    phone.polling = false;
  }
}

async function attempt(action) {
  try {
    await action();
    await poll();
  } catch (problem) {
    say(problem.message);
  }
}

function press(key) {
  if (phone.leg === null) return;
  attempt(() => api("POST", `calls/${encodeURIComponent(phone.leg)}/keys`, { keys: key }));
}

byId("dial").addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(async () => {
    const [ani, did, name] = ["ani", "did", "name"].map((id) => byId(id).value.trim());
    const { leg } = await api("POST", "calls", { ani, did, name });
    byId("transcript").replaceChildren();
    Object.assign(phone, { leg, next: 0, began: null });
  });
});

byId("hangup").addEventListener("click", () => {
  if (phone.leg !== null) {
    attempt(() => api("DELETE", `calls/${encodeURIComponent(phone.leg)}`));
  }
});

byId("speak").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = byId("words").value.trim();
  byId("words").value = "";
  if (text && phone.leg !== null) {
    attempt(() => api("POST", `calls/${encodeURIComponent(phone.leg)}/speech`, { text }));
  }
});

byId("rate").addEventListener("change", () => {
  const rate = Number(byId("rate").value);
  attempt(() => api("PUT", "traffic", { calls_per_minute: rate }));
});

document.addEventListener("keydown", (event) => {
  const typing = event.target instanceof HTMLInputElement;
  if (!typing && !event.ctrlKey && !event.metaKey && /^[0-9*#]$/.test(event.key)) {
    press(event.key);
  }
});

for (const key of "123456789*0#") {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = key;
  button.disabled = true;
  button.addEventListener("click", () => press(key));
  byId("keypad").append(button);
}

function fill(list, numbers) {
  for (const { number, label } of numbers) {
    const option = document.createElement("option");
    option.value = number;
    option.label = label;
    byId(list).append(option);
  }
}

api("GET", "center").then(
  (center) => {
    fill("dids", center.dids);
    fill("callers", center.callers);
    byId("did").value = center.dids[0]?.number ?? "";
    byId("ani").value = center.callers[0]?.number ?? "";
    byId("rate").value = center.calls_per_minute;
  },
  (problem) => say(problem.message),
);
setInterval(poll, POLL_MS);

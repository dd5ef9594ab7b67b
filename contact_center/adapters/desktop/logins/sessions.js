import { WORDS } from "/sessions/words.js";

// Everything from outside is put into the page as text, never as markup.
const byId = (id) => document.getElementById(id);
// Where desk and console keep what was chosen there; it counts here, too.
const LANGUAGE = "console.language";
const SCHEME = "mantine-color-scheme-value";
const root = document.documentElement;
let language = "en";
let shown = null;

function t(word, values = {}) {
  return WORDS[language][word].replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

function speak(wanted) {
  language = wanted;
  root.lang = language;
  byId("language").value = language;
  for (const part of document.querySelectorAll("[data-word]")) part.textContent = t(part.dataset.word);
  for (const part of document.querySelectorAll("[data-label]")) {
    part.setAttribute("aria-label", t(part.dataset.label));
  }
  paint(root.dataset.scheme);
  if (shown !== null) show(shown);
}

function paint(scheme) {
  root.dataset.scheme = scheme;
  byId("scheme").textContent = t(scheme === "dark" ? "light" : "dark");
}

function schemeNow() {
  const kept = localStorage.getItem(SCHEME);
  if (kept === "dark" || kept === "light") return kept;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

function languageNow() {
  const wanted = [localStorage.getItem(LANGUAGE) ?? "", ...navigator.languages];
  return wanted.map((name) => name.slice(0, 2)).find((name) => name in WORDS) ?? "en";
}

function tell(words) {
  byId("told").textContent = words;
}

async function ask(method, path) {
  let answer;
  try {
    answer = await fetch(path, { method, signal: AbortSignal.timeout(15_000) });
  } catch {
    tell(t("unreachable"));
    return null;
  }
  if (answer.status === 401) {
    byId("rows").replaceChildren();
    tell(t("log_in"));
    return null;
  }
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    tell(WORDS[language][`error.${body.err?.code}`] ?? t("undone"));
    return null;
  }
  return body;
}

function cell(text, kind) {
  const made = document.createElement("td");
  made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

function when() {
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
}

function row(session, mayEnd) {
  const made = document.createElement("tr");
  made.dataset.session = session.name;
  const who = cell(session.person);
  if (session.mine) {
    const mark = document.createElement("div");
    mark.className = "mine";
    mark.textContent = t("mine");
    who.append(mark);
  }
  const does = document.createElement("td");
  if (!session.mine && mayEnd(session)) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "end";
    button.textContent = t("end");
    button.setAttribute("aria-label", t("end_of", { person: session.person }));
    button.addEventListener("click", () => end(session));
    does.append(button);
  }
  made.append(
    who,
    cell(session.roles.join(", ")),
    cell(when().format(session.since), "when"),
    cell(when().format(session.seen), "when"),
    cell(WORDS[language][`via.${session.via}`] ?? session.via),
    cell(session.address),
    cell(session.browser, "browser"),
    does,
  );
  return made;
}

async function look() {
  const all = byId("all").checked;
  const found = await ask("GET", all ? "/api/sessions?of=all" : "/api/sessions");
  if (found === null) return;
  shown = { all, ...found };
  show(shown);
}

function show(found) {
  const mine = found.sessions.find((session) => session.mine);
  const mayEnd = (session) => found.may_end || session.agent === mine?.agent;
  byId("all-label").hidden = !found.may_see;
  const whose = found.all ? "all" : found.total === 1 ? "one" : "yours";
  byId("who").textContent = t(`count.${whose}`, { count: found.total });
  byId("rows").replaceChildren(...found.sessions.map((session) => row(session, mayEnd)));
}

async function end(session) {
  if (!window.confirm(t("sure", { person: session.person }))) return;
  const done = await ask("DELETE", `/api/sessions/${encodeURIComponent(session.name)}`);
  if (done !== null) tell(t("ended", { person: session.person }));
  await look();
}

async function endOthers() {
  if (!window.confirm(t("sure.others"))) return;
  const done = await ask("DELETE", "/api/sessions");
  if (done !== null) tell(t("ended.others", { count: done.ended }));
  await look();
}

byId("all").addEventListener("change", look);
byId("again").addEventListener("click", look);
byId("others").addEventListener("click", endOthers);
byId("language").addEventListener("change", (event) => {
  localStorage.setItem(LANGUAGE, event.target.value);
  speak(event.target.value);
});
byId("scheme").addEventListener("click", () => {
  const scheme = root.dataset.scheme === "dark" ? "light" : "dark";
  localStorage.setItem(SCHEME, scheme);
  paint(scheme);
});
root.dataset.scheme = schemeNow();
speak(languageNow());
look();

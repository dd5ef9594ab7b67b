// Everything from outside is put into the page as text, never as markup.
const byId = (id) => document.getElementById(id);
const when = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const WAYS = { password: "password", company: "company login" };

function tell(words) {
  byId("told").textContent = words;
}

async function ask(method, path) {
  let answer;
  try {
    answer = await fetch(path, { method, signal: AbortSignal.timeout(15_000) });
  } catch {
    tell("The center cannot be reached. Try again.");
    return null;
  }
  if (answer.status === 401) {
    byId("rows").replaceChildren();
    tell("You are not logged in. Log in at the desk or the console.");
    return null;
  }
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    tell(body.err?.message ?? "This was not done.");
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

function row(session, mayEnd) {
  const made = document.createElement("tr");
  made.dataset.session = session.name;
  const who = cell(session.person);
  if (session.mine) {
    const mark = document.createElement("div");
    mark.className = "mine";
    mark.textContent = "this one";
    who.append(mark);
  }
  const does = document.createElement("td");
  if (!session.mine && mayEnd(session)) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "end";
    button.textContent = "End";
    button.setAttribute("aria-label", `End the login of ${session.person}`);
    button.addEventListener("click", () => end(session));
    does.append(button);
  }
  made.append(
    who,
    cell(session.roles.join(", ")),
    cell(when.format(session.since), "when"),
    cell(when.format(session.seen), "when"),
    cell(WAYS[session.via] ?? session.via),
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
  const mine = found.sessions.find((session) => session.mine);
  const mayEnd = (session) => found.may_end || session.agent === mine?.agent;
  byId("all-label").hidden = !found.may_see;
  byId("who").textContent = all
    ? `${found.total} logins of everybody.`
    : `${found.total === 1 ? "One login" : `${found.total} logins`} of yours.`;
  byId("rows").replaceChildren(...found.sessions.map((session) => row(session, mayEnd)));
}

async function end(session) {
  if (!window.confirm(`End the login of ${session.person}? Open pages of it are logged out.`)) return;
  const done = await ask("DELETE", `/api/sessions/${encodeURIComponent(session.name)}`);
  if (done !== null) tell(`The login of ${session.person} was ended.`);
  await look();
}

async function endOthers() {
  if (!window.confirm("End all your other logins?")) return;
  const done = await ask("DELETE", "/api/sessions");
  if (done !== null) tell(`${done.ended} ended.`);
  await look();
}

byId("all").addEventListener("change", look);
byId("again").addEventListener("click", look);
byId("others").addEventListener("click", endOthers);
look();

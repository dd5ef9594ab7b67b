// Shows whether a queue is open and what wait to expect, and leads to the form for a call back.
//   <script src="https://desk.example.com/help/widget.js" data-queue="support" defer></script>
// data-lang="es" for Spanish, data-context for a signed page context. Text only ever goes in as text.
(() => {
  const script = document.currentScript;
  const { queue, context, lang } = script.dataset;
  const base = new URL("/help/", script.src);
  const language = lang || (navigator.language || "en").slice(0, 2);
  const page = new URL(encodeURIComponent(queue), base);
  page.searchParams.set("lang", language);
  const status = new URL(`${encodeURIComponent(queue)}/status?lang=${encodeURIComponent(language)}`, base);
  if (context) page.searchParams.set("context", context);
  const voice = new URL(page);
  voice.pathname += "/talk";

  const el = (name, attributes = {}, text = "") => {
    const made = Object.assign(document.createElement(name), { textContent: text });
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const host = el("contact-center-help");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { all: initial; position: fixed; right: 20px; bottom: 20px; z-index: 2147483000; font: 16px/1.45 system-ui, sans-serif; color: #16202b; }
    button, a { font: inherit; min-height: 44px; border-radius: 10px; cursor: pointer; }
    .open { display: flex; align-items: center; gap: 10px; margin-left: auto; padding: 0 18px; border: 0; background: #0b4f9e; color: #fff; font-weight: 600; box-shadow: 0 4px 16px #0004; }
    .dot { width: 11px; height: 11px; border-radius: 50%; background: #ffb4ac; }
    [data-open=true] .dot { background: #7ff0ab; }
    .panel { width: min(300px, calc(100vw - 40px)); margin-bottom: 12px; padding: 18px; box-sizing: border-box; border-radius: 14px; background: #fff; box-shadow: 0 8px 30px #0005; }
    .panel[hidden] { display: none; }
    p { margin: 4px 0; }
    .state { font-weight: 700; }
    .go { display: grid; place-items: center; margin-top: 14px; background: #0b4f9e; color: #fff; font-weight: 600; text-decoration: none; }
    .go[hidden] { display: none; }
    .close { width: 100%; margin-top: 8px; border: 1px solid #51606f; background: none; color: #16202b; }
    :focus-visible { outline: 3px solid #e08a00; outline-offset: 2px; }`);
  root.adoptedStyleSheets = [sheet];

  const box = el("div");
  const panel = el("div", { class: "panel", id: "panel", role: "region", hidden: "" });
  const title = el("p", { class: "title" });
  const state = el("p", { class: "state" });
  const detail = el("p", { class: "detail", role: "status" });
  const go = el("a", { class: "go", href: page.href, target: "_blank", rel: "noopener" });
  const talk = el("a", { class: "go talk", href: voice.href, target: "_blank", rel: "noopener", hidden: "" });
  const close = el("button", { class: "close", type: "button" });
  const opener = el("button", { class: "open", type: "button", "aria-expanded": "false", "aria-controls": "panel" });
  const label = el("span");
  panel.append(title, state, detail, talk, go, close);
  opener.append(el("span", { class: "dot", "aria-hidden": "true" }), label);
  box.append(panel, opener);
  root.append(box);

  const show = (open) => {
    panel.hidden = !open;
    opener.setAttribute("aria-expanded", String(open));
    (open ? (talk.hidden ? go : talk) : opener).focus();
  };
  opener.addEventListener("click", () => show(panel.hidden));
  close.addEventListener("click", () => show(false));
  // A window of its own, so that the visitor can look at the shop while they talk.
  talk.addEventListener("click", (event) => {
    event.preventDefault();
    window.open(voice, "_blank", "noopener,popup,width=440,height=680");
  });
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !panel.hidden) show(false);
  });

  const look = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(status, { credentials: "omit", signal: AbortSignal.timeout(8000) });
      if (!answer.ok) return;
      const told = await answer.json();
      const { words } = told;
      host.lang = told.language;
      box.dataset.open = told.open;
      title.textContent = told.label;
      state.textContent = words.state;
      detail.textContent = words.detail;
      go.textContent = words.book;
      talk.textContent = words.talk || "";
      talk.hidden = !words.talk;
      close.textContent = words.close;
      label.textContent = `${words.widget} · ${words.state}`;
      panel.setAttribute("aria-label", words.widget);
      if (!host.isConnected) document.body.append(host);
    } catch {
      // Out of reach: what was shown last stays, and what never was is not.
    }
  };
  look();
  setInterval(look, 60000);
  document.addEventListener("visibilitychange", look);
})();

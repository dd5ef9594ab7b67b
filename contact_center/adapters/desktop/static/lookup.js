// Looking something up beside the call: canned texts and articles. Everything comes as plain text.

import { byId, el, say, show } from "/desk/format.js";

const PAUSE_MS = 200;
const TAGS = { strong: "strong", emphasis: "em", code: "code" };

let ask = async () => null;
let put = () => {};
let typing = 0;
let drawn = null;
let isOpen = false;

const search = () => byId("lookup-search").value.trim().slice(0, 60);
const look = (article = "") => ask("cmd.knowledge", { d: { open: true, search: search(), article } });

export function openLookup() {
  if (isOpen) return;
  isOpen = true;
  show("lookup", true);
  byId("lookup-open").setAttribute("aria-expanded", "true");
  byId("lookup-search").focus();
  look();
}

export function closeLookup() {
  if (!isOpen) return false;
  isOpen = false;
  show("lookup", false);
  byId("lookup-open").setAttribute("aria-expanded", "false");
  return true;
}

export const lookupActions = () => ({ "lookup-open": () => (isOpen ? closeLookup() : openLookup()) });

function spanOf({ text, kind, to }) {
  if (kind === "link") {
    const link = el("a", "", text);
    link.href = to;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    return link;
  }
  if (kind === "article") {
    const button = el("button", "link-button", text);
    button.type = "button";
    button.addEventListener("click", () => look(to));
    return button;
  }
  return TAGS[kind] ? el(TAGS[kind], "", text) : document.createTextNode(text);
}

function blockOf(block) {
  const tag = { heading: "h4", quote: "blockquote", code: "pre" }[block.kind] ?? "p";
  const box = el(tag, `article-${block.kind}`);
  if (block.kind === "item") {
    box.dataset.level = String(block.level ?? 0);
    box.append(el("span", "article-mark", block.mark || "•"));
  }
  box.append(...block.spans.map(spanOf));
  return box;
}

function textOf(one) {
  const item = el("li", "lookup-text");
  const button = el("button", "small-button", "Into the notes");
  button.type = "button";
  button.title = `Put \u201c${one.title}\u201d into the notes`;
  button.addEventListener("click", () => put(one.text));
  item.append(el("strong", "", one.title), el("p", "", one.text), button);
  return item;
}

function hitOf(one) {
  const item = el("li");
  const button = el("button", "lookup-hit");
  button.type = "button";
  button.append(el("strong", "", one.title), el("span", "muted small", one.snippet));
  button.addEventListener("click", () => look(one.article));
  item.append(button);
  return item;
}

export function renderLookup(model) {
  const shown = model.knowledge;
  if (!shown || shown === drawn) return;
  drawn = shown;
  const { article } = shown;
  show("lookup-article", Boolean(article));
  show("lookup-found", !article);
  if (article) {
    say("article-title", article.title);
    byId("article-body").replaceChildren(...article.blocks.map(blockOf));
    show("article-cut", Boolean(article.cut));
    byId("lookup-article").focus();
    return;
  }
  byId("lookup-texts").replaceChildren(...shown.texts.map(textOf));
  byId("lookup-hits").replaceChildren(...shown.found.map(hitOf));
  const none = shown.texts.length + shown.found.length === 0;
  say("lookup-none", none ? "Nothing was found." : "");
}

// `notes(text)` adds a text to the notes of the call.
export function wireLookup(send, notes) {
  ask = send;
  put = notes;
  byId("lookup-search").addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(look, PAUSE_MS);
  });
  byId("lookup-form").addEventListener("submit", (event) => {
    event.preventDefault();
    byId("lookup-found").querySelector("button")?.focus();
  });
  byId("article-back").addEventListener("click", async () => {
    await look();
    byId("lookup-search").focus();
  });
}

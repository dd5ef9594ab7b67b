// Words and numbers for people. Every text goes in as text: names are whatever callers say they are.

export function el(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

export const byId = (id) => document.getElementById(id);

export function say(id, text) {
  const element = byId(id);
  if (element.textContent !== text) element.textContent = text;
}

export function show(id, isShown) {
  byId(id).hidden = !isShown;
}

export function duration(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  const two = (n) => String(n).padStart(2, "0");
  const h = Math.floor(s / 3600);
  return h ? `${h}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}` : `${Math.floor(s / 60)}:${two(s % 60)}`;
}

// Digits in groups, for reading aloud; what is not a number stays as it is.
export function phone(number) {
  if (!number) return "Number withheld";
  if (!/^\+?\d{6,15}$/.test(number)) return number;
  const plus = number.startsWith("+");
  const digits = number.replace("+", "");
  const head = plus ? digits.slice(0, /^[17]/.test(digits) ? 1 : 2) : "";
  let rest = digits.slice(head.length);
  rest = rest.length === 10 ? rest.replace(/(...)(...)(....)/, "$1 $2 $3") : rest.replace(/(\d{3})(?=\d{2,})/g, "$1 ");
  return plus ? `+${head} ${rest}` : rest;
}

export function initials(name) {
  const words = name.trim().split(/\s+/).filter(Boolean);
  if (words.length === 0) return "?";
  const first = [...words[0]][0];
  return (words.length > 1 ? first + [...words[words.length - 1]][0] : first).toUpperCase();
}

export function hue(text) {
  let h = 0;
  for (const c of text) h = (h * 31 + c.codePointAt(0)) % 360;
  return h;
}

export function when(ms, now) {
  const at = new Date(ms);
  const days = Math.round((new Date(now).setHours(0, 0, 0, 0) - new Date(ms).setHours(0, 0, 0, 0)) / 86_400_000);
  const time = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  if (days === 0) return `Today ${time}`;
  if (days === 1) return `Yesterday ${time}`;
  return at.toLocaleDateString([], { day: "numeric", month: "short", year: days > 300 ? "numeric" : undefined });
}

export const isToday = (ms, now) => new Date(ms).toDateString() === new Date(now).toDateString();

const MISSED = {
  no_answer: "Not answered",
  declined: "Declined",
  revoked: "Caller hung up",
  busy: "Phone busy",
  unregistered: "Phone not reachable",
  failed: "Could not connect",
};
export const missedReason = (result) => MISSED[result] ?? result;

const SYSTEM_REASONS = {
  signed_in: "Signed in just now",
  no_answer: "A call was not answered",
  screen_lost: "The screen was away",
};

export function reasonLabel(model, code) {
  return model.pauseReasons.find((known) => known.code === code)?.label ?? SYSTEM_REASONS[code] ?? code;
}

export const outcomeLabel = (outcome) => outcome.replaceAll("_", " ").replace(/^./, (c) => c.toUpperCase());

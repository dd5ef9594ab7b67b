// What the screen shows, folded from messages. The server's word is the state; nothing is guessed.

export function emptyModel() {
  return {
    agent: "",
    name: "",
    state: { presence: "logged_out", work: "idle", since: 0, reason: "", next_presence: null, next_reason: "" },
    call: null,
    missed: [],
    dispositions: [],
    pauseReasons: [],
    queues: [],
    tiles: new Map(),
    providers: new Map(),
    parked: null,
    callbacks: null,
    script: null,
    directory: null,
    knowledge: null,
  };
}

function touch(model, call, changes) {
  if (!model.call || model.call.call !== call) {
    model.call = { call, reservation: "", queue: "", pop: null, more: null, notes: "", disposition: "" };
  }
  Object.assign(model.call, changes);
}

const isCurrent = (model, call) => model.call !== null && model.call.call === call;

const handlers = {
  state(model, { d }) {
    model.agent = d.agent;
    model.name = d.name;
    model.state = d.state;
    model.call = d.call;
    model.missed = d.missed;
    model.dispositions = d.dispositions;
    model.pauseReasons = d.pause_reasons;
    model.queues = d.queues;
  },
  "agent.state"(model, { d }) {
    model.state = d;
    if (!d.call || (model.call && model.call.call !== d.call)) model.call = null;
    if (d.call) touch(model, d.call, { reservation: d.reservation ?? "", held: d.held });
  },
  "call.offered"(model, { d, call, ts }) {
    const preview = d.preview ?? null;
    touch(model, call, { reservation: d.reservation, queue: d.queue, offered_at: ts, expires_at: d.expires_at, preview });
  },
  "pop.show"(model, { d, call }) {
    // A pop of a call that is over is no reason to open anything; its missed call is a message of its own.
    if (!d.ended) touch(model, call, { reservation: d.reservation, queue: d.queue, pop: d });
  },
  "pop.more"(model, { d, call }) {
    if (isCurrent(model, call)) model.call.more = d;
  },
  "offer.ended"(model, { d, call }) {
    if (isCurrent(model, call) && d.result !== "connected") model.call = null;
  },
  "call.connected"(model, { d, call, ts }) {
    touch(model, call, { reservation: d.reservation, queue: d.queue, connected_at: ts, preview: null });
  },
  "call.hold"(model, { d, call, ts }) {
    if (isCurrent(model, call)) Object.assign(model.call, { held: d.on, held_at: d.on ? ts : null });
  },
  "call.mute"(model, { d, call }) {
    if (isCurrent(model, call)) model.call.muted = d.on;
  },
  "call.keys"(model, { d, call }) {
    if (isCurrent(model, call)) model.call.keysLost = d.code;
  },
  "call.consult"(model, { d, call }) {
    if (!isCurrent(model, call)) return;
    const isOver = d.state === "ended";
    Object.assign(model.call, { consult: isOver ? null : d, consultOver: isOver && d.reason ? d : null });
  },
  "call.transferred"(model, { call }) {
    if (isCurrent(model, call)) Object.assign(model.call, { consult: null, consultOver: null, recording: null });
  },
  "call.recording"(model, { d, call }) {
    if (isCurrent(model, call)) model.call.recording = d;
  },
  "call.parked"(model, { d }) {
    model.parked = d;
  },
  "call.ended"(model, { d, call }) {
    const over = { held: false, muted: false, consult: null, consultOver: null, recording: null };
    if (isCurrent(model, call)) Object.assign(model.call, { talk_ms: d.talk_ms, ...over });
  },
  "call.notes"(model, { d, call }) {
    if (isCurrent(model, call)) model.call.notes = d.text;
  },
  "call.disposition"(model, { d, call }) {
    if (isCurrent(model, call)) Object.assign(model.call, { disposition: d.code, disposition_fields: d.fields });
  },
  "call.missed"(model, { d }) {
    if (model.missed.every((row) => row.reservation !== d.reservation)) model.missed.push(d);
  },
  "queue.state"(model, { d }) {
    model.tiles.set(d.queue, d);
  },
  "callbacks.state"(model, { d }) {
    model.callbacks = d;
  },
  "script.state"(model, { d }) {
    model.script = d;
  },
  "directory.state"(model, { d }) {
    model.directory = d;
  },
  "knowledge.state"(model, { d }) {
    model.knowledge = d;
  },
  "provider.state"(model, { d }) {
    model.providers.set(d.provider, d.up);
  },
};

export function apply(model, message) {
  handlers[message.t]?.(model, message);
}

// A piece of work that is no call: a chat, an e-mail, a task, a message that somebody left.
export const isWork = (model) => Boolean(model.call?.call.startsWith("w-"));

// Whom the agent is asked about, while nobody has been called yet.
export const previewOf = (model) => (model.state.work === "offered" && model.call?.preview) || null;

// idle, ring, connecting, talk, hold, wrap: what the middle of the screen is for.
export function modeOf(model) {
  if (!model.call) return "idle";
  switch (model.state.work) {
    case "offered":
      return "ring";
    case "connecting":
      return "connecting";
    case "talking":
      return model.call.held ? "hold" : "talk";
    case "wrap_up":
      return "wrap";
    default:
      return model.call.pop ? "ring" : "idle";
  }
}

export function dispositionsOf(model) {
  const queue = model.queues.find((known) => known.queue === model.call?.queue);
  if (!queue || queue.dispositions.length === 0) return model.dispositions;
  return model.dispositions.filter((known) => queue.dispositions.includes(known.code));
}

// The client's half of desk.v1: resume, doubles, holes, heartbeat, back-off, commands.

const FIRST_MS = 250;
const MAX_MS = 10_000;
const COMMAND_MS = 12_000;
const FINAL = new Set([4401, 4403, 4406, 4409]);

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const at = Date.now();
  for (let i = 0; i < 6; i += 1) bytes[i] = Math.floor(at / 2 ** (8 * (5 - i))) & 0xff;
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export class Connection {
  // onMessage(message) hears what is to be applied; onLevel(level, code) hears connecting, live,
  // reconnecting or closed.
  constructor(onMessage, onLevel) {
    this.onMessage = onMessage;
    this.onLevel = onLevel;
    this.ledgers = new Map();
    this.revisions = new Map();
    this.pending = new Map();
    this.tries = 0;
    this.socket = null;
    this.isLive = false;
    this.isWanted = false;
    this.skew = 0;
    this.pingMs = 25_000;
    window.addEventListener("online", () => this.retryNow());
  }

  open() {
    this.isWanted = true;
    this.retryNow();
  }

  close() {
    this.isWanted = false;
    clearTimeout(this.retryTimer);
    clearTimeout(this.lifeTimer);
    for (const [id] of this.pending) this.settle(id, { code: "closed", message: "Not connected." });
    this.socket?.close(1000);
  }

  now() {
    return Date.now() + this.skew;
  }

  retryNow() {
    if (!this.isWanted || this.socket) return;
    clearTimeout(this.retryTimer);
    this.connect();
  }

  connect() {
    this.onLevel(this.tries || this.ledgers.size ? "reconnecting" : "connecting");
    const url = new URL("/ws", location.href);
    url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(url, ["desk.v1"]);
    this.socket = socket;
    this.armLife();
    socket.onmessage = (event) => {
      if (socket !== this.socket) return;
      this.armLife();
      this.hear(JSON.parse(event.data));
    };
    socket.onclose = (event) => this.lost(socket, event.code, event.reason);
  }

  lost(socket, code, reason) {
    if (socket !== this.socket) return;
    this.socket = null;
    this.isLive = false;
    clearTimeout(this.lifeTimer);
    if (!this.isWanted) return;
    if (FINAL.has(code)) {
      this.isWanted = false;
      this.onLevel("closed", code);
      return;
    }
    // Full jitter: any moment up to the ceiling; a restart says over how long to spread.
    const spread = Number(/spread_ms=(\d{1,6})/.exec(reason)?.[1] ?? 0);
    const ceiling = Math.max(Math.min(MAX_MS, FIRST_MS * 2 ** this.tries), spread);
    this.tries = Math.min(this.tries + 1, 10);
    this.onLevel("reconnecting", code);
    this.retryTimer = setTimeout(() => this.retryNow(), Math.random() * ceiling);
  }

  // A browser does not see protocol pings; a silent line is given up here.
  armLife() {
    clearTimeout(this.lifeTimer);
    const socket = this.socket;
    this.lifeTimer = setTimeout(() => {
      socket.close();
      this.lost(socket, 4408, "");
    }, this.pingMs + 10_000);
  }

  send(message) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify({ v: 0, ...message }));
  }

  // Ask for something; resolves to null when it was done, to {code, message} when not. A command
  // that was under way when the line broke is sent again under its id, and carried out once.
  command(t, { d, call } = {}) {
    const id = newId();
    return new Promise((resolve) => {
      const message = { t, id, ...(d && { d }), ...(call && { call }) };
      const timer = setTimeout(() => this.settle(id, { code: "timeout", message: "No answer in time." }), COMMAND_MS);
      this.pending.set(id, { message, resolve, timer });
      if (this.isLive) this.send(message);
    });
  }

  settle(id, problem) {
    const asked = this.pending.get(id);
    if (!asked) return;
    clearTimeout(asked.timer);
    this.pending.delete(id);
    asked.resolve(problem);
  }

  resume() {
    const channels = {};
    for (const [ch, at] of this.ledgers) {
      at.isWaiting = true;
      channels[ch] = { ep: at.ep, seq: at.seq };
    }
    this.send({ t: "resume", d: { channels } });
  }

  hear(message) {
    switch (message.t) {
      case "hello":
        this.skew = message.d.server_time - Date.now();
        this.pingMs = message.d.ping_ms + 5_000;
        this.resume();
        return;
      case "ping":
        this.send({ t: "pong" });
        return;
      case "pong":
      case "resume.gap":
        return;
      case "resume.ok":
        if (this.ledgers.has(message.ch)) this.ledgers.get(message.ch).isWaiting = false;
        this.live();
        return;
      case "state":
        this.ledgers.set(message.ch, { ep: message.ep, seq: message.seq, isWaiting: false });
        this.onMessage(message);
        this.live();
        return;
      case "done":
        this.settle(message.re, null);
        return;
      case "error":
        this.settle(message.re, message.err);
        return;
      default:
        if (message.seq !== undefined) this.ledger(message);
        else if (message.rev !== undefined) this.snapshot(message);
        else this.onMessage(message);
    }
  }

  live() {
    if (this.isLive) return;
    this.isLive = true;
    this.tries = 0;
    this.onLevel("live");
    for (const { message } of this.pending.values()) this.send(message);
  }

  ledger(message) {
    const at = this.ledgers.get(message.ch);
    if (!at || at.isWaiting || (message.ep === at.ep && message.seq <= at.seq)) return;
    if (message.ep !== at.ep || message.seq > at.seq + 1) {
      this.resume();
      return;
    }
    at.seq = message.seq;
    this.onMessage(message);
  }

  snapshot(message) {
    if (message.rev <= (this.revisions.get(message.ch) ?? -1)) return;
    this.revisions.set(message.ch, message.rev);
    this.onMessage(message);
  }
}

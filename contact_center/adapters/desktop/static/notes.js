// Notes: saved as they are typed, kept across a reload, never overwritten while someone types.

const SAVE_AFTER_MS = 400;
const LAST_WORDS_MS = 150;

export class Notes {
  // save(call, text) resolves to null or a problem; changed() asks for a new picture.
  constructor(save, changed) {
    this.save = save;
    this.changed = changed;
    this.call = null;
    this.text = "";
    this.state = "";
    this.saved = "";
  }

  // The server's word about the current call: taken over unless something newer was typed here.
  follow(call) {
    if (!call) {
      this.forget();
      return;
    }
    if (call.call !== this.call) {
      this.forget();
      this.call = call.call;
      this.text = this.saved = call.notes;
      this.state = this.text ? "saved" : "";
      const draft = JSON.parse(sessionStorage.getItem("desk.notes") ?? "null");
      if (draft?.call === this.call && draft.text !== this.text) {
        this.text = draft.text;
        this.later();
      }
    } else if (this.text === this.saved && call.notes) {
      this.text = this.saved = call.notes;
    } else if (!call.notes && this.saved) {
      // The server began anew and knows no notes: tell it again.
      this.saved = "";
      this.later();
    }
  }

  typed(text) {
    this.text = text;
    sessionStorage.setItem("desk.notes", JSON.stringify({ call: this.call, text }));
    this.later();
  }

  // A timer that runs is left alone: who types without a pause is saved all the same.
  later() {
    this.state = "…";
    this.timer ??= setTimeout(() => this.flush(), SAVE_AFTER_MS);
  }

  // The wrap-up ends by itself at a time: what is typed by then has to be on its way.
  before(deadlineMs) {
    clearTimeout(this.lastTimer);
    if (deadlineMs > LAST_WORDS_MS) this.lastTimer = setTimeout(() => this.flush(), deadlineMs - LAST_WORDS_MS);
  }

  stop() {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  async flush() {
    this.stop();
    const { call, text } = this;
    if (!call || text === this.saved) return;
    const problem = await this.save(call, text);
    if (call !== this.call) return;
    if (!problem) this.saved = text;
    if (problem?.code === "timeout" || problem?.code === "busy") this.later();
    this.state = problem ? `not saved: ${problem.message || problem.code}` : this.text === text ? "saved" : "…";
    this.changed();
  }

  forget() {
    if (this.call) sessionStorage.removeItem("desk.notes");
    this.stop();
    clearTimeout(this.lastTimer);
    this.call = null;
    this.text = this.saved = this.state = "";
  }
}

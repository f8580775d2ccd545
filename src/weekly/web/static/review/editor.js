// Saving while one writes: one request at a time, every keystroke kept on this device until the server has it.

import { $, address, complain, put, say, week } from "./net.js";
import { ask_in } from "./sign_in.js";
import { save_state } from "./state.js";
import { t } from "./strings.js";
import { words } from "./diff.js";

const PAUSE = 500; // milliseconds of quiet before a save
const AGAIN = 2000; // before the next try when the server did not answer

const read = (form, value = (field) => field.value) => {
  const fields = {};
  for (const field of form.elements) {
    if (field.name && field.name !== "etag") fields[field.name] = value(field);
  }
  return fields;
};

// What the server put into the form: a text typed before this script came is not stored yet.
const rendered = (field) => {
  if (field.options) return ([...field.options].find((option) => option.defaultSelected) ?? field.options[0]).value;
  return field.type === "textarea" ? field.defaultValue : field.defaultValue.replace(/[\r\n]/g, "");
};

const same = (one, other) => Object.keys(one).every((name) => one[name] === other[name]);

export class Editor {
  constructor(form) {
    this.form = form;
    this.version = form.dataset.etag;
    this.stored = read(form, rendered);
    this.card = form.dataset.card ?? "";
    this.base = `weekly:${week}:${this.card || "head"}`;
    this.key = `${this.base}:${Math.random().toString(36).slice(2)}`; // another window on the same text has its own
    this.taken = undefined; // the copy that was taken: kept until its text is stored
    this.composing = false;
    this.busy = false;
    this.stopped = false;
    this.timer = 0;
    form.addEventListener("input", () => this.changed());
    // What an input method has not finished is no text yet: it is kept on this device, and not sent.
    form.addEventListener("compositionstart", () => {
      this.composing = true;
    });
    form.addEventListener("compositionend", () => {
      this.composing = false;
      this.changed();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.save();
    });
    this.offer();
    if (this.dirty) this.changed();
  }

  // What this device kept from a page that ended before its last save: it stays until it is taken or discarded, however
  // much is written and saved meanwhile.
  offer() {
    const copies = [];
    for (const name of Object.keys(localStorage)) {
      if (name === this.key || (name !== this.base && !name.startsWith(`${this.base}:`))) continue;
      const kept = JSON.parse(localStorage.getItem(name));
      if (kept?.fields && !same(kept.fields, this.stored)) copies.push({ name, ...kept });
      else localStorage.removeItem(name);
    }
    const [kept] = copies.sort((one, other) => other.at - one.at);
    if (!kept) return;
    const place = $("[data-recovery]", this.form);
    place.textContent = `${t("This device kept a text of {time} that was not saved.", { time: new Date(kept.at).toLocaleTimeString() })} `;
    place.append(
      this.button(t("Take it"), "restore", () => {
        this.taken = kept.name;
        this.fill(kept.fields);
        this.changed();
      }),
      " ",
      this.button(t("Discard it"), "discard", () => {
        localStorage.removeItem(kept.name);
        this.offer();
      }),
    );
    place.hidden = false;
    say(t("This device kept a text that was not saved."));
  }

  // Everything is stored: the copies of it go.
  forget() {
    localStorage.removeItem(this.key);
    if (this.taken) localStorage.removeItem(this.taken);
    this.taken = undefined;
  }

  button(label, action, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = label;
    made.dataset.action = action;
    made.addEventListener("click", () => {
      made.parentElement.hidden = true;
      act();
      $("textarea", this.form).focus();
    });
    return made;
  }

  fill(fields) {
    for (const [name, text] of Object.entries(fields)) {
      const field = this.form.elements.namedItem(name);
      if (field && field.value !== text) field.value = text;
    }
  }

  changed() {
    const fields = read(this.form);
    try {
      localStorage.setItem(this.key, JSON.stringify({ fields, at: Date.now(), version: this.version }));
    } catch {
      complain(t("This device keeps no copy of your text: its storage is full."));
    }
    if (this.stopped || this.composing) return;
    if (!this.busy) save_state("texts", "unsaved");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE);
  }

  get dirty() {
    return !same(read(this.form), this.stored);
  }

  async save() {
    clearTimeout(this.timer);
    if (this.busy || this.stopped || this.composing) return;
    const sent = read(this.form);
    if (same(sent, this.stored)) {
      this.forget();
      save_state("texts", "saved");
      return;
    }
    const changes = Object.fromEntries(Object.entries(sent).filter(([name, text]) => text !== this.stored[name]));
    this.busy = true;
    save_state("texts", "saving");
    let pause = 0;
    try {
      pause = this.settle(await put(this.form.action, this.version, changes), sent);
    } catch {
      save_state("texts", "offline");
      pause = AGAIN;
    }
    // Only now: released before the new version is known, the next save would go out with the old one.
    this.busy = false;
    if (this.stopped) return;
    if (pause) this.timer = setTimeout(() => this.save(), pause);
    else if (this.dirty) this.save();
  }

  settle({ status, told }, sent) {
    if (status === 200) {
      this.version = told.etag;
      this.stored = sent;
      complain("", "text");
      if (!this.dirty) {
        this.forget();
        save_state("texts", "saved", new Date().toTimeString().slice(0, 5));
      }
      return 0;
    }
    if (status === 409 && told.theirs) {
      this.conflict(told);
      return 0;
    }
    save_state("texts", status >= 500 || status === 429 ? "offline" : "unsaved");
    if (status === 401) {
      ask_in();
      document.addEventListener("weekly:signed-in", () => this.go_on(this.version), { once: true });
    } else complain(told.error ?? t("The server did not take the text."), "text");
    if (status >= 500 || status === 429) return AGAIN;
    this.refused(told.error ?? t("The server refused the text ({status}).", { status }));
    return 0;
  }

  refused(message) {
    this.stopped = true;
    const place = $("[data-conflict]", this.form);
    place.textContent = `${message} ${t("Your text stays here and on this device.")}`;
    place.append(" ", this.button(t("Try again"), "retry", () => this.go_on(this.version)));
    place.hidden = false;
  }

  conflict(told) {
    this.stopped = true;
    save_state("texts", "conflict");
    const place = $("[data-conflict]", this.form);
    place.replaceChildren();
    const title = document.createElement("p");
    const bold = document.createElement("b");
    bold.textContent = t("{by} has changed this too.", { by: told.by });
    const kept = document.createElement("a");
    kept.href = address(`/versions/${told.kept}`, { card: this.card });
    kept.target = "_blank"; // the choice waits here
    kept.textContent = `v${told.kept}`;
    title.append(bold, " ", kept, " ", t("keeps your text. Red is theirs alone, green yours alone."));
    place.append(title);
    const mine = read(this.form);
    for (const [name, theirs] of Object.entries(told.theirs)) {
      if (mine[name] === undefined || mine[name] === theirs) continue;
      const line = document.createElement("p");
      line.className = "diff";
      line.append(`${t(name)}: `, ...words(theirs, mine[name]));
      place.append(line);
    }
    place.append(
      this.button(t("Take mine"), "take-mine", () => this.go_on(told.etag, told.theirs)),
      " ",
      this.button(t("Take theirs"), "take-theirs", () => {
        this.fill(told.theirs);
        this.go_on(told.etag, told.theirs);
      }),
    );
    place.hidden = false;
    say(t("{by} has changed this text too: choose which one stands.", { by: told.by }));
  }

  go_on(version, stands) {
    this.version = version;
    $("[data-conflict]", this.form).hidden = true;
    if (stands) this.stored = { ...read(this.form), ...stands };
    this.stopped = false;
    this.save();
  }
}

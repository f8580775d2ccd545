// What was decided here: written down on this device before it is shown, sent in order, struck out once the server has
// answered. Each decision has a key, under which the server does it once, however often it is sent.

import { base, complain, editor, news, week } from "./net.js";
import { ask_in } from "./sign_in.js";
import { save_state } from "./state.js";
import { t } from "./strings.js";

const PREFIX = `weekly:${week}:decision:${editor}:`;
const MOST = 50; // decisions in one request
const AGAIN = 1500; // milliseconds before the next try when the server did not answer

export const STATUSES = { accept: "accepted", reject: "rejected", later: "later", pending: "pending" };

const kept = () =>
  Object.keys(localStorage)
    .filter((name) => name.startsWith(PREFIX))
    .sort()
    .map((name) => ({ name, ...JSON.parse(localStorage.getItem(name)) }));

export class Decisions {
  // *show* draws a row anew, *answered* hears of each answer.
  constructor(show, answered) {
    this.show = show;
    this.answered = answered;
    this.waiting = kept();
    this.busy = false;
    this.count = 0;
  }

  // What another page has left is shown and sent; from now on nothing waits for longer than it must.
  start() {
    addEventListener("pagehide", () => this.flush());
    document.addEventListener("visibilitychange", () => document.hidden && this.flush());
    addEventListener("online", () => this.send());
    for (const entry of this.waiting) this.show(entry.candidate, "sending");
    this.said();
    this.send();
    return this;
  }

  // The decision that this device has made about a candidate and the server has not answered.
  status(candidate) {
    return STATUSES[this.waiting.findLast((one) => one.candidate === candidate && one.action in STATUSES)?.action];
  }

  // What the server makes of it, or undefined when it is refused; *after* is to be stored before.
  add(action, candidate = "", value = "", after = undefined) {
    this.count += 1;
    const key = `${Date.now().toString(36)}-${String(this.count).padStart(4, "0")}-${Math.random().toString(36).slice(2, 10)}0`;
    const entry = { name: PREFIX + key, key, action, candidate, value };
    try {
      localStorage.setItem(entry.name, JSON.stringify({ key, action, candidate, value }));
    } catch {
      complain(t("This device keeps no copy of what you decide: its storage is full. Wait for “saved” before you leave."));
    }
    entry.after = after;
    this.waiting.push(entry);
    this.show(candidate, "sending");
    this.said();
    const result = new Promise((settle) => {
      entry.settle = settle;
    });
    this.send();
    return result;
  }

  said(offline = false) {
    save_state("decisions", this.waiting.length === 0 ? "saved" : offline ? "offline" : "saving");
  }

  async send() {
    if (this.busy || !this.waiting.length) return;
    this.busy = true;
    clearTimeout(this.timer);
    const sent = this.waiting.slice(0, MOST);
    const texts = sent.flatMap(({ after }) => after ?? []);
    if (texts.length) await Promise.allSettled(texts); // otherwise it goes before all that the page asks for next
    let again = 0;
    try {
      const answer = await this.post(sent);
      if (answer.status >= 500 || answer.status === 429) throw new Error();
      const told = await answer.json().catch(() => ({ error: answer.statusText }));
      const out = answer.status === 401;
      this.settle(sent, answer.ok ? told : undefined, out ? t("You are signed out.") : told.error, out);
    } catch {
      again = AGAIN;
      this.said(true);
      complain(t("The server does not answer: {count} not stored yet; kept on this device and sent again.", { count: this.waiting.length }), "offline");
    }
    this.busy = false;
    if (again) this.timer = setTimeout(() => this.send(), again);
    else this.send();
  }

  post(entries) {
    const fields = entries.flatMap(({ action, candidate, value, key }) => [
      ["action", action],
      ["candidate", candidate],
      ["value", value],
      ["key", key],
    ]);
    return fetch(`${base}/decide`, {
      method: "POST",
      keepalive: true, // goes on when the page ends
      headers: { Accept: "application/json" },
      body: new URLSearchParams([["since", news.version], ...fields]),
    });
  }

  // The page ends: all that waits goes at once; what was on its way already is done once all the same. What is refused
  // is said by the next page, for the device keeps it until it has read an answer.
  flush() {
    if (this.waiting.length) this.post(this.waiting.slice(0, 200)).catch(() => {});
  }

  settle(sent, told, error, out = false) {
    complain("", "offline");
    this.waiting = this.waiting.filter((entry) => !sent.includes(entry));
    const refused = [];
    for (const entry of sent) {
      localStorage.removeItem(entry.name);
      const result = told?.results[entry.key] ?? { refused: error ?? t("the server refused it") };
      if ("refused" in result) refused.push({ ...entry, reason: result.refused });
    }
    if (told) this.answered(told);
    for (const entry of sent) this.show(entry.candidate, this.status(entry.candidate) ? "sending" : "stored");
    for (const entry of refused) this.show(entry.candidate, "refused");
    const reasons = refused.length ? t("Not stored: {what}", { what: refused.map(reason).join("; ") }) : "";
    if (out) ask_in(reasons);
    else if (reasons) complain(reasons);
    this.said();
    for (const entry of sent) {
      const result = told?.results[entry.key];
      entry.settle?.(result && !("refused" in result) ? { ...told, ...result } : undefined);
    }
  }
}

const reason = ({ action, candidate, reason: why }) => {
  const name = CSS.escape(candidate);
  const row = document.querySelector(`[data-candidate="${name}"] a, [data-order-card="${name}"] a`);
  const title = row?.textContent.trim() ?? candidate;
  return `${t(action)}${title ? ` “${title}”` : ""}: ${why}`;
};

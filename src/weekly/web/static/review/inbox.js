// Choosing a candidate, deciding about it, opening its card.

import { $, $$, address, complain, page, post, put_html, say } from "./net.js";
import { ask_in } from "./sign_in.js";
import { apply, mark } from "./state.js";
import { t } from "./strings.js";
import { Decisions, STATUSES } from "./decisions.js";
import { point } from "./findings.js";
import { arrows, keep_clear, one_stop } from "./grid.js";
import { forget_comment, remember_comment } from "./comment.js";
import { Editor } from "./editor.js";
import { bring } from "./preview.js";

const DWELL = 500; // milliseconds with a card before it is drawn as in the mail
const QUICK = 1500; // milliseconds between two choices of one walk through the list

export class Inbox {
  constructor() {
    this.rows = $$("[data-candidate]");
    this.panel = $("[data-panel]");
    this.deck = $("[data-deck]");
    this.opening = 0;
    this.ahead = undefined; // what was typed after `e` while the card was on its way; undefined when nobody asked
    this.shown = this.chosen?.dataset.candidate;
    this.behind = false; // whether the open card is an older one than the server has
    this.fetching = new AbortController();
    for (const row of this.rows) row.dataset.stored = row.dataset.status;
    this.decisions = new Decisions(
      (candidate, sync) => this.draw(candidate, sync),
      (told) => this.answered(told),
    );
    this.decisions.start();
    this.listen();
    this.opened();
    const place = new URLSearchParams(location.search).get("place");
    if (place) this.point(place);
    keep_clear();
    one_stop(this.rows, this.chosen);
    history.replaceState(this.entry(), "");
  }

  get chosen() {
    return this.rows.find((row) => row.getAttribute("aria-selected") === "true");
  }

  get unsaved() {
    return this.editor?.dirty || this.editor?.busy;
  }

  listen() {
    $("[data-rows]")?.addEventListener("click", (event) => {
      const row = event.target.closest("[data-candidate]");
      if (!row || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.choose(row, { pane: "card" });
    });
    this.deck.addEventListener("submit", (event) => {
      event.preventDefault();
      const action = event.submitter?.value;
      if (action === "undo") this.undo();
      else if (action in STATUSES) this.decide(action);
    });
    for (const link of $$("[data-edit]")) {
      link.addEventListener("click", (event) => {
        event.preventDefault();
        this.edit();
      });
    }
    const tabs = $("[data-tabs]");
    tabs.hidden = false;
    tabs.addEventListener("click", (event) => {
      const tab = event.target.closest("[data-pane]");
      if (!tab) return;
      this.show(tab.dataset.pane);
      this.enter();
    });
    this.panel.addEventListener("submit", (event) => this.submit(event));
    document.addEventListener("weekly:changed", (event) => this.changed(event.detail));
    document.addEventListener("weekly:signed-in", () => this.editor?.dirty || this.refresh());
    const rows = $("[data-rows]");
    if (rows) arrows(rows, (by) => this.step(by));
    this.panel.addEventListener("click", (event) => this.lead(event.target.closest("mark[title]")));
    addEventListener("popstate", (event) => this.come_back(event.state));
  }

  show(part) {
    $("main.panes").dataset.shows = part;
    for (const tab of $$("[data-pane]")) tab.setAttribute("aria-pressed", String(tab.dataset.pane === part));
  }

  // What Back comes to.
  entry() {
    return { card: this.chosen?.dataset.candidate, pane: $("main.panes").dataset.shows };
  }

  // Going through the list is one entry of the history, every other choice one of its own.
  enter(coming = false) {
    const quick = Date.now() - (this.entered ?? 0) < QUICK && this.chosen;
    this.entered = Date.now();
    const where = address("", { ...this.filter(), card: this.chosen?.dataset.candidate });
    if (coming || quick) history.replaceState(this.entry(), "", where);
    else history.pushState(this.entry(), "", where);
  }

  come_back(state) {
    const row = this.rows.find((one) => one.dataset.candidate === state?.card);
    if (!row) {
      location.reload();
      return;
    }
    this.choose(row, { coming: true });
    this.show(state.pane);
  }

  choose(row, { focus = true, pane = undefined, coming = false } = {}) {
    if (!row) return;
    this.leave();
    this.ahead = undefined;
    for (const one of this.rows) one.setAttribute("aria-selected", String(one === row));
    this.deck.elements.candidate.value = row.dataset.candidate;
    one_stop(this.rows, row);
    if (pane) this.show(pane);
    this.enter(coming);
    this.open(row.dataset.candidate); // first: what asks for places has the browser lay everything out
    row.scrollIntoView({ block: "nearest" });
    if (focus) $("a", row).focus({ preventScroll: true });
  }

  filter() {
    const asked = new URLSearchParams(location.search);
    asked.delete("card");
    asked.delete("place");
    asked.delete("back");
    return Object.fromEntries(asked);
  }

  // A text that is being saved is saved to its end; the next card's editor begins afterwards.
  leave() {
    this.editor?.save();
  }

  // The card that is left goes at once, so that nobody writes on it while the next one is on its way. What comes later
  // than a text that was begun or stored here meanwhile is not shown, nor are *news* while somebody writes.
  async open(identifier, { again = false, news = false } = {}) {
    if (identifier === this.shown && !again) return;
    const turn = (this.opening += 1);
    this.behind = false;
    if (identifier !== this.shown) {
      this.editor = undefined;
      this.shown = identifier;
      const waits = document.createElement("p");
      waits.className = "waits";
      waits.textContent = $("a", this.chosen).textContent;
      this.panel.replaceChildren(waits);
      // Where one pane is shown at a time, a card begins at its top.
      if ($("[data-tabs]").offsetParent && $("main.panes").dataset.shows !== "inbox") scrollTo({ top: 0 });
    }
    this.fetching.abort();
    this.fetching = new AbortController();
    const version = this.editor?.version;
    let text, status;
    try {
      ({ text, status } = await page("/panel", { card: identifier }, this.fetching.signal));
    } catch {
      if (turn !== this.opening) return;
      this.missed();
      // What is not stored is said by the decisions, and the card comes with their answer.
      if (!this.shown && !this.decisions.waiting.length) complain(t("The server does not answer: choose the card again."), "card");
      return;
    }
    if (turn !== this.opening) return;
    if (this.unsaved || this.editor?.version !== version || (news && this.writing())) {
      this.behind = true;
      return;
    }
    if (status === 401) {
      ask_in();
      this.missed();
      return;
    }
    complain("", "card");
    const back = this.place();
    put_html(this.panel, text);
    back();
    this.opened();
  }

  // The chosen card as the server has it now.
  async refresh({ news = false } = {}) {
    if (this.chosen) await this.open(this.chosen.dataset.candidate, { again: true, news });
  }

  // No card has come: the next choice of it asks again; one that was open stays as it is, with what is written on it.
  missed() {
    this.behind = true;
    if (!$(".waits", this.panel)) return;
    this.shown = undefined;
    this.ahead = undefined;
  }

  // Where the editor's hands are in the panel, and the way back there once it is drawn anew: before the same words where
  // they still end the text, as at its end.
  place() {
    const { id, value, selectionStart, selectionEnd, scrollTop } = this.writing() ?? {};
    return () => {
      const field = id ? document.getElementById(id) : null;
      if (!field) return;
      field.focus({ preventScroll: true });
      const moved = (at) => (field.value.endsWith(value.slice(at)) ? field.value.length - value.length + at : at);
      if (selectionStart !== undefined && selectionStart !== null) field.setSelectionRange(moved(selectionStart), moved(selectionEnd));
      field.scrollTop = scrollTop;
    };
  }

  writing() {
    return this.panel.contains(document.activeElement) ? document.activeElement : undefined;
  }

  opened() {
    const form = $("form[data-card]", this.panel);
    this.editor = form ? new Editor(form) : undefined;
    this.marked = this.editor?.version;
    document.dispatchEvent(new CustomEvent("weekly:opened"));
    remember_comment($("#comment", this.panel), this.shown);
    if (this.ahead !== undefined) this.edit();
    if (this.place_ahead !== undefined) this.point(this.place_ahead);
    this.place_ahead = undefined;
    const quoted = $("[data-abstract]", this.panel);
    const quote = quoted && $("mark", quoted);
    if (quote) requestAnimationFrame(() => (quoted.scrollTop = quote.offsetTop - quoted.offsetTop - 20));
    this.picture();
    const preview = $("[data-live-preview]", this.panel);
    preview?.addEventListener("toggle", () => preview.open && bring(preview));
  }

  // The card as the mail shows it comes when somebody stays with it, and nothing that was decided waits: its picture
  // would take the line from what matters more.
  picture() {
    clearTimeout(this.dwell);
    const place = $("[data-rendered]", this.panel);
    if (!place) return;
    this.dwell = setTimeout(() => {
      if (this.decisions.waiting.length) this.picture();
      else bring(place);
    }, DWELL);
  }

  step(by) {
    const at = this.rows.indexOf(this.chosen);
    this.choose(this.rows[Math.min(this.rows.length - 1, Math.max(0, at + by))]);
  }

  next(row) {
    const at = this.rows.indexOf(row);
    const follows = [...this.rows.slice(at + 1), ...this.rows.slice(0, at)];
    return follows.find((one) => one.dataset.status === "pending");
  }

  decide(action) {
    const row = this.chosen;
    if (!row) return;
    const saved = this.editor?.dirty ? this.editor.save() : undefined;
    this.decisions.add(action, row.dataset.candidate, "", saved);
    say(`${t(STATUSES[action])}: ${$("a", row).textContent}`);
    const follows = this.next(row);
    if (follows) this.choose(follows, { focus: !this.deck.contains(document.activeElement) });
  }

  // A row shows what was decided here and is on its way, otherwise what the server has.
  draw(candidate, sync) {
    const row = this.rows.find((one) => one.dataset.candidate === candidate);
    if (row) mark(row, this.decisions.status(candidate) ?? row.dataset.stored, sync);
  }

  answered(told) {
    apply(told);
    if (this.chosen && (!this.shown || this.outdated(told))) this.refresh();
  }

  // A card that came or went; one that is open already is never taken from under the writer's hands, and one that is on
  // its way is asked for again only if the answer is about it.
  outdated(told) {
    const { candidate } = this.chosen.dataset;
    if ($(".waits", this.panel)) return candidate in told.statuses;
    return told.cards.includes(candidate) !== ($("form[data-card]", this.panel) !== null);
  }

  async undo() {
    const { shown } = this;
    const told = await this.decisions.add("undo");
    if (!told) return;
    if (!told.undone) {
      say(t("Nothing to undo."));
      return;
    }
    say(t("Taken back: {what}", { what: `${t(told.undone.action)} ${told.undone.card}` }));
    if (told.go) {
      location.assign(told.go); // candidates came or went
      return;
    }
    const row = this.rows.find((one) => one.dataset.candidate === told.undone.card) ?? this.chosen;
    if (row === this.chosen) this.refresh();
    else if (shown === this.shown && !this.writing()) this.choose(row, { focus: !this.deck.contains(document.activeElement) });
  }

  // What others did to the open card is shown, as soon as nobody writes on it here: until then saving finds the conflict.
  changed(told) {
    const about = told.others.some(({ card, action }) => card === this.shown && action !== "claimed");
    const came = $("[data-waits]", this.panel) && told.revision !== this.revision;
    this.revision = told.revision;
    this.behind ||= about || came;
    if (this.behind && !this.unsaved && !this.writing()) this.refresh({ news: true });
    else this.marks();
  }

  // The marks in the evidence follow the text; what is open there stays open.
  async marks() {
    const form = $("form[data-card]", this.panel);
    if (!form || this.editor?.dirty || this.editor?.version === this.marked) return;
    this.marked = this.editor?.version;
    const turn = this.opening;
    const { ok, text } = await page("/panel", { card: form.dataset.card }).catch(() => ({ ok: false }));
    if (!ok || turn !== this.opening) return;
    const parsed = new DOMParser().parseFromString(text, "text/html");
    for (const query of ["[data-marks]", "[data-abstract]", ".quotes", "[data-diff]"]) {
      const fresh = $(query, parsed);
      const place = $(query, this.panel);
      if (fresh && place && fresh.textContent !== place.textContent) place.replaceChildren(...fresh.childNodes);
    }
  }

  edit() {
    this.show("card");
    const body = $('textarea[name="body"]', this.panel);
    const ahead = this.ahead;
    this.ahead = undefined;
    if (body) {
      body.focus();
      if (ahead) this.insert(body, ahead);
    } else if ($(".waits", this.panel)) {
      this.ahead = ahead ?? "";
    } else {
      say(t("This candidate has no card yet: accept it first."));
    }
  }

  // The words of the text that a finding is about, chosen.
  point(place) {
    this.show("card");
    const form = $("form[data-card]", this.panel);
    if (form) point(form, place);
  }

  // A number of the text leads to the quote that holds it.
  lead(number) {
    const quote = number && $(`[data-quote="${number.nextElementSibling?.textContent}"]`, this.panel);
    quote?.scrollIntoView({ block: "nearest" });
  }

  // Whether a finding of that card is led to its words here; another card's row is chosen first.
  find_words(card, place) {
    const row = this.rows.find((one) => one.dataset.candidate === card);
    if (!row) return false;
    if (row !== this.chosen) {
      this.place_ahead = place;
      this.choose(row, { pane: "card" });
    } else this.point(place);
    return true;
  }

  insert(body, text) {
    body.setRangeText(text, body.value.length, body.value.length, "end");
    body.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // Keys that belong to a text that is not there yet: they decide nothing, and stand in it once it comes.
  type_ahead(key) {
    if (this.ahead === undefined) return false;
    if (key === "Escape") this.ahead = undefined;
    else if (key.length === 1) this.ahead += key;
    return true;
  }

  async topic(number) {
    const button = $$("[data-topics] button", this.panel)[number - 1];
    if (button) await this.change("topic", button.value);
  }

  // The small forms of the panel: topic, quote, comment, claim.
  submit(event) {
    const form = event.target;
    if (form.dataset.card !== undefined) return;
    event.preventDefault();
    if (form.dataset.topics !== undefined) {
      this.change("topic", event.submitter.value);
      return;
    }
    const fields = new FormData(form, event.submitter);
    this.act(new URL(form.action).pathname.replace(/^\/review\/[^/]+/, ""), fields);
  }

  async act(rest, fields) {
    await this.editor?.save();
    try {
      apply(await post(rest, fields));
      if (rest === "/comment") forget_comment(this.shown);
      await this.refresh();
    } catch (error) {
      complain(error.message);
    }
  }

  // A change of the chosen card other than a decision: a topic, a move.
  async change(action, value) {
    const saved = this.editor?.dirty ? this.editor.save() : undefined;
    const told = await this.decisions.add(action, this.chosen.dataset.candidate, value, saved);
    if (told) await this.refresh();
  }

  move(by) {
    if (this.chosen) this.change("move", String(by));
  }

  toggle(query) {
    const details = $(query, this.panel);
    if (!details) return;
    this.show("evidence");
    details.open = !details.open;
    $("summary", details).focus();
  }

  comment() {
    this.show("evidence");
    const details = $("[data-comments]", this.panel);
    if (!details) return;
    details.open = true;
    $("textarea", details).focus();
  }
}

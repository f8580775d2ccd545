// The cards as the issue: dragged, moved by keys or by buttons; focus stays with the card.

import { $, $$, page, say } from "./net.js";
import { apply } from "./state.js";
import { Decisions } from "./decisions.js";

export class Order {
  constructor() {
    this.list = $("[data-order]");
    this.list.addEventListener("submit", (event) => {
      event.preventDefault();
      this.move(event.target.closest("li"), Number(event.submitter.value), event.submitter);
    });
    $("[data-undo-form]").addEventListener("submit", (event) => {
      event.preventDefault();
      this.undo();
    });
    this.drag();
    this.held = undefined;
    this.decisions = new Decisions(() => {}, (told) => this.answered(told)).start();
    document.addEventListener("weekly:changed", (event) => this.answered(event.detail));
  }

  // The list and what the checks say follow what is stored; never while a card is dragged or a move is on its way.
  async answered(told) {
    apply(told);
    this.findings(told.findings);
    const moving = () => this.held || this.decisions.waiting.length;
    if (moving() || told.cards.join() === this.cards.map((one) => one.dataset.orderCard).join()) return;
    const { ok, text } = await page("/order").catch(() => ({ ok: false }));
    if (!ok || moving()) return;
    const fresh = $("[data-order]", new DOMParser().parseFromString(text, "text/html"));
    const focused = this.chosen?.dataset.orderCard;
    this.list.replaceChildren(...fresh.childNodes);
    $("[data-order-count]").textContent = `${this.cards.length} cards`;
    $(`[data-order-card="${CSS.escape(focused ?? "")}"] a`)?.focus();
  }

  // What the checks say of the head.
  findings(found) {
    if (!found) return;
    const lines = found.filter((one) => !one.card).map((one) => {
      const line = document.createElement("p");
      line.className = `finding ${one.level}`;
      line.dataset.finding = one.check;
      line.dataset.level = one.level;
      const word = document.createElement("b");
      word.textContent = one.level === "block" ? "blocks" : "warns";
      line.append(word, ` ${one.check}: ${one.message}`);
      return line;
    });
    $("[data-head-findings]").replaceChildren(...lines);
  }

  get cards() {
    return $$("[data-order-card]", this.list);
  }

  get chosen() {
    return document.activeElement?.closest("[data-order-card]");
  }

  step(by) {
    const cards = this.cards;
    const at = cards.indexOf(this.chosen);
    const card = cards[Math.min(cards.length - 1, Math.max(0, at + by))];
    $("a", card)?.focus();
  }

  move(card, by, button) {
    if (!card) return;
    const cards = this.cards;
    const to = cards.indexOf(card) + by;
    if (to < 0 || to >= cards.length) return;
    if (by > 0) cards[to].after(card);
    else cards[to].before(card);
    this.store(card, by);
    (button && !button.disabled ? button : $("a", card)).focus();
  }

  store(card, by) {
    const cards = this.cards;
    for (const one of cards) {
      $('[data-action="up"]', one).disabled = one === cards[0];
      $('[data-action="down"]', one).disabled = one === cards.at(-1);
    }
    say(`${$("a", card).textContent}: place ${cards.indexOf(card) + 1} of ${cards.length}`);
    this.decisions.add("move", card.dataset.orderCard, String(by));
  }

  async undo() {
    const told = await this.decisions.add("undo");
    if (told) say(told.undone ? `Taken back: ${told.undone.action}` : "Nothing to undo.");
  }

  // Pointer events serve mouse, pen and finger alike.
  drag() {
    let from = 0;
    this.list.addEventListener("pointerdown", (event) => {
      if (!event.target.closest("[data-grip]") || event.button) return;
      this.held = event.target.closest("li");
      from = this.cards.indexOf(this.held);
      this.held.classList.add("dragged");
      this.list.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    this.list.addEventListener("pointermove", (event) => {
      if (!this.held) return;
      for (const card of this.cards) {
        const box = card.getBoundingClientRect();
        if (card === this.held || event.clientY < box.top || event.clientY > box.bottom) continue;
        if (event.clientY < box.top + box.height / 2) card.before(this.held);
        else card.after(this.held);
        break;
      }
    });
    const end = (event) => {
      if (!this.held) return;
      const card = this.held;
      this.held = undefined;
      card.classList.remove("dragged");
      const by = this.cards.indexOf(card) - from;
      if (by) this.store(card, by);
    };
    this.list.addEventListener("pointerup", end);
    this.list.addEventListener("pointercancel", end);
  }
}

// The cards as the issue: dragged, moved by keys or by buttons; focus stays with the card.

import { $, $$, post, say } from "./net.js";
import { apply, refresh } from "./state.js";

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
    this.store(card);
    (button && !button.disabled ? button : $("a", card)).focus();
  }

  store(card) {
    const cards = this.cards;
    for (const one of cards) {
      $('[data-action="up"]', one).disabled = one === cards[0];
      $('[data-action="down"]', one).disabled = one === cards.at(-1);
    }
    say(`${$("a", card).textContent}: place ${cards.indexOf(card) + 1} of ${cards.length}`);
    const fields = cards.map((one) => ["order", one.dataset.orderCard]);
    this.sent = (this.sent ?? Promise.resolve())
      .then(() => post("/arrange", fields))
      .then(
        (told) => {
          apply(told);
          refresh();
        },
        (error) => say(error.message),
      );
  }

  async undo() {
    await this.sent;
    try {
      const told = await post("/undo", {});
      say(told.undone ? `Taken back: ${told.undone.action}` : "Nothing to undo.");
      if (told.undone) location.reload();
    } catch (error) {
      say(error.message);
    }
  }

  // Pointer events serve mouse, pen and finger alike.
  drag() {
    let held;
    this.list.addEventListener("pointerdown", (event) => {
      if (!event.target.closest("[data-grip]") || event.button) return;
      held = event.target.closest("li");
      held.classList.add("dragged");
      this.list.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    this.list.addEventListener("pointermove", (event) => {
      if (!held) return;
      for (const card of this.cards) {
        const box = card.getBoundingClientRect();
        if (card === held || event.clientY < box.top || event.clientY > box.bottom) continue;
        if (event.clientY < box.top + box.height / 2) card.before(held);
        else card.after(held);
        break;
      }
    });
    const end = (event) => {
      if (!held) return;
      const card = held;
      held = undefined;
      card.classList.remove("dragged");
      if (event.type === "pointerup") this.store(card);
    };
    this.list.addEventListener("pointerup", end);
    this.list.addEventListener("pointercancel", end);
  }
}

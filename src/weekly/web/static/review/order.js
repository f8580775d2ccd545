// The cards as the issue: grouped as they are mailed, moved by keys or buttons, dragged within a topic, into another
// one, or topic by topic; focus stays with the card.

import { $, $$, complain, page, post, say } from "./net.js";
import { apply } from "./state.js";
import { Decisions } from "./decisions.js";
import { drag } from "./drag.js";
import { arrows, one_stop } from "./grid.js";
import { open_from_mail } from "./preview.js";
import { remember_forms } from "./remember.js";
import { t } from "./strings.js";

export class Order {
  constructor() {
    this.list = $("[data-order]");
    $("#cards").addEventListener("submit", (event) => {
      const { target, submitter } = event;
      if (!target.matches("[data-move], [data-block-move]")) return;
      event.preventDefault();
      if (target.matches("[data-move]")) this.move(target.closest("li"), Number(submitter.value), submitter);
      else this.move_block(target, submitter.value);
    });
    $("[data-undo-form]").addEventListener("submit", (event) => {
      event.preventDefault();
      this.undo();
    });
    this.hash = document.body.dataset.hash;
    this.decisions = new Decisions(
      (_, sync) => sync === "refused" && this.refuse(),
      (told) => this.answered(told),
    );
    this.held = drag(this.list, this);
    this.decisions.start();
    document.addEventListener("weekly:changed", (event) => this.answered(event.detail));
    arrows(this.list, (by) => this.step(by));
    this.list.addEventListener("focusin", () => this.stop());
    this.list.addEventListener("click", (event) => {
      const card = event.target.closest("[data-order-card]");
      if (card && event.target.closest("a")) this.remember(card);
    });
    open_from_mail($("iframe[data-preview]"), () => this.cards, (card) => {
      this.remember(card);
      location.assign($("a", card).href);
    });
    this.stop();
    this.come_back();
  }

  // The card from which one leaves is where Back comes to.
  remember(card) {
    history.replaceState({ card: card.dataset.orderCard }, "");
  }

  come_back() {
    const card = this.find(history.state?.card);
    if (!card) return;
    card.scrollIntoView({ block: "center" });
    $("a", card).focus({ preventScroll: true });
  }

  find(identifier) {
    return identifier && $(`[data-order-card="${CSS.escape(identifier)}"]`, this.list);
  }

  get cards() {
    return $$("[data-order-card]", this.list);
  }

  get chosen() {
    return document.activeElement?.closest("[data-order-card]");
  }

  // Buttons stay stops of their own: a card has a link and two of them.
  stop() {
    one_stop(this.cards, this.chosen ?? this.cards[0]);
  }

  // The list and the mail follow what is stored; never while a card is dragged or a move is on its way.
  async answered(told) {
    apply(told);
    if (told.hash === this.hash) return;
    await this.draw();
  }

  // What is shown is not what is stored, until the list has been drawn: now, or by news that come meanwhile.
  refuse() {
    this.refused = true;
    this.draw();
  }

  // The list as the server has it: after a refusal too, when nothing there has changed and all that is shown here has.
  async draw() {
    const moving = () => this.held() || this.decisions.waiting.length;
    if (moving() && !this.refused) return;
    const turn = (this.turn = (this.turn ?? 0) + 1);
    const { ok, text } = await page("/order").catch(() => ({ ok: false }));
    if (turn !== this.turn) return; // one that was asked for later knows more
    if (!ok) {
      if (this.refused) this.back();
      return;
    }
    if (moving()) return;
    this.refused = false;
    const fresh = new DOMParser().parseFromString(text, "text/html");
    const { orderBlock, orderCard } = document.activeElement?.closest("[data-order-block], [data-order-card]")?.dataset ?? {};
    const button = document.activeElement?.dataset.action;
    this.hash = fresh.body.dataset.hash;
    this.list.replaceChildren(...$("[data-order]", fresh).childNodes);
    $("[data-order-first]").replaceChildren(...$("[data-order-first]", fresh).childNodes);
    const blocks = $("[data-blocks-panel]");
    if (!$("details[open]", blocks)) { // nobody writes there
      blocks.replaceChildren(...$("[data-blocks-panel]", fresh).childNodes);
      remember_forms(blocks);
    }
    $("[data-order-count]").textContent = $("[data-order-count]", fresh).textContent;
    this.stored = this.list.cloneNode(true);
    this.stop();
    const place = orderBlock ? $(`[data-order-block="${CSS.escape(orderBlock)}"]`) : this.find(orderCard);
    if (place) ((button && $(`[data-action="${button}"]:enabled`, place)) || $("a", place)).focus();
  }

  // What is shown is what was stored when this page last heard of it.
  back() {
    this.refused = false;
    if (this.stored) this.list.replaceChildren(...this.stored.cloneNode(true).childNodes);
    this.stop();
  }

  step(by) {
    const cards = this.cards;
    const at = cards.indexOf(this.chosen);
    $("a", cards[Math.min(cards.length - 1, Math.max(0, at + by))])?.focus();
  }

  // Among the cards of its topic; at their edge the topic passes the next one.
  move(card, by, button) {
    if (!card) return;
    const group = card.closest("[data-group]");
    const other = by > 0 ? card.nextElementSibling : card.previousElementSibling;
    const next = by > 0 ? group.nextElementSibling : group.previousElementSibling;
    if (!other && !next) return;
    this.keep();
    const [moves, passes] = other ? [card, other] : [group, next];
    if (by > 0) passes.after(moves);
    else passes.before(moves);
    this.sent("move", card, String(by));
    (button && !button.disabled ? button : $("a", card)).focus();
  }

  // What has the keyboard: a block, else its card.
  shift(by) {
    const block = document.activeElement?.closest("[data-order-block]");
    if (block) this.move_block($("form", block), by > 0 ? "down" : "up");
    else this.move(this.chosen, by);
  }

  // Past the next card or block; the keyboard stays with it.
  async move_block(form, act) {
    const name = form.closest("[data-order-block]").dataset.orderBlock;
    const fields = new FormData(form);
    fields.set("act", act);
    try {
      await this.answered(await post("/block", fields));
    } catch (error) {
      complain(error.message);
      return;
    }
    const block = $(`[data-order-block="${CSS.escape(name)}"]`);
    if (!block) return;
    $(`[data-action="block-${act}"]`, block).focus();
    const card = block.closest("[data-order-card]");
    say(card ? t("{name}: after {card}", { name, card: $("a", card).textContent }) : t("{name}: before the first card", { name }));
  }

  // What stands now is what a refusal comes back to.
  keep() {
    if (!this.decisions.waiting.length) this.stored = this.list.cloneNode(true);
  }

  // A card was put before another one of a topic, or behind its last.
  put(card) {
    const group = card.closest("[data-group]");
    this.sent("place", card, `${group.dataset.group} ${card.nextElementSibling?.dataset.orderCard ?? ""}`);
  }

  sent(action, card, value) {
    this.hash = ""; // what is shown now is no version that this page has read
    this.renumber();
    const [place, count] = [this.cards.indexOf(card) + 1, this.cards.length];
    const topic = $("h3", card.closest("[data-group]")).lastChild.textContent.trim();
    say(t("{name}: place {place} of {count}, {topic}", { name: $("a", card).textContent, place, count, topic }));
    this.decisions.add(action, card.dataset.orderCard, value);
  }

  renumber() {
    const cards = this.cards;
    for (const [at, card] of cards.entries()) {
      $("[data-number]", card).textContent = at + 1;
      $('[data-action="up"]', card).disabled = at === 0;
      $('[data-action="down"]', card).disabled = at === cards.length - 1;
    }
    for (const group of $$("[data-group]", this.list)) {
      const first = $("[data-order-card]", group);
      if (first) $("ol", group).start = cards.indexOf(first) + 1;
      else group.remove();
    }
    this.stop();
  }

  async undo() {
    const told = await this.decisions.add("undo");
    if (!told) return;
    say(told.undone ? t("Taken back: {what}", { what: t(told.undone.action) }) : t("Nothing to undo."));
    if (told.undone?.action === "edited" && !told.undone.card) location.reload(); // the cover, in the form of the head
  }

  // Files the card under the topic of that number.
  topic(number) {
    const card = this.chosen;
    const slug = this.list.dataset.topics.split(" ")[number - 1];
    const group = $(`[data-group="${CSS.escape(slug)}"]`, this.list);
    if (!card || !slug || group === card.closest("[data-group]")) return;
    this.keep();
    if (group) {
      $("ol", group).append(card);
      $("a", card).focus();
      this.put(card);
    } else this.decisions.add("place", card.dataset.orderCard, `${slug} `);
  }
}

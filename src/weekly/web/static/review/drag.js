// Cards and whole topics moved by a pointer: mouse, pen or finger.

import { $, $$ } from "./net.js";

const over = (items, y) => items.find((one) => {
  const box = one.getBoundingClientRect();
  return y >= box.top && y <= box.bottom;
});

// The half of *item* in which the pointer is decides on which side of it *held* comes.
const beside = (item, held, y) => {
  const box = item.getBoundingClientRect();
  if (y < box.top + box.height / 2) item.before(held);
  else item.after(held);
};

// *order* is told where a card came to lie, and how far a topic went. Returns what tells whether something is held.
export const drag = (list, order) => {
  let held;
  let stood;
  list.addEventListener("pointerdown", (event) => {
    if (event.button || !event.target.closest("[data-grip], [data-group-grip]")) return;
    held = event.target.closest("li") ?? event.target.closest("[data-group]");
    stood = { group: held.closest("[data-group]"), next: held.nextElementSibling, at: $$("[data-group]", list).indexOf(held) };
    order.keep();
    held.classList.add("dragged");
    list.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  list.addEventListener("pointermove", (event) => {
    if (!held) return;
    const y = event.clientY;
    if (y < 60) scrollBy(0, -12);
    else if (y > innerHeight - 60) scrollBy(0, 12);
    if (held.matches("[data-group]")) {
      const group = over($$("[data-group]", list), y);
      if (group && group !== held) beside(group, held, y);
      return;
    }
    const card = over($$("[data-order-card]", list), y);
    if (card === held) return;
    if (card) beside(card, held, y);
    else {
      const group = over($$("[data-group]", list), y);
      if (group && group !== held.closest("[data-group]")) $("ol", group).prepend(held);
    }
  });
  const end = () => {
    if (!held) return;
    const moved = held;
    held = undefined;
    moved.classList.remove("dragged");
    if (moved.matches("[data-group]")) {
      const by = $$("[data-group]", list).indexOf(moved) - stood.at;
      const cards = $$("[data-order-card]", moved);
      // Down by its last card, up by its first: at the edge of a topic every step is one of the topic.
      if (by) order.sent("move", by > 0 ? cards.at(-1) : cards[0], String(by));
    } else if (moved.closest("[data-group]") !== stood.group || moved.nextElementSibling !== stood.next) order.put(moved);
  };
  list.addEventListener("pointerup", end);
  list.addEventListener("pointercancel", end);
  return () => held;
};

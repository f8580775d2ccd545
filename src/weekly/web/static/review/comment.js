// A comment that is not said yet stays on this device, whatever happens to the card or the page.

import { week } from "./net.js";

const place = (card) => `weekly:${week}:comment:${card}`;

export const remember_comment = (field, card) => {
  if (!field) return;
  const kept = localStorage.getItem(place(card));
  if (kept) {
    field.value = kept;
    field.closest("details").open = true;
  }
  field.addEventListener("input", () => {
    if (field.value) localStorage.setItem(place(card), field.value);
    else forget_comment(card);
  });
};

export const forget_comment = (card) => localStorage.removeItem(place(card));

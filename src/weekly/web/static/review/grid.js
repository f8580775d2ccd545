// One stop for Tab in a list, arrow keys within it (https://www.w3.org/WAI/ARIA/apg/patterns/grid/).

import { $ } from "./net.js";

const STEPS = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity };

// Of the links of *items()* only that of the *chosen* one is a stop.
export const one_stop = (items, chosen) => {
  for (const item of items) {
    const stop = item === chosen ? 0 : -1;
    const link = $("a", item);
    if (link.tabIndex !== stop) link.tabIndex = stop;
  }
};

// *step* goes so many items on; -Infinity is the first, Infinity the last.
export const arrows = (list, step) => {
  list.addEventListener("keydown", (event) => {
    const by = STEPS[event.key];
    if (by === undefined || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    event.preventDefault();
    step(by);
  });
};

// What is chosen or focused never lies under the buttons at the foot of the window, however many lines they take. The
// styles leave room for a line: only for more is the page laid out anew.
export const keep_clear = () => {
  const deck = $("[data-deck]");
  if (!deck) return;
  let room = 80;
  const measure = () => {
    if (deck.offsetHeight + 8 <= room) return;
    room = deck.offsetHeight + 8;
    document.documentElement.style.setProperty("--deck", `${room}px`);
  };
  new ResizeObserver(measure).observe(deck);
};

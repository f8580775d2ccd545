// The other editors: who is here, which card each has open, what they have decided meanwhile.

import { $, $$, post } from "./net.js";
import { apply } from "./state.js";

const EVERY = 10_000; // milliseconds

const show = ({ present, claims }) => {
  const place = $("[data-others]");
  place.hidden = present.length === 0;
  place.textContent = present.map(({ by, card }) => `◉ ${by}${card ? ` is on ${card}` : " is here"}`).join(" · ");
  for (const row of $$("[data-candidate]")) {
    const owner = claims[row.dataset.candidate] ?? "";
    let mark = $("[data-claim]", row);
    if (!mark && owner) {
      mark = document.createElement("span");
      mark.dataset.claim = "";
      $("small", row).append(mark);
    }
    if (mark) mark.textContent = owner ? `⚑ ${owner}` : "";
  }
};

export const meet = (chosen) => {
  const look = async () => {
    if (document.hidden) return;
    try {
      const told = await post("/presence", { card: chosen() });
      apply(told);
      show(told);
    } catch {
      // nobody to meet while the server is away; saving says so
    }
  };
  document.addEventListener("weekly:opened", look);
  document.addEventListener("visibilitychange", look);
  setInterval(look, EVERY);
  look();
};

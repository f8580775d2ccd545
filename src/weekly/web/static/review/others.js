// What happens to the week while the page is open: who is here, what the others decide, write and approve, what the
// checks say now. One request waits at the server until there is something to tell.

import { $, $$, complain, post, put_html, say } from "./net.js";
import { show_findings } from "./findings.js";
import { ask_in, signed_out } from "./sign_in.js";
import { apply, note } from "./state.js";
import { t } from "./strings.js";

const SOON = 500; // milliseconds before the first request: what the page needs to be used comes first
const AGAIN = 2000; // milliseconds before the next try when the server did not answer

const show = ({ present, claims }) => {
  const place = $("[data-others]");
  place.hidden = present.length === 0;
  place.textContent = present.map(({ by, card }) => `◉ ${card ? t("{by} is on {card}", { by, card: title(card) }) : t("{by} is here", { by })}`).join(" · ");
  for (const row of $$("[data-candidate]")) {
    const owner = claims[row.dataset.candidate] ?? "";
    note(row, "claim", owner && `⚑ ${owner}`);
  }
};

const title = (card) => $(`[data-candidate="${CSS.escape(card)}"] a`)?.textContent.trim() ?? card;

const tell = (told) => {
  apply(told);
  show(told);
  put_html($("[data-bar]"), told.bar);
  show_findings(told.findings);
  if (told.others.length) say(told.others.map(({ by, action, card }) => `${by}: ${t(action)} ${title(card)}`).join(". "));
  document.dispatchEvent(new CustomEvent("weekly:changed", { detail: told }));
};

export const meet = (chosen) => {
  let since = document.body.dataset.version;
  let asked;
  const ask = async () => {
    asked?.abort();
    if (document.hidden) return;
    const mine = (asked = new AbortController());
    while (!mine.signal.aborted) {
      try {
        const told = await post("/presence", { card: chosen(), since }, mine.signal);
        if (mine.signal.aborted) return;
        since = told.version;
        complain("", "news");
        tell(told);
      } catch (error) {
        if (mine.signal.aborted) return;
        if (error.status === 401) {
          ask_in();
          return;
        }
        if (!(error instanceof TypeError)) complain(error.message, "news");
        await new Promise((go_on) => setTimeout(go_on, AGAIN));
      }
    }
  };
  document.addEventListener("visibilitychange", () => signed_out() || ask());
  document.addEventListener("weekly:signed-in", ask);
  addEventListener("pagehide", () => asked?.abort());
  setTimeout(ask, SOON);
};

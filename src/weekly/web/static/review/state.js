// What stands at the top of the page and in the rows, kept as the server says it is.

import { $, $$, ask, put_html, say } from "./net.js";

const ICONS = { pending: "·", accepted: "✓", rejected: "✗", later: "→" };

export const mark = (row, status) => {
  row.dataset.status = status;
  $("[data-icon]", row).textContent = ICONS[status];
  $("[data-word]", row).textContent = status;
  $("[data-shown-word]", row).textContent = status === "pending" ? "" : status;
};

export const apply = (told) => {
  const cards = new Set(told.cards);
  for (const row of $$("[data-candidate]")) {
    const status = told.statuses[row.dataset.candidate];
    if (row.sending) continue; // what was decided here since is not in this answer yet
    if (status && status !== row.dataset.status) mark(row, status);
    $("[data-proposed]", row).hidden = !(status === "pending" && cards.has(row.dataset.candidate));
  }
  const decided = $("[data-decided]");
  if (decided) {
    decided.dataset.decided = told.decided;
    decided.textContent = told.decided;
  }
  for (const place of $$("[data-recent]")) place.textContent = told.undo ? `recent: ${told.undo}` : "";
  document.body.dataset.hash = told.hash;
};

let waiting = 0;

// The checks and the size of the mail cost a rendering: they follow when the editor pauses.
export const refresh = (after = 400) => {
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    try {
      const told = await ask("/status");
      apply(told);
      put_html($("[data-bar]"), told.bar);
      show_findings(told.findings);
      document.dispatchEvent(new CustomEvent("weekly:changed", { detail: told }));
    } catch (error) {
      say(error.message);
    }
  }, after);
};

// The findings of the open card stand above its text; they change while it is written.
const show_findings = (findings) => {
  const form = $("form[data-card]");
  if (!form) return;
  const section = form.parentElement;
  for (const old of $$(":scope > [data-finding]", section)) old.remove();
  for (const one of findings.filter((found) => found.card === form.dataset.card)) {
    const line = document.createElement("p");
    line.className = `finding ${one.level}`;
    line.dataset.finding = one.check;
    line.dataset.level = one.level;
    const word = document.createElement("b");
    word.textContent = one.level === "block" ? "blocks" : "warns";
    line.dataset.place = one.place;
    const link = document.createElement("a");
    link.href = "#body";
    link.textContent = one.check;
    line.append(word, " ", link, `: ${one.message}`);
    form.before(line);
  }
};

export const save_state = (state, time = "") => {
  const place = $("[data-save-state]");
  if (!place || place.dataset.saveState === state) {
    if (time) $("[data-save-time]").textContent = time;
    return;
  }
  place.dataset.saveState = state;
  place.textContent = state;
  $("[data-save-time]").textContent = time;
};

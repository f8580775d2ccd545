// What stands at the top of the page and in the rows, kept as the server says it is.

import { $, $$, news } from "./net.js";
import { t } from "./strings.js";

const ICONS = { pending: "·", accepted: "✓", rejected: "✗", later: "→" };
const SYNC = { sending: "sending…", stored: "", refused: "not stored" };

// A word in the second line of a row, which stands there while there is one to say.
export const note = (row, name, text, kind = name) => {
  const place = $(`[data-${name}]`, row);
  if (place && text) place.textContent = text;
  else if (place) place.remove();
  else if (text) {
    const made = document.createElement("span");
    made.className = kind;
    made.setAttribute(`data-${name}`, "");
    made.textContent = text;
    $("small", row).append(" ", made);
  }
};

// *status* is what the row shows, *sync* whether the server has it.
export const mark = (row, status, sync) => {
  row.dataset.status = status;
  row.dataset.sync = sync;
  const icon = $("[data-icon]", row);
  icon.textContent = ICONS[status];
  icon.setAttribute("aria-label", t(status));
  note(row, "shown-word", status === "pending" ? "" : t(status), "word");
  note(row, "sync-word", t(SYNC[sync]), "sync");
};

const log = (version) => Number(version.split(".")[0]);

// What the server says of the rows and the top of the page. An answer that was overtaken says nothing new.
export const apply = (told) => {
  if (log(told.version) < log(news.version)) return;
  news.version = told.version;
  const cards = new Set(told.cards);
  for (const row of $$("[data-candidate]")) {
    const status = told.statuses[row.dataset.candidate];
    if (status) row.dataset.stored = status;
    const topic = told.topics[row.dataset.candidate];
    if (topic) $("[data-topic]", row).textContent = topic;
    if (status && row.dataset.sync !== "sending") mark(row, status, row.dataset.sync === "refused" && status === row.dataset.status ? "refused" : "stored");
    note(row, "proposed", row.dataset.status === "pending" && cards.has(row.dataset.candidate) ? t("proposed") : "");
  }
  const decided = $("[data-decided]");
  if (decided) {
    decided.dataset.decided = told.decided;
    decided.textContent = told.decided;
  }
  for (const place of $$("[data-recent]")) place.textContent = told.undo ? t("recent: {what}", { what: told.undo }) : "";
  document.body.dataset.hash = told.hash;
};

// The worse of what texts and decisions say stands at the top. Until this runs nothing stands there: what a page that
// ended has left on this device is not saved because a new page has come.
const WORSE = ["saved", "unsaved", "saving", "offline", "conflict"];
const states = { texts: "saved", decisions: "saved" };

export const save_state = (of, state, time = "") => {
  states[of] = state;
  const worst = WORSE.findLast((one) => Object.values(states).includes(one));
  let place = $("[data-save-state]");
  if (!place) {
    place = document.createElement("span");
    place.setAttribute("role", "status");
    $(".save").prepend(place, " ");
  }
  if (place.dataset.saveState !== worst) {
    place.dataset.saveState = worst;
    place.textContent = t(worst);
  }
  if (worst !== "saved") $("[data-save-time]").textContent = "";
  else if (time) $("[data-save-time]").textContent = time;
};

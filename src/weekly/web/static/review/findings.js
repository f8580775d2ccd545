// What the checks say: lines that lead to their words, at the open card, at the head of the issue, and all in a list.

import { $, $$, address } from "./net.js";
import { note } from "./state.js";
import { t } from "./strings.js";

let known = [];

const line = (kind, finding) => {
  const made = document.createElement(kind);
  made.className = `finding ${finding.level}`;
  made.dataset.finding = finding.check;
  made.dataset.level = finding.level;
  made.dataset.place = finding.place;
  const word = document.createElement("b");
  word.textContent = finding.level === "block" ? t("blocks") : t("warns");
  const link = document.createElement("a");
  link.dataset.cardOf = finding.card;
  link.dataset.place = finding.place;
  link.href = finding.card
    ? `${address("", { card: finding.card, place: finding.place })}#body`
    : `${address("/order", { place: finding.place })}#headlines`;
  link.textContent = finding.name;
  const message = document.createElement("span");
  if (finding.lang) message.lang = finding.lang;
  message.textContent = finding.message;
  made.append(word, " ", link, ": ", message);
  return made;
};

const show_card = (form) => {
  for (const old of $$(":scope > [data-finding]", form.parentElement)) old.remove();
  form.before(...known.filter((one) => one.card === form.dataset.card).map((one) => line("p", one)));
};

const show_list = () => {
  const nothing = document.createElement("li");
  nothing.textContent = t("Nothing to say.");
  $("[data-checks-list]").replaceChildren(...(known.length ? known.map((one) => line("li", one)) : [nothing]));
};

// Rows are marked, and the lines of the open card and of the head are what the checks say now.
export const show_findings = (findings) => {
  known = findings;
  const of = (level) => new Set(findings.filter((one) => one.level === level).map((one) => one.card));
  const [blocked, warned] = [of("block"), of("warn")];
  for (const row of $$("[data-candidate], [data-order-card]")) {
    const card = row.dataset.candidate ?? row.dataset.orderCard;
    note(row, "blocks", blocked.has(card) ? `! ${t("blocks")}` : "");
    if (row.dataset.candidate) note(row, "warns", warned.has(card) && !blocked.has(card) ? `△ ${t("warns")}` : "");
  }
  const form = $("form[data-card]");
  if (form) show_card(form);
  const head = $("[data-head-findings]");
  if (head) head.replaceChildren(...known.filter((one) => !one.card).map((one) => line("p", one)));
  if ($("[data-checks-dialog]").open) show_list();
};

// The words that a finding is about, chosen in the field that has them; without words the first field.
export const point = (form, place) => {
  const fields = $$("textarea, input:not([type=hidden])", form);
  const field = (place && fields.find((one) => one.value.includes(place))) || $("textarea", form);
  if (!field) return;
  field.focus();
  const at = place ? field.value.indexOf(place) : -1;
  if (at >= 0) field.setSelectionRange(at, at + place.length);
};

// A finding of what is open here leads to its words at once; every other link leads to its page. *open* shows a card
// of this page and says whether it has it.
export const lead = (open, load) => {
  const dialog = $("[data-checks-dialog]");
  document.addEventListener("click", async (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target.closest("[data-findings]")) {
      event.preventDefault();
      await load();
      show_list();
      dialog.showModal();
      $("[data-heading]", dialog).focus();
      return;
    }
    const link = event.target.closest("a[data-card-of]");
    if (!link) return;
    const { cardOf: card, place } = link.dataset;
    if (!open(card, place)) return;
    event.preventDefault();
    for (const shown of $$("dialog[open]")) shown.close();
    open(card, place); // again: closing a dialog gives the keyboard back to where it was
  });
};

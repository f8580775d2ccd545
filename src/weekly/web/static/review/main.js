// Puts the parts of the page together.

import { $, address, complain, page, post, put_html } from "./net.js";
import { choose_cover } from "./covers.js";
import { Editor } from "./editor.js";
import { Inbox } from "./inbox.js";
import { Decisions } from "./decisions.js";
import { Order } from "./order.js";
import { lead, point, show_findings } from "./findings.js";
import { follow } from "./preview.js";
import { help, listen } from "./keys.js";
import { meet } from "./others.js";
import { offer_sign_in } from "./sign_in.js";
import { apply, save_state } from "./state.js";
import { remember_forms } from "./remember.js";
import { t } from "./strings.js";
import "./tags.js";
import "./test_mail.js";

save_state("texts", "saved");
$("[data-alert-close]").addEventListener("click", () => complain(""));

const inbox = document.body.dataset.view === "inbox" ? new Inbox() : undefined;
const order = document.body.dataset.view === "order" ? new Order() : undefined;
// Wherever one has gone, what another page has left on this device is sent.
if (!inbox && !order) new Decisions(() => {}, apply).start();
const head = $("form[data-head]");
const editor = head ? new Editor(head) : undefined;
if (head) choose_cover(head);
const wanted = head && new URLSearchParams(location.search).get("place");
if (wanted) point(head, wanted);
offer_sign_in();
lead(
  (card, place) => {
    if (card) return inbox?.find_words(card, place) ?? false;
    if (head) point(head, place);
    return Boolean(head);
  },
  async () => {
    const asked = await fetch(address("/status"), { headers: { Accept: "application/json" } }).catch(() => undefined);
    if (asked?.ok) show_findings((await asked.json()).findings);
  },
);

const current = () => editor ?? inbox?.editor;
const open_help = help();

const approve = async () => {
  const dialog = $("[data-dialog]");
  if (document.body.dataset.view === "approve") return;
  await current()?.save();
  const { ok, text } = await page("/approve", { fragment: "1" });
  if (!ok) return complain(t("The approval cannot be shown now."));
  put_html($("[data-dialog-body]"), text);
  $("[data-close]", dialog)?.addEventListener("click", () => dialog.close());
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
  $("[data-heading]", dialog).focus(); // never on the button: what is approved is read first
};

// A date that is typed chooses its radio, and "now" takes the date away.
document.addEventListener("input", ({ target }) => {
  const form = target.closest("[data-approve-form]");
  if (!form) return;
  if (target.name === "at") form.elements.when.value = target.value ? "at" : "now";
  if (target.name === "when" && target.value === "now") form.elements.at.value = "";
});

$("form.approve").addEventListener("submit", (event) => {
  event.preventDefault();
  approve();
});

// A refusal is said in the dialog; what was typed there stays.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.dataset.approveForm === undefined) return;
  event.preventDefault();
  try {
    await post("/approve", new FormData(form));
    location.reload();
  } catch (error) {
    if (error.told?.changed) await approve(); // the dialog anew: what changed stands in it
    const shown = $("[data-approve-form]") ?? form;
    let place = $("[data-refusal]", shown);
    if (!place) {
      place = document.createElement("p");
      place.className = "notice bad";
      place.dataset.refusal = "";
      place.setAttribute("role", "alert");
      shown.prepend(place);
    }
    place.textContent = error.message;
    place.scrollIntoView({ block: "nearest" });
  }
});

const keys = {
  "?": open_help,
  u: () => (inbox ?? order)?.undo(),
};
if (inbox) {
  Object.assign(keys, {
    j: () => inbox.step(1),
    k: () => inbox.step(-1),
    a: () => inbox.decide("accept"),
    x: () => inbox.decide("reject"),
    s: () => inbox.decide("later"),
    e: () => inbox.edit(),
    v: () => $("[data-source]")?.click(),
    d: () => inbox.toggle("[data-diff]"),
    c: () => inbox.comment(),
    "/": () => $("#q").focus(),
    J: () => inbox.move(1),
    K: () => inbox.move(-1),
    digit: (number) => inbox.topic(Number(number)),
  });
}
if (order) {
  Object.assign(keys, {
    j: () => order.step(1),
    k: () => order.step(-1),
    J: () => order.shift(1),
    K: () => order.shift(-1),
    e: () => $("#headlines").focus(),
    digit: (number) => order.topic(Number(number)),
  });
}
listen({
  keys,
  approve,
  save: () => current()?.save(),
  ahead: (key) => inbox?.type_ahead(key) ?? false,
  leave: (field) => {
    const row = inbox?.chosen;
    if (row) $("a", row).focus();
    else field.blur();
  },
});
follow();
remember_forms();
document.addEventListener("weekly:opened", () => remember_forms($("[data-panel]")));
meet(() => inbox?.chosen?.dataset.candidate ?? "");

// Whoever closes the page with a text that is not stored is asked; the copy on this device is there anyway.
addEventListener("beforeunload", (event) => {
  if (current()?.dirty) event.preventDefault();
});

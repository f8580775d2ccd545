// Forms that are sent as a whole: what is typed stays on this device until the server has taken it.

import { $$, base, complain, post, week } from "./net.js";

const place = (form) => `weekly:${week}:form:${form.dataset.remember}`;
const typed = (form) => [...form.elements].filter((field) => field.name && !["hidden", "file", "submit"].includes(field.type));

const bring_back = (form) => {
  const kept = JSON.parse(localStorage.getItem(place(form)) ?? "null");
  if (!kept) return;
  for (const field of typed(form)) {
    if (field.name in kept) field.value = kept[field.name];
  }
  const details = form.closest("details");
  if (details) details.open = true;
};

const upload = async (address, body) => {
  const answer = await fetch(address, { method: "POST", headers: { Accept: "application/json" }, body });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(told.error ?? answer.statusText);
  return told;
};

const send = async (form, button) => {
  if (button) button.disabled = true; // once, however often it is pressed
  const fields = new FormData(form);
  if (button?.name) fields.set(button.name, button.value);
  try {
    const file = form.enctype === "multipart/form-data";
    const told = await (file ? upload(form.action, fields) : post(new URL(form.action).pathname.slice(base.length), fields));
    localStorage.removeItem(place(form));
    if (told.go) location.assign(told.go);
    else location.reload();
  } catch (error) {
    complain(error.message);
    if (button) button.disabled = false;
  }
};

export const remember_forms = (within = document) => {
  for (const form of $$("form[data-remember]:not([data-remembered])", within)) {
    form.dataset.remembered = "";
    bring_back(form);
    form.addEventListener("input", () => {
      const fields = Object.fromEntries(typed(form).map((field) => [field.name, field.value]));
      localStorage.setItem(place(form), JSON.stringify(fields));
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      event.stopPropagation();
      send(form, event.submitter);
    });
  }
};

// The cover of the issue, chosen by its picture.

import { $, $$ } from "./net.js";

export const choose_cover = (form) => {
  const bar = $("[data-covers]", form);
  const field = form.elements.cover;
  const show = () => {
    for (const button of $$("button", bar)) button.setAttribute("aria-pressed", String(button.value === field.value));
  };
  bar.hidden = false;
  bar.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    field.value = button.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  form.addEventListener("input", show);
  show();
};

// The mail of the draft to the editor's own address; what became of it is said beside the button.

import { $, post } from "./net.js";
import { t } from "./strings.js";

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.dataset.testMail === undefined) return;
  event.preventDefault();
  const said = $("[data-test-said]", form);
  const button = $("button", form);
  button.disabled = true;
  said.textContent = t("On its way…");
  try {
    const told = await post("/test-mail", new FormData(form));
    said.textContent = t("Sent to {address}", { address: told.sent });
  } catch (error) {
    said.textContent = error.message;
  }
  button.disabled = false;
});

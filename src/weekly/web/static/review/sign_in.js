// Whoever is signed out in the middle of something signs in again where they are: nothing that was typed is lost.

import { $, complain, say } from "./net.js";
import { t } from "./strings.js";

let out = false;

export const signed_out = () => out;

// The server has answered 401: the reason stands at the top with a way in, until somebody is signed in. What was not
// stored is said rather than the bare fact.
export const ask_in = (lost = "") => {
  if (out && !lost) return;
  out = true;
  complain("");
  complain(lost || t("You are signed out."), lost ? "" : "signed out");
  $("[data-sign-in]").hidden = false;
};

export const offer_sign_in = () => {
  const dialog = $("[data-sign-in-dialog]");
  const form = $("[data-sign-in-form]");
  const refusal = $("[data-sign-in-refusal]");
  const open = () => {
    refusal.hidden = true;
    refusal.removeAttribute("role");
    dialog.showModal();
    $("#again").focus();
  };
  $("[data-sign-in]").addEventListener("click", open);
  $("[data-close]", dialog).addEventListener("click", () => dialog.close());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const headers = { Accept: "application/json" };
    const answer = await fetch("/sign-in", { method: "POST", headers, body: new URLSearchParams(new FormData(form)) }).catch(() => undefined);
    if (!answer?.ok) {
      const told = await answer?.json().catch(() => undefined);
      refusal.setAttribute("role", "alert");
      refusal.textContent = told?.error ?? t("The server does not answer.");
      refusal.hidden = false;
      return;
    }
    out = false;
    form.elements.token.value = "";
    dialog.close();
    $("[data-sign-in]").hidden = true;
    complain("");
    complain("", "signed out");
    say(t("You are signed in again."));
    document.dispatchEvent(new CustomEvent("weekly:signed-in"));
  });
};

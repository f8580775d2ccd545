// Single keys: never while somebody writes, composes, holds a modifier or has switched them off.

import { $, address } from "./net.js";

const SWITCH = "weekly:keys";

const writing = (target) =>
  target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.closest("dialog") !== null;

export const enabled = () => localStorage.getItem(SWITCH) !== "off";

let after_g = 0;

const goes = (key) => {
  const there = { i: "", o: "/order", p: "/preview" }[key];
  if (there === undefined) return false;
  location.assign(address(there));
  return true;
};

export const listen = ({ keys, save, approve, leave, ahead }) => {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    const control = event.ctrlKey || event.metaKey;
    if (control && !event.altKey && event.key.toLowerCase() === "s") {
      event.preventDefault();
      save();
    } else if (control && !event.altKey && event.key === "Enter") {
      event.preventDefault();
      if (!event.repeat) approve();
    } else if (event.key === "Escape" && writing(event.target) && !event.target.closest("dialog")) {
      leave(event.target);
    } else if (!control && !event.altKey && !writing(event.target) && ahead(event.key)) {
      event.preventDefault();
    } else if (!control && !event.altKey && !writing(event.target) && enabled()) {
      single(event, keys);
    }
  });
};

const single = (event, keys) => {
  const now = Date.now();
  if (after_g && now - after_g < 1500) {
    after_g = 0;
    if (goes(event.key)) return;
  }
  if (event.key === "g") {
    after_g = now;
    return;
  }
  const name = event.shiftKey && event.key.length === 1 && /[a-z]/i.test(event.key) ? event.key.toUpperCase() : event.key;
  const act = keys[name] ?? (/^[1-9]$/.test(name) ? keys.digit : undefined);
  if (!act) return;
  // A held key decides once; going up and down may repeat.
  if (event.repeat && !["j", "k"].includes(name)) return;
  event.preventDefault();
  act(name);
};

export const help = () => {
  const dialog = $("[data-help]");
  const box = $("[data-keys-switch]", dialog);
  box.checked = enabled();
  box.addEventListener("change", () => localStorage.setItem(SWITCH, box.checked ? "on" : "off"));
  const open = () => {
    dialog.showModal();
    $("[data-heading]", dialog).focus();
  };
  for (const button of document.querySelectorAll("[data-show-help]")) {
    button.hidden = false;
    button.addEventListener("click", open);
  }
  return open;
};

// The mail in its frame: replaced in place, so that what one looks at stays where it is.

import { $, $$, page } from "./net.js";

export const reload = async (frame) => {
  // A frame that has not come so far as to show the mail shows the newest one when it does.
  if (!frame?.contentDocument?.body || !frame.contentDocument.URL.endsWith("/preview.html")) return;
  const { ok, text } = await page("/preview.html");
  const shown = frame.contentDocument;
  if (!ok || !shown?.body) return;
  const place = shown.scrollingElement ?? shown.documentElement;
  const [left, top] = [place.scrollLeft, place.scrollTop];
  // Written as text into the frame's own document: its policy allows a mail's styles, its sandbox no script.
  shown.documentElement.innerHTML = text.replace(/^[\s\S]*?<html[^>]*>/i, "").replace(/<\/html>\s*$/i, "");
  const moved = shown.scrollingElement ?? shown.documentElement;
  moved.scrollLeft = left;
  moved.scrollTop = top;
  pictures(frame);
};

const pictures = (frame) => {
  const off = $("[data-mode-pictures]")?.getAttribute("aria-pressed") === "true";
  for (const image of $$("img", frame.contentDocument)) {
    if (off && !image.dataset.source) {
      image.dataset.source = image.src;
      image.removeAttribute("src");
    } else if (!off && image.dataset.source) {
      image.src = image.dataset.source;
      delete image.dataset.source;
    }
  }
};

const press = (button, on) => button.setAttribute("aria-pressed", String(on));

const modes = (view, frame) => {
  const bar = $("[data-modes]", view);
  bar.hidden = false;
  bar.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.modeWidth) {
      for (const one of $$("[data-mode-width]", bar)) press(one, one === button);
      view.dataset.width = button.dataset.modeWidth;
      return;
    }
    const on = button.getAttribute("aria-pressed") !== "true";
    press(button, on);
    if ("modeDark" in button.dataset) view.classList.toggle("dark", on);
    else pictures(frame);
  });
};

export const follow = () => {
  document.addEventListener("weekly:changed", () => {
    for (const frame of $$("iframe[data-preview]")) reload(frame);
  });
  const view = $("main.preview");
  if (view) modes(view, $("iframe[data-preview]", view));
};

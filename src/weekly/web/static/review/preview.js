// The mail in its frame: replaced in place, so that what one looks at stays where it is; light or dark as a mail
// client would have it.

import { $, $$ } from "./net.js";

// A frame costs the page more than all its rows: it stands in <noscript> until somebody looks at it.
export const bring = (place) => {
  const waits = $("noscript", place);
  if (!waits) return reload($("iframe", place));
  waits.insertAdjacentHTML("afterend", waits.textContent);
  waits.remove();
};

const shows = (frame) => /\/(preview|card)\.html(\?|$)/.test(frame.contentDocument?.URL ?? "");

export const reload = async (frame) => {
  // A frame that has not come so far as to show the mail shows the newest one when it does.
  if (!frame?.contentDocument?.body || !shows(frame)) return;
  const answer = await fetch(frame.contentDocument.URL).catch(() => undefined);
  const text = answer?.ok ? await answer.text() : "";
  const shown = frame.contentDocument;
  if (!text || !shown?.body) return;
  const place = shown.scrollingElement ?? shown.documentElement;
  const [left, top] = [place.scrollLeft, place.scrollTop];
  // Written as text into the frame's own document: its policy allows a mail's styles, its sandbox no script.
  shown.documentElement.innerHTML = text.replace(/^[\s\S]*?<html[^>]*>/i, "").replace(/<\/html>\s*$/i, "");
  const moved = shown.scrollingElement ?? shown.documentElement;
  moved.scrollLeft = left;
  moved.scrollTop = top;
  pictures(frame);
  if (frame.dataset.scheme) scheme(frame, frame.dataset.scheme);
  frame.dispatchEvent(new CustomEvent("weekly:drawn"));
};

// The mail's own styles for *wanted*, light or dark, whatever this machine prefers.
export const scheme = (frame, wanted) => {
  frame.dataset.scheme = wanted;
  const shown = frame.contentDocument;
  if (!shown?.documentElement || !shows(frame)) return;
  shown.documentElement.style.colorScheme = wanted;
  for (const sheet of shown.styleSheets) {
    for (const rule of sheet.cssRules) {
      const asks = rule instanceof shown.defaultView.CSSMediaRule && (rule.asked ?? rule.media.mediaText);
      const prefers = asks && /prefers-color-scheme:\s*(\w+)/.exec(asks);
      if (!prefers) continue;
      rule.asked = asks;
      rule.media.mediaText = prefers[1] === wanted ? "all" : "not all";
    }
  }
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
  const show = (wanted) => {
    press($("[data-mode-dark]", bar), wanted === "dark");
    scheme(frame, wanted);
  };
  show(matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  frame.addEventListener("load", () => scheme(frame, frame.dataset.scheme));
  bar.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.modeWidth) {
      for (const one of $$("[data-mode-width]", bar)) press(one, one === button);
      view.dataset.width = button.dataset.modeWidth;
    } else if ("modeDark" in button.dataset) {
      show(frame.dataset.scheme === "dark" ? "light" : "dark");
    } else {
      press(button, button.getAttribute("aria-pressed") !== "true");
      pictures(frame);
    }
  });
};

// A click on a card of the mail opens it here; links of the mail lead nowhere from its frame.
export const open_from_mail = (frame, cards, leave) => {
  const listen = () => {
    const shown = frame.contentDocument;
    if (!shown || !shows(frame) || shown.listens) return;
    shown.listens = true;
    clearInterval(early);
    shown.addEventListener("click", (event) => {
      event.preventDefault();
      const entry = event.target.closest("li")?.closest("ol") && event.target.closest("a")?.hash;
      const list = $$(".c:not(.w)", shown); // the others are blocks
      const at = entry ? $$("ol li a", shown).findIndex((one) => one.hash === entry) : list.indexOf(event.target.closest(".c"));
      const card = cards()[at];
      if (card) leave(card);
    });
  };
  // Its load event waits for the last picture, whoever clicks does not.
  const early = setInterval(listen, 50);
  frame.addEventListener("load", listen);
};

export const follow = () => {
  document.addEventListener("weekly:changed", () => {
    for (const frame of $$("iframe[data-preview], iframe[data-card-preview]")) reload(frame);
  });
  const view = $("main.preview");
  if (view) modes(view, $("iframe[data-preview]", view));
};

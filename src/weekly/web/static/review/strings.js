// What the scripts say, in the editor's language: English is the key, the page brings the translations along.

const carried = document.querySelector("[data-strings]");
const translations = carried ? JSON.parse(carried.textContent) : {};

// *text* with what *named* says in its {places}.
export const t = (text, named = {}) =>
  (translations[text] ?? text).replace(/\{(\w+)\}/g, (place, name) => named[name] ?? place);

// The language of a text where it is not the page's, as far as its letters show it.
export const language_of = (text) => {
  if (!/\p{L}/u.test(text)) return "";
  const tag = /[\u3400-\u9fff]/.test(text) ? "zh-Hans" : "en";
  return tag === document.documentElement.lang ? "" : tag;
};

// Tags that the glossary or an earlier issue has complete the word that is being written.

import { $, base } from "./net.js";

const MOST = 12;
let known;

const tags = async () => {
  known ??= fetch(`${base}/tags.json`, { headers: { Accept: "application/json" } }).then((answer) => (answer.ok ? answer.json() : []));
  return known.catch(() => []);
};

document.addEventListener("input", async ({ target }) => {
  const list = target.id === "tags" && $("#known-tags");
  if (!list) return;
  const { value } = target;
  const [, before, word] = value.match(/^(.*?)(\S*)$/su);
  const begun = word.replace(/^#/u, "").toLowerCase();
  const fits = begun ? (await tags()).filter((tag) => tag.toLowerCase().includes(begun)).slice(0, MOST) : [];
  if (target.value !== value) return; // one has gone on
  list.replaceChildren(
    ...fits.map((tag) => {
      const option = document.createElement("option");
      option.value = before + tag;
      return option;
    }),
  );
});

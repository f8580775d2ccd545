// Searches the archive without a server: one file for each year, fetched as a script so that it works from a disk.
"use strict";
(() => {
  const me = document.currentScript;
  const input = document.getElementById("Query");
  const status = document.getElementById("Status");
  const list = document.getElementById("Results");
  const years = me.dataset.years.split(" ").filter(Boolean);
  const MOST = 100;
  const rows = new Map();
  let asked = false;

  const folded = (text) => text.normalize("NFKC").toLowerCase();

  // Called by search/YEAR.js: title, text, tags and institutions, topic, week, place, authors.
  window.weeklyIndex = (year, found) => {
    rows.set(year, found.map((row) => ({ row, title: folded(row[0]), all: folded([...row.slice(0, 5), row[6]].join(" ")) })));
    show();
  };

  function load() {
    if (asked) return;
    asked = true;
    for (const year of years) {
      const script = document.createElement("script");
      script.src = `search/${year}.js`;
      script.addEventListener("error", () => { rows.set(year, []); show(); });
      document.head.append(script);
    }
  }

  function matches(terms) {
    const found = [];
    for (const year of years) {
      for (const one of rows.get(year) || []) {
        if (!terms.every((term) => one.all.includes(term))) continue;
        found.push({ row: one.row, titled: terms.filter((term) => one.title.includes(term)).length });
      }
    }
    return found.sort((a, b) => b.titled - a.titled);
  }

  function element(name, text, parent) {
    const made = document.createElement(name);
    made.textContent = text;
    parent.append(made);
    return made;
  }

  function show() {
    const terms = folded(input.value).split(/\s+/u).filter(Boolean);
    list.replaceChildren();
    status.textContent = "";
    if (!terms.length) return;
    load();
    if (rows.size < years.length) {
      status.textContent = status.dataset.searching;
      return;
    }
    const found = matches(terms);
    status.textContent = found.length ? `${found.length} ${status.dataset.found}` : status.dataset.nothing;
    for (const { row } of found.slice(0, MOST)) {
      const item = document.createElement("li");
      const link = element("a", row[0], element("h2", "", item));
      link.href = row[5];
      const kicker = element("p", [row[4], row[3], row[2]].filter(Boolean).join(" · "), item);
      kicker.className = "kicker";
      element("p", row[1], item);
      list.append(item);
    }
  }

  input.value = new URLSearchParams(location.search).get("q") || "";
  input.addEventListener("input", show);
  input.form.addEventListener("submit", (event) => { event.preventDefault(); show(); });
  show();
})();

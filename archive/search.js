// Searches the archive without a server. Of the index (weekly/render/site/search) it loads the pieces that a query needs,
// each as a script, so that it works from a disk; what it makes of a query, weekly/render/site/search/terms.py makes of a card.
"use strict";
(() => {
  const me = document.currentScript;
  const form = document.getElementById("Query").form;
  const input = document.getElementById("Query");
  const status = document.getElementById("Status");
  const list = document.getElementById("Results");
  const more = document.getElementById("More");
  const filters = ["year", "topic", "kind"];
  const parts = me.dataset.parts.split(" ").filter(Boolean).map((part) => part.split(":"));

  const PAGE = 10;  // cards shown at once
  const FIRST = 4;  // of these, shown before the others are loaded: more are seldom seen without scrolling
  const PAUSE = 120;  // milliseconds without a key after which a search begins
  const SLOW = 100;  // milliseconds after which it is said that a search goes on: to say so takes time from it
  const MOST_WORDS = 8;
  const LONGEST = 24;
  const WEIGHTS = [12, 10, 7, 5, 4, 4, 1.5, 1];  // of name, whole author, title, tag, author, institution, text, topic
  const [EXACT, BEGINNING, SLIP] = [1, 0.4, 0.5];
  const RECENCY = 0.3;
  const DIGITS = new Uint8Array(128);
  [..."0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"].forEach((digit, at) => { DIGITS[digit.charCodeAt(0)] = at; });
  const PAIRED = "\\u3040-\\u30ff\\u3400-\\u9fff\\uac00-\\ud7af\\uf900-\\ufaff";
  const TERM = new RegExp(`(\\d{4}\\.\\d{4,5})(?:v\\d+)?(?!\\d)|([${PAIRED}]+)|((?:(?![${PAIRED}])[\\p{L}\\p{N}])+)`, "gu");
  const PAIR = new RegExp(`[${PAIRED}]`, "u");
  const COMMON = new Set("a an and are as at be by for from in is it its of on or that the their these this to we which with".split(" "));

  const MOST = 0.6;  // of a query, or of the pairs of a run

  const fold = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/gu, "").toLowerCase().normalize("NFKC");
  const pairs = (run) => run.length === 1 ? [run] : Array.from({ length: run.length - 1 }, (_, at) => run.slice(at, at + 2));

  // Pieces of the index.
  const pieces = new Map();
  const waiting = new Map();
  window.weeklySearch = (name, value) => waiting.get(name)?.(value);

  function load(name, version) {
    if (!pieces.has(name)) {
      pieces.set(name, new Promise((resolve) => {
        const script = document.createElement("script");
        waiting.set(name, resolve);
        script.src = `search/${name}.js?${version}`;
        script.addEventListener("error", () => { pieces.delete(name); resolve(null); });
        document.head.append(script);
      }));
    }
    return pieces.get(name);
  }

  let opened;
  function open() {
    opened ??= Promise.all(parts.map(async ([name, version]) => {
      const about = await load(`${name}/index`, version) || { starts: { t: [], w: [], r: [], d: [] }, cards: "", years: [], topics: [], kinds: [] };
      return { name, version, ...about, count: about.cards.length / 2, tables: new Map() };
    })).then((found) => {
      let before = 0;
      for (const part of found) {
        part.before = before;
        before += part.count;
      }
      return found;
    });
    return opened;
  }

  // The last place of the ascending `starts` that is not behind `key`.
  function at(starts, key) {
    let [low, high] = [0, starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (starts[middle] > key) high = middle; else low = middle + 1;
    }
    return low - 1;
  }

  // The entries of one kind that begin with `stem`, from at most `most` pieces.
  async function beginning(part, kind, stem, most) {
    const starts = part.starts[kind];
    const first = Math.max(0, at(starts, stem));
    const last = Math.min(at(starts, `${stem}\uffff`), first + most - 1);
    const found = [];
    for (let number = first; number <= last; number += 1) found.push(table(part, kind, number));
    return (await Promise.all(found)).flatMap((entries) => entries.filter(([term]) => term.startsWith(stem)));
  }

  async function table(part, kind, number) {
    const name = `${part.name}/${kind}${number}`;
    if (!part.tables.has(name)) {
      const text = await load(name, part.version);
      part.tables.set(name, text ? text.split("~").map((entry) => entry.split("|")) : []);
    }
    return part.tables.get(name);
  }

  // The cards of a term, each as its number * 8 + the place where the term stands there.
  function unpack(packed) {
    const found = new Uint32Array(packed.length);
    let [count, card, value, shift] = [0, 0, 0, 0];
    for (let number = 0; number < packed.length; number += 1) {
      const bits = DIGITS[packed.charCodeAt(number)];
      value |= (bits & 31) << shift;
      shift += 5;
      if (bits < 32) {
        card += value >> 3;
        found[count] = card * 8 + (value & 7);
        count += 1;
        value = shift = 0;
      }
    }
    return found.subarray(0, count);
  }

  // Whether one letter more, less, other or exchanged makes one word of the other.
  function near(one, other) {
    if (Math.abs(one.length - other.length) > 1) return false;
    let [start, left, right] = [0, one.length, other.length];
    while (start < left && start < right && one[start] === other[start]) start += 1;
    while (left > start && right > start && one[left - 1] === other[right - 1]) { left -= 1; right -= 1; }
    const [rest, its] = [one.slice(start, left), other.slice(start, right)];
    return rest.length <= 1 && its.length <= 1 || rest.length === 2 && its.length === 2 && rest[0] === its[1] && rest[1] === its[0];
  }

  // What a query asks for: words, runs of Chinese; an arXiv id says all.
  function asked(query) {
    const found = [...fold(query).matchAll(TERM)].map(([, number, run, word]) => ({ number, run, word: word?.slice(0, LONGEST) }));
    const numbers = found.filter((each) => each.number);
    if (numbers.length) return numbers.map(({ number }) => ({ words: [number] }));
    const telling = found.filter(({ word }) => !COMMON.has(word));
    const units = (telling.length ? telling : found).map(({ run, word }) => ({ words: word ? [word] : covering(pairs(run)), run }));
    if (units.length <= MOST_WORDS) return units;
    const longest = [...units].sort((a, b) => b.words[0].length - a.words[0].length).slice(0, MOST_WORDS);
    return units.filter((unit) => longest.includes(unit));
  }

  // Of a long run every second pair tells as much.
  const covering = (found) => found.length <= 6 ? found : found.filter((_, number) => number % 2 === 0).slice(0, MOST_WORDS);

  // Looks a term up; `stem` asks for words that begin with it, too.
  async function lookUp(term, stem) {
    const found = (await open()).map(async (part) => {
      const entries = await beginning(part, "t", term, stem ? 2 : 1);
      return entries.filter(([word]) => word === term || stem && !word.includes(" "))
        .map(([word, packed]) => ({ part, word, packed, factor: word === term ? EXACT : BEGINNING }));
    });
    return (await Promise.all(found)).flat();
  }

  // The words that are one slip away: either their first half or their second one is as it was typed.
  async function slips(term) {
    const half = (term.length - 1) >> 1;
    if (half < 2 || !/^[a-z]+$/u.test(term)) return [];
    const backwards = (word) => [...word].reverse().join("");
    const kinds = [["w", (word) => word, term.slice(0, half)], ["r", backwards, backwards(term.slice(-half))]];
    const words = (await open()).flatMap((part) => kinds.map(async ([kind, read, stem]) => {
      return (await beginning(part, kind, stem, 3)).map(([word]) => read(word));
    }));
    const wanted = [...new Set((await Promise.all(words)).flat())].filter((word) => near(word, term)).slice(0, 4);
    const found = (await Promise.all(wanted.map((word) => lookUp(word, false)))).flat();
    return found.map((each) => ({ ...each, factor: SLIP }));
  }

  async function resolve(unit) {
    const found = await Promise.all(unit.words.map((word) => lookUp(word, unit.run ? word.length === 1 : word.length > 2)));
    if (!unit.run && !found[0].length) found[0] = unit.words[0].length > 2 ? await slips(unit.words[0]) : await lookUp(unit.words[0], true);
    return { ...unit, found };
  }

  // Words that are the whole name of an author are one thing to look for. All is asked for at once, whoever is named.
  async function withPeople(units) {
    const alone = units.map(resolve);
    const named = units.map((_, first) => Promise.all([4, 3, 2].map((length) => person(units.slice(first, first + length), length))));
    const joined = [];
    for (let first = 0; first < units.length;) {
      const known = (await named[first]).find(({ found: [person] }) => person.length);
      joined.push(known || alone[first]);
      first += known ? known.words.length : 1;
    }
    return Promise.all(joined);
  }

  async function person(units, length) {
    const words = units.flatMap((unit) => unit.words);
    const asked = units.length === length && !units.some((unit) => unit.run);
    return { words, found: [asked ? await lookUp(words.join(" "), false) : []] };
  }

  // The score of each card for a unit, 0 where it does not stand.
  function scored(unit, total) {
    const need = unit.run ? Math.ceil(unit.found.length * MOST) : 1;
    const [sums, times, best] = [new Float32Array(total), new Uint8Array(total), new Float32Array(total)];
    for (const entries of unit.found) {
      const unpacked = entries.map(({ part, packed, factor }) => ({ before: part.before, factor, cards: unpack(packed) }));
      const often = unpacked.reduce((sum, { factor, cards }) => sum + (factor === EXACT ? cards.length : 0), 0);
      const rare = Math.log(1 + total / (1 + often));
      best.fill(0);
      for (const { before, factor, cards } of unpacked) {
        const weights = WEIGHTS.map((weight) => weight * factor * rare);
        for (let number = 0; number < cards.length; number += 1) {
          const card = before + (cards[number] >> 3);
          const weight = weights[cards[number] & 7];
          if (best[card] < weight) best[card] = weight;
        }
      }
      add(best, sums, times);
    }
    for (let card = 0; card < total; card += 1) sums[card] *= times[card] < need ? 0 : (times[card] / unit.found.length) ** 2;
    return sums;
  }

  // Adds the scores to the `sums`, and to `times` how many were above 0. Each step of it is one of ten thousand.
  function add(scores, sums, times) {
    for (let card = 0; card < scores.length; card += 1) {
      if (scores[card]) {
        sums[card] += scores[card];
        times[card] += 1;
      }
    }
  }

  // How many cards a query has and the best `most` of them, best first: those that have all of it, and where these are
  // few, those that have most of it.
  function ranked(units, opened, wanted, most) {
    const total = opened.reduce((sum, part) => sum + part.count, 0);
    const [scores, times] = [new Float32Array(total), new Uint8Array(total)];
    for (const unit of units) add(scored(unit, total), scores, times);
    const fitting = fits(opened, wanted);
    const having = (least) => {
      const found = [];
      for (let card = 0; card < total; card += 1) if (times[card] >= least && times[card] && fitting(card)) found.push(card);
      return found;
    };
    const all = having(units.length);
    const found = all.length < PAGE ? having(units.length * MOST) : all;
    const weight = (card) => scores[card] * (times[card] / units.length) ** 2 * (1 + RECENCY * (card + 1) / total);
    return { count: found.length, best: best(found, weight, most) };
  }

  // Of ascending `cards` the `most` with the largest weights, largest first, of equals the later one. Thousands are not
  // sorted for ten.
  function best(cards, weight, most) {
    const kept = [];
    for (const card of cards) {
      const its = weight(card);
      if (kept.length === most && kept[most - 1][1] > its) continue;
      let place = Math.min(kept.length, most - 1);
      kept[place] = [card, its];
      for (; place && kept[place - 1][1] <= its; place -= 1) [kept[place - 1], kept[place]] = [kept[place], kept[place - 1]];
    }
    return kept.map(([card]) => card);
  }

  const partOf = (opened, card) => opened.find((part) => card < part.before + part.count);

  // Tells of a card whether it is of the year, topic and kind that are wanted.
  function fits(opened, wanted) {
    if (!filters.some((name) => wanted[name])) return () => true;
    return (card) => {
      const part = partOf(opened, card);
      const number = card - part.before;
      const year = part.years[at(part.years.map(([, first]) => first), number)][0];
      const [topic] = part.topics[DIGITS[part.cards.charCodeAt(2 * number)]] || [""];
      const kind = part.kinds[DIGITS[part.cards.charCodeAt(2 * number + 1)]];
      return (!wanted.year || wanted.year === year) && (!wanted.topic || wanted.topic === topic) && (!wanted.kind || wanted.kind === kind);
    };
  }

  async function card(opened, number) {
    const part = partOf(opened, number);
    const within = number - part.before;
    const piece = at(part.starts.d, within);
    const row = (await load(`${part.name}/d${piece}`, part.version))?.[within - part.starts.d[piece]];
    const [, topic] = part.topics[DIGITS[part.cards.charCodeAt(2 * within)]] || [];
    return row && { row, topic };
  }

  const letters = new Map();
  function letter(character) {
    if (!letters.has(character)) letters.set(character, fold(character));
    return letters.get(character);
  }

  // Where the terms stand in a text; folding may change its length, so each character is folded by itself.
  function places(text, terms) {
    const whole = [...text];
    const from = [];
    let folded = "";
    whole.forEach((character, number) => {
      const plain = letter(character);
      folded += plain;
      for (let turn = 0; turn < plain.length; turn += 1) from.push(number);
    });
    const marks = [];
    const mark = (start, length) => marks.push([from[start], from[start + length - 1] + 1]);
    for (const match of folded.matchAll(TERM)) {
      const [, number, run, word] = match;
      if (run) {
        pairs(run).forEach((pair, step) => { if (terms.has(pair)) mark(match.index + step, pair.length); });
      } else if (terms.has(number || word.slice(0, LONGEST))) {
        mark(match.index, (number || word).length);
      }
    }
    return { whole, marks };
  }

  // Text with its marks as elements: nothing in it is ever read as HTML.
  function marked(parent, text, terms, longest = Infinity) {
    const { whole, marks } = places(text, terms);
    let start = 0;
    if (whole.length > longest) {
      const windows = marks.map(([begin]) => Math.max(0, Math.min(begin - 30, whole.length - longest)));
      const seen = (begin) => new Set(marks.filter(([from, to]) => from >= begin && to <= begin + longest).map(([from, to]) => whole.slice(from, to).join(""))).size;
      start = windows.reduce((best, begin) => seen(begin) > seen(best) ? begin : best, windows[0] || 0);
      const first = marks.find(([begin]) => begin >= start)?.[0] ?? start;
      while (start && start < first && /^[\p{L}\p{N}]$/u.test(whole[start - 1]) && !PAIR.test(whole[start])) start += 1;
    }
    const end = Math.min(whole.length, start + longest);
    let done = start;
    parent.append(start ? "…" : "");
    for (const [from, to] of marks) {
      if (to <= done || from < start || to > end) continue;
      parent.append(whole.slice(done, from).join(""));
      element("mark", whole.slice(Math.max(done, from), to).join(""), parent);
      done = to;
    }
    parent.append(whole.slice(done, end).join(""), end < whole.length ? "…" : "");
    return parent;
  }

  function element(name, text, parent) {
    const made = document.createElement(name);
    made.textContent = text;
    parent.append(made);
    return made;
  }

  // The first authors, and those that were asked for.
  function people(names, terms) {
    const all = names.split("\n").filter(Boolean);
    const shown = all.filter((name, number) => number < 3 || places(name, terms).marks.length > 1);
    return shown.length < all.length ? `${shown.join(me.dataset.comma)} …` : shown.join(me.dataset.comma);
  }

  function item(found, terms) {
    const [heading, week, anchor, original, authors, institutions, tags, text] = found.row;
    const made = document.createElement("li");
    const link = element("a", "", element("h2", "", made));
    link.href = `${week.replace("-", "/")}/index.html#${anchor}`;
    marked(link, heading, terms);
    const line = (words, name) => { if (words) marked(Object.assign(element("p", "", made), { className: name }), words, terms); };
    line([week, found.topic, institutions.replaceAll("\n", me.dataset.comma)].filter(Boolean).join(" · "), "kicker");
    line(original, "kicker");
    line(people(authors, terms), "kicker");
    marked(element("p", "", made), text, terms, 160);
    const tagged = tags.split("\n").filter((tag) => places(tag, terms).marks.length);
    line(tagged.map((tag) => `#${tag}`).join(" "), "tags");
    return made;
  }

  const wish = () => Object.fromEntries(new FormData(form));
  let turn = 0;

  // Whether what is asked for stands on the page; if not, something else was asked meanwhile.
  async function show(shown = PAGE) {
    const mine = turn += 1;
    const wanted = wish();
    const units = asked(wanted.q);
    if (!units.length) {
      list.replaceChildren();
      status.textContent = "";
      more.hidden = true;
      return true;
    }
    const began = performance.now();
    const patience = setTimeout(() => { if (!list.children.length) status.textContent = status.dataset.searching; }, SLOW);
    const opened = await open();
    const known = await withPeople(units);
    const { count, best } = ranked(known, opened, wanted, shown);
    const terms = new Set(known.flatMap((unit) => [...unit.words, ...unit.found.flat().flatMap(({ word }) => word.split(" "))]));
    const read = (numbers) => Promise.all(numbers.map((number) => card(opened, number)));
    const items = (cards) => cards.filter(Boolean).map((each) => item(each, terms));
    // Whoever asks for more of the same sees what is there until all of it is.
    const first = shown === PAGE ? FIRST : shown;
    // All are asked for at once, the first of them first.
    const [top, rest] = [read(best.slice(0, first)), read(best.slice(first))];
    const head = await top;
    clearTimeout(patience);
    if (mine !== turn) return false;
    list.replaceChildren(...items(head));
    status.textContent = count ? `${count} ${status.dataset.found}` : status.dataset.nothing;
    performance.measure("weekly-search-first", { start: began });
    const others = await rest;
    if (mine !== turn) return false;
    list.append(...items(others));
    more.hidden = count <= shown;
    performance.measure("weekly-search", { start: began });
    return true;
  }

  // The address says what is searched: while one types it changes, and a search that is over stays behind it.
  function address() {
    const said = new URLSearchParams(Object.entries(wish()).filter(([, value]) => value)).toString();
    return `${location.pathname}${said ? `?${said}` : ""}`;
  }

  let typing = false;
  function note(still) {
    if (address() !== `${location.pathname}${location.search}`) {
      try { history[typing ? "replaceState" : "pushState"](null, "", address()); } catch { /* a browser that has none for files */ }
    }
    typing = still;
  }

  // The address follows what is shown: a browser that is told another one first loads nothing for many milliseconds.
  async function search(still) {
    if (await show()) note(still);
  }

  function read() {
    const said = new URLSearchParams(location.search);
    input.value = said.get("q") || "";
    for (const name of filters) form.elements[name].value = said.get(name) || "";
    typing = false;
    show();
  }

  // While it is waited whether more is typed, what the query needs of the index is loaded already.
  let timer = 0;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      withPeople(asked(input.value));
      timer = setTimeout(() => search(true), PAUSE / 2);
    }, PAUSE / 2);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    search(false);
  });
  for (const name of filters) form.elements[name].addEventListener("change", () => { typing = false; search(false); });
  more.addEventListener("click", () => {
    const shown = list.children.length;
    show(shown + PAGE).then(() => list.children[shown]?.querySelector("a").focus());
  });
  window.addEventListener("popstate", read);
  window.addEventListener("keydown", (event) => {
    const links = [...list.querySelectorAll("a")];
    const here = links.indexOf(document.activeElement);
    const free = !/^(?:input|select|textarea)$/iu.test(document.activeElement.tagName);
    if (event.key === "/" && free && !event.ctrlKey && !event.metaKey) {
      input.focus();
      input.select();
    } else if (event.key === "ArrowDown" && (here >= 0 || document.activeElement === input)) {
      links[Math.min(here + 1, links.length - 1)]?.focus();
    } else if (event.key === "ArrowUp" && here >= 0) {
      (links[here - 1] || input).focus();
    } else {
      return;
    }
    event.preventDefault();
  });

  open();
  read();
})();

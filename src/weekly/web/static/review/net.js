// Requests to our own server, the line that screen readers hear, and the line that everybody sees.

const data = document.body.dataset;
export const { week, editor } = data;
export const base = `/review/${week}`;

// The version of the decisions that this page shows.
export const news = { version: data.version };

export const address = (rest, query = {}) => {
  const asked = new URLSearchParams(Object.entries(query).filter(([, value]) => value));
  return base + rest + (asked.size ? `?${asked}` : "");
};

const json = { Accept: "application/json" };

export const post = async (rest, fields, signal) => {
  const body = new URLSearchParams(fields);
  if (!body.has("since")) body.set("since", news.version);
  const answer = await fetch(address(rest), { method: "POST", headers: json, body, signal });
  const told = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(told.error ?? answer.statusText), { told, status: answer.status });
  return told;
};

// The status of the answer matters to whoever saves: 409 is a conflict, nothing at all is offline.
export const put = async (path, version, fields, more = {}) => {
  const headers = { ...json, "Content-Type": "application/json", "If-Match": `"${version}"` };
  const answer = await fetch(path, { method: "PUT", headers, body: JSON.stringify(fields), ...more });
  const type = answer.headers.get("Content-Type") ?? "";
  return { status: answer.status, told: type.includes("json") ? await answer.json() : {} };
};

export const page = async (rest, query, signal) => {
  const answer = await fetch(address(rest, query), { signal });
  return { ok: answer.ok, status: answer.status, text: await answer.text() };
};

export const say = (text) => {
  const live = document.querySelector("[data-live]");
  if (live) live.textContent = text;
};

// What went wrong stands where everybody sees it until it is put away; *about* names one that ends by itself.
export const complain = (text, about = "") => {
  const place = document.querySelector("[data-alert]");
  if (!text && place.dataset.about !== about) return;
  if (about && !place.hidden && !place.dataset.about) return; // what was not stored is read first
  place.dataset.about = about;
  place.hidden = !text;
  document.querySelector("[data-alert-text]").textContent = text;
};

// As a part of this page, not of one without scripts: what stands in <noscript> stays text.
export const put_html = (place, html) => {
  place.innerHTML = html;
};

export const $ = (query, within = document) => within.querySelector(query);
export const $$ = (query, within = document) => [...within.querySelectorAll(query)];

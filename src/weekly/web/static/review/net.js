// Requests to our own server, and the one line that screen readers hear.

export const week = document.body.dataset.week;
export const base = `/review/${week}`;

export const address = (rest, query = {}) => {
  const asked = new URLSearchParams(Object.entries(query).filter(([, value]) => value));
  return base + rest + (asked.size ? `?${asked}` : "");
};

const json = { Accept: "application/json" };

export const ask = async (rest, query) => {
  const answer = await fetch(address(rest, query), { headers: json });
  if (!answer.ok) throw new Error((await answer.json()).error ?? answer.statusText);
  return answer.json();
};

export const post = async (rest, fields) => {
  const answer = await fetch(address(rest), { method: "POST", headers: json, body: new URLSearchParams(fields) });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.error ?? answer.statusText);
  return told;
};

// The status of the answer matters to whoever saves: 409 is a conflict, nothing at all is offline.
export const put = async (path, version, fields) => {
  const headers = { ...json, "Content-Type": "application/json", "If-Match": `"${version}"` };
  const answer = await fetch(path, { method: "PUT", headers, body: JSON.stringify(fields) });
  const type = answer.headers.get("Content-Type") ?? "";
  return { status: answer.status, told: type.includes("json") ? await answer.json() : {} };
};

export const page = async (rest, query) => {
  const answer = await fetch(address(rest, query));
  return { ok: answer.ok, text: await answer.text() };
};

export const say = (text) => {
  const live = document.querySelector("[data-live]");
  if (live) live.textContent = text;
};

export const put_html = (place, html) => {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  place.replaceChildren(...parsed.body.childNodes);
};

export const $ = (query, within = document) => within.querySelector(query);
export const $$ = (query, within = document) => [...within.querySelectorAll(query)];

// Two texts word by word, as elements: what only the first says, what only the second says.

const MOST = 600; // words of the part that differs; beyond it the texts are shown whole

const split = (text) => text.match(/[\u3400-\u9fff]|\s+|[^\s\u3400-\u9fff]+/g) ?? [];

const piece = (kind, text) => {
  const made = document.createElement(kind);
  made.textContent = text;
  return made;
};

export const words = (before, after) => {
  const old = split(before);
  const now = split(after);
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start += 1;
  let end = 0;
  while (end < old.length - start && end < now.length - start && old.at(-1 - end) === now.at(-1 - end)) end += 1;
  const head = old.slice(0, start).join("");
  const tail = end ? old.slice(-end).join("") : "";
  return [head, ...middle(old.slice(start, old.length - end), now.slice(start, now.length - end)), tail];
};

const middle = (old, now) => {
  if (old.length > MOST || now.length > MOST) return [piece("del", old.join("")), piece("ins", now.join(""))];
  const longest = Array.from({ length: old.length + 1 }, () => new Uint16Array(now.length + 1));
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      longest[i][j] = old[i] === now[j] ? longest[i + 1][j + 1] + 1 : Math.max(longest[i + 1][j], longest[i][j + 1]);
    }
  }
  const parts = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      parts.push(old[i]);
      i += 1;
      j += 1;
    } else if (j >= now.length || (i < old.length && longest[i + 1][j] >= longest[i][j + 1])) {
      parts.push(piece("del", old[i]));
      i += 1;
    } else {
      parts.push(piece("ins", now[j]));
      j += 1;
    }
  }
  return parts;
};

// Damaged copies of a file: bytes flipped, cut, doubled or replaced, and values, names and cells changed if the text
// still parses, which finds what a reader says of a field, not only what a parser says of a byte.

/** Values at which readers break. */
const WRONG = [null, true, -1, 0, 1e300, 1.5, "", " ", "x", "9999-12-31", "2026-02-30", "-1e400", "\u202e", "__proto__", [], {}, [[]], { a: 1 }]; // oxfmt-ignore
const CELLS = ["", "x", "-1", "1e999", "NaN", "1,5", '"', "2026-02-30", "9999-12-31", "=cmd|", "\u0000"];

const pick = (list, random) => list[Math.floor(random() * list.length)];

/** @param options  `extension` as `.jsonl`, `random` a source of numbers from 0 to 1 */
export function damaged(whole, { extension, random }) {
  if (random() < 0.3) return bytes(whole, random);
  const text = whole.toString("utf8");
  switch (extension) {
    case ".jsonl":
      return inLines(text, random, (line) => JSON.stringify(changed(JSON.parse(line), random)));
    case ".json":
      return Buffer.from(JSON.stringify(changed(JSON.parse(text), random)));
    case ".csv":
      return inLines(text, random, (line) => cells(line, random));
    case ".yaml":
      return inLines(text, random, (line) => yamlLine(line, random));
    default:
      return bytes(whole, random);
  }
}

function bytes(whole, random) {
  const start = Math.floor(random() * whole.length);
  const end = Math.min(whole.length, start + 1 + Math.floor(random() ** 3 * 200));
  const [before, part, after] = [whole.subarray(0, start), whole.subarray(start, end), whole.subarray(end)];
  const token = Buffer.from(
    String(pick([...WRONG.filter((each) => typeof each === "string"), "{", "]", ",", "\n", "\0", "&a *a"], random)),
  );
  return Buffer.concat(
    pick(
      [
        [before, after],
        [before, part, part, after],
        [before],
        [before, token, after],
        [before, token, part, after],
        [],
      ],
      random,
    ),
  );
}

function inLines(text, random, change) {
  const lines = text.split("\n");
  const times = 1 + Math.floor(random() * 3);
  for (let time = 0; time < times; time++) {
    const index = random() < 0.4 ? 0 : Math.floor(random() * lines.length);
    if (lines[index].trim() !== "") lines[index] = tryOr(change, lines[index]);
  }
  return Buffer.from(lines.join("\n"));
}

function tryOr(change, line) {
  try {
    return change(line);
  } catch {
    return line; // changed before into something that no longer parses
  }
}

/** A copy in which one value is wrong, one name is misspelt, or one entry is gone. */
function changed(value, random) {
  if (value === null || typeof value !== "object" || random() < 0.15) return pick(WRONG, random);
  const keys = Object.keys(value);
  if (keys.length === 0) return pick(WRONG, random);
  const key = pick(keys, random);
  const copy = Array.isArray(value) ? [...value] : { ...value };
  const how = random();
  if (how < 0.6) copy[key] = changed(value[key], random);
  else if (how < 0.8) delete copy[key];
  else if (!Array.isArray(copy)) {
    copy[`${key}s`] = copy[key];
    delete copy[key];
  } else copy.push(pick(WRONG, random));
  return Array.isArray(copy) ? copy.filter((each) => each !== undefined) : copy;
}

function cells(line, random) {
  const parts = line.split(",");
  const index = Math.floor(random() * parts.length);
  if (random() < 0.15) parts.splice(index, 1);
  else parts[index] = pick(CELLS, random);
  return parts.join(",");
}

function yamlLine(line, random) {
  const found = /^(\s*(?:- )?)([\w.]+)(:\s*)(.*)$/.exec(line);
  if (found === null || line.trim().startsWith("#")) return line;
  const [, indent, key, colon, value] = found;
  const how = random();
  if (how < 0.2) return `${indent}${key}s${colon}${value}`;
  if (how < 0.3) return "";
  return `${indent}${key}${colon}${JSON.stringify(pick(WRONG, random))}`;
}

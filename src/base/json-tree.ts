/** A value in JSON text: its range, and the values inside it. */
export type JsonNode = {
  start: number;
  /** Offset after its last character. */
  end: number;
} & (
  | { kind: "scalar" }
  | { kind: "list"; items: readonly JsonNode[] }
  | { kind: "object"; members: ReadonlyMap<string, JsonNode> }
);

/** Finds the range of each value of a JSON text. The text must be valid, without duplicate keys; recursive. */
export function jsonTree(text: string): JsonNode {
  return nodeAt(text, spaceEnd(text, 0));
}

function nodeAt(text: string, start: number): JsonNode {
  const first = text[start];
  if (first === "[") return listAt(text, start);
  if (first === "{") return objectAt(text, start);
  if (first === '"') return { kind: "scalar", start, end: stringEnd(text, start) };
  let end = start + 1;
  while (end < text.length && !SCALAR_END.has(text.charCodeAt(end))) end += 1;
  return { kind: "scalar", start, end };
}

/** Space, tab, line feed, carriage return, comma, and closing brackets. */
const SCALAR_END: ReadonlySet<number> = new Set([0x20, 9, 10, 13, 0x2c, 0x5d, 0x7d]);

function listAt(text: string, start: number): JsonNode {
  const items: JsonNode[] = [];
  let index = spaceEnd(text, start + 1);
  while (text[index] !== "]") {
    const item = nodeAt(text, index);
    items.push(item);
    index = spaceEnd(text, item.end);
    if (text[index] === ",") index = spaceEnd(text, index + 1);
  }
  return { kind: "list", start, end: index + 1, items };
}

function objectAt(text: string, start: number): JsonNode {
  const members = new Map<string, JsonNode>();
  let index = spaceEnd(text, start + 1);
  while (text[index] !== "}") {
    const nameEnd = stringEnd(text, index);
    const name = JSON.parse(text.slice(index, nameEnd)) as string;
    const member = nodeAt(text, spaceEnd(text, spaceEnd(text, nameEnd) + 1));
    members.set(name, member);
    index = spaceEnd(text, member.end);
    if (text[index] === ",") index = spaceEnd(text, index + 1);
  }
  return { kind: "object", start, end: index + 1, members };
}

function spaceEnd(text: string, from: number): number {
  let index = from;
  for (;;) {
    const code = text.charCodeAt(index);
    if (code !== 0x20 && code !== 10 && code !== 13 && code !== 9) return index;
    index += 1;
  }
}

/** The offset after the quote that closes the string opened at `start`. */
function stringEnd(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    if (end === -1) throw new SyntaxError("a string in JSON text is not closed");
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === 0x5c) slashes += 1;
    if (slashes % 2 === 0) return end + 1;
  }
}

/** True if a double can represent the JSON number: no digit of an integer is lost, and a fraction stays finite. */
export function fitsDouble(number: string): boolean {
  const value = Number(number);
  if (!Number.isFinite(value)) return false;
  return !/^-?\d{16,400}$/.test(number) || BigInt(number) === BigInt(value);
}

/** True for an object with named values: neither null nor a list. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

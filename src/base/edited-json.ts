import { type Node, parseTree } from "jsonc-parser";

import { fitsDouble } from "./json-values.ts";

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

/** Finds the place of each value in JSON text, which must be valid and without duplicate keys. */
export function jsonTree(text: string): JsonNode {
  return nodeOf(parseTree(text)!);
}

function nodeOf({ type, offset: start, length, children = [] }: Node): JsonNode {
  const range = { start, end: start + length };
  if (type === "array") return { ...range, kind: "list", items: children.map(nodeOf) };
  if (type !== "object") return { ...range, kind: "scalar" };
  const members = children.map(({ children: property }) => {
    const [name, value] = property as [Node, Node];
    return [name.value as string, nodeOf(value)] as const;
  });
  return { ...range, kind: "object", members: new Map(members) };
}

/**
 * JSON text of a value that was parsed from `text` and then changed: unchanged parts stay as they are written there,
 * including spaces, escapes and the digits of numbers. Members that were added at the end come last; an object that
 * lost a member or was rearranged is written as by `rebuiltJson`.
 *
 * A number that cannot be represented as a double is a string of its digits in the value (`exactNumbers`), and remains
 * a number in the text.
 */
export function editedJson(text: string, value: unknown): string {
  const tree = jsonTree(text);
  return text.slice(0, tree.start) + edited(text, tree, { value, name: "" }) + text.slice(tree.end);
}

/** @param name  name of the member with this value */
function edited(text: string, node: JsonNode, { value, name }: { value: unknown; name: string }): string {
  const anew = (): string => rebuilt(text, placesIn(text), { value, name, node });
  if (value === null || typeof value !== "object") {
    return isScalar(text, node, value) ? text.slice(node.start, node.end) : JSON.stringify(value);
  }
  if (Array.isArray(value)) {
    if (node.kind !== "list" || node.items.length !== value.length) return anew();
    return spliced(
      text,
      node,
      node.items.map((item, index) => [item, edited(text, item, { value: value[index] ?? null, name })]),
    );
  }
  if (node.kind !== "object") return anew();
  const old = node.members;
  const members = Object.entries(value).filter(([, inner]) => inner !== undefined);
  const [before, added] = [new Map<string, unknown>(members.slice(0, old.size)), members.slice(old.size)];
  if (before.size < old.size || [...before.keys()].some((key) => !old.has(key))) return anew();
  const same = spliced(
    text,
    node,
    [...old].map(([key, member]) => [member, edited(text, member, { value: before.get(key), name: key })]),
  );
  if (added.length === 0) return same;
  const more = added.map(([key, inner]) => `${JSON.stringify(key)}:${JSON.stringify(inner)}`);
  return `${same.slice(0, -1).trimEnd()}${old.size === 0 ? "" : ","}${more.join(",")}}`;
}

/** The text of a node in which the texts of some inner nodes are replaced. */
function spliced(text: string, node: JsonNode, inner: readonly (readonly [JsonNode, string])[]): string {
  const parts: string[] = [];
  let from = node.start;
  for (const [{ start, end }, written] of inner) {
    parts.push(text.slice(from, start), written);
    from = end;
  }
  parts.push(text.slice(from, node.end));
  return parts.join("");
}

/** True if a scalar equals the value of a node. */
function isScalar(text: string, node: JsonNode, value: unknown): boolean {
  if (node.kind !== "scalar") return false;
  const first = text.charCodeAt(node.start);
  const written = text.slice(node.start, node.end);
  if (typeof value === "string") {
    return first === 0x22 ? JSON.parse(written) === value : value === written && !fitsDouble(written);
  }
  if (typeof value === "number") return first !== 0x22 && Number(written) === value;
  return written === String(value);
}

/** True if the text may contain a number that `JSON.stringify` would write differently. */
const UNUSUAL = /\d[.eE]|\d{16}|-0/;

/**
 * JSON text of a value that was built from parts of the value parsed from `text`: without spaces, in the value's order.
 * A number is written with the digits that it has in the text, in a member of the same name.
 */
export function rebuiltJson(text: string, value: unknown): string {
  return UNUSUAL.test(text) ? rebuilt(text, placesIn(text), { value, name: "" }) : JSON.stringify(value);
}

/** All nodes by member name, in the order of the text. */
type Places = ReadonlyMap<string, readonly JsonNode[]>;

function placesIn(text: string): Places {
  const places = new Map<string, JsonNode[]>();
  const walk = (node: JsonNode, name: string): void => {
    const known = places.get(name);
    if (known === undefined) places.set(name, [node]);
    else known.push(node);
    if (node.kind === "list") for (const item of node.items) walk(item, name);
    if (node.kind === "object") for (const [inner, member] of node.members) walk(member, inner);
  };
  walk(jsonTree(text), "");
  return places;
}

function rebuilt(
  text: string,
  places: Places,
  { value, name, node }: { value: unknown; name: string; node?: JsonNode | undefined },
): string {
  if (typeof value === "number" || (typeof value === "string" && NUMBER.test(value))) {
    const isSame = (place: JsonNode): boolean => isScalar(text, place, value);
    const found = node !== undefined && isSame(node) ? node : places.get(name)?.find(isSame);
    return found === undefined ? JSON.stringify(value) : text.slice(found.start, found.end);
  }
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const before = node ?? places.get(name)?.find((place) => isEqual(text, place, value));
  if (Array.isArray(value)) {
    const items = before?.kind === "list" && before.items.length === value.length ? before.items : undefined;
    return `[${value.map((item, index) => rebuilt(text, places, { value: item ?? null, name, node: items?.[index] })).join(",")}]`;
  }
  const members = before?.kind === "object" ? before.members : undefined;
  const written = Object.entries(value).flatMap(([key, inner]) =>
    inner === undefined
      ? []
      : [`${JSON.stringify(key)}:${rebuilt(text, places, { value: inner, name: key, node: members?.get(key) })}`],
  );
  return `{${written.join(",")}}`;
}

/** A number as text, as produced by `exactNumbers`. */
const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** True if a value equals the value of a node. */
function isEqual(text: string, node: JsonNode, value: unknown): boolean {
  if (value === null || typeof value !== "object") return isScalar(text, node, value);
  if (Array.isArray(value)) {
    return (
      node.kind === "list" &&
      node.items.length === value.length &&
      node.items.every((item, index) => isEqual(text, item, value[index]))
    );
  }
  const entries = Object.entries(value);
  return (
    node.kind === "object" &&
    node.members.size === entries.length &&
    entries.every(([name, inner]) => {
      const member = node.members.get(name);
      return member !== undefined && isEqual(text, member, inner);
    })
  );
}

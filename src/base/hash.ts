import { hash } from "node:crypto";

/** SHA-256 of bytes or UTF-8 text, as 64 hex digits. */
export function sha256(content: string | Uint8Array): string {
  return hash("sha256", content);
}

/**
 * FNV-1a over UTF-16 code units, 32 bits, unsigned. Not cryptographic; for hash tables and random streams.
 *
 * @param seed  changes the offset basis; default: the published one
 * @source Fowler, Noll, Vo: FNV-1a, offset basis 2166136261, prime 16777619
 */
export function fnv1a(text: string, seed = 0): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}

/** FNV-1a with its bits mixed, 31 bits: its lowest bits are as even as the others. */
export function mixedHash(text: string, seed = 0): number {
  let hash = fnv1a(text, seed);
  hash ^= hash >>> 15;
  return (Math.imul(hash, 0x2c1b3c6d) >>> 1) >>> 0;
}

/** JSON with the object keys sorted at every depth, so that equal values have equal text and equal hashes. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sortedKeys(value));
}

/** The value with its keys sorted at every depth; three times as fast as a replacer, which is called for every leaf. */
function sortedKeys(value: unknown): unknown {
  if (value === null || typeof value !== "object") return value;
  if ("toJSON" in value && typeof value.toJSON === "function") return sortedKeys(value.toJSON());
  if (Array.isArray(value)) return value.map(sortedKeys);
  const sorted: Record<string, unknown> = {};
  for (const key of Object.keys(value).toSorted()) sorted[key] = sortedKeys((value as Record<string, unknown>)[key]);
  return sorted;
}

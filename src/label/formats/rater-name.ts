import { sha256 } from "../../base/hash.ts";

/** Name of an external person as an account name; letters of an address are kept. */
export function raterName(text: string): string {
  const name = text
    .replaceAll(/[^\p{L}\p{N} ._-]/gu, "-")
    .replace(/^[^\p{L}\p{N}]+/u, "")
    .slice(0, 64)
    .trim();
  return name === "" ? "unknown" : name;
}

/** A UUID derived from a name, for formats that identify people by UUID. */
export function raterUuid(name: string): string {
  const hex = sha256(`rater ${name}`);
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    "-",
  );
}

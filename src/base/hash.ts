import { createHash } from "node:crypto";

/** SHA-256 of bytes or UTF-8 text, as 64 hex digits. */
export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** JSON with object keys sorted at every depth, so that equal values give equal text (and hash). */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, element: unknown) =>
    element !== null && typeof element === "object" && !Array.isArray(element)
      ? Object.fromEntries(Object.entries(element).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : element,
  );
}

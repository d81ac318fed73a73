import { createHash } from "node:crypto";

import type { KeyValue } from "../key-value.ts";

/** Tag of what was imported, with its source. */
export const SOURCE_TAG = "tunewright.import.source";

/** Tag of what was imported completely, with its content at that time. */
export const STATE_TAG = "tunewright.import.state";

/** End of the state of what was imported without its files. */
const NO_FILES = "-without-files";

/** Treatment of an item that may exist here. */
export type Step = "create" | "keep" | "replace" | "refuse";

/**
 * Decides the treatment of an item of the source. Like a merge that only goes forward: an item that was not changed here since it
 * was imported follows its source; one that was changed here only stays; one that was changed on both sides, or was made
 * here independently, is refused.
 *
 * @param source content at the source; `here`: content here, undefined if there is none; `base`: content at the last
 *   import, undefined if it was not imported
 */
export function nextStep({ source, here, base }: { source: string; here?: string; base?: string }): Step {
  if (here === undefined) return "create";
  if (here === source || base === source) return "keep";
  return here === base ? "replace" : "refuse";
}

/** Digest of content. */
export function contentDigest(content: unknown): string {
  return createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 32);
}

/** Value of the tag of the state. */
export function stateTag(digest: string, hasFiles: boolean): string {
  return hasFiles ? digest : `${digest}${NO_FILES}`;
}

/** The digest in the tag of the state, and whether the files were imported too. */
export function readState(tags: readonly KeyValue[]): { base: string | undefined; hasFiles: boolean } {
  const value = tags.find(({ key }) => key === STATE_TAG)?.value;
  return { base: value?.replace(NO_FILES, ""), hasFiles: value !== undefined && !value.endsWith(NO_FILES) };
}

/** Tags in the order of their keys, without those of imports. */
export function ownTags(tags: readonly KeyValue[]): KeyValue[] {
  return sortedPairs(tags.filter(({ key }) => key !== SOURCE_TAG && key !== STATE_TAG));
}

/** Pairs in the order of their keys; of a repeated key, the last. */
export function sortedPairs(pairs: readonly KeyValue[]): KeyValue[] {
  const last = new Map(pairs.map(({ key, value }) => [key, value]));
  return [...last].map(([key, value]) => ({ key, value })).toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

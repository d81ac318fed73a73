import { existsSync } from "node:fs";

import { readRedactionKey } from "../../../curate/pii/operators/redaction-key.ts";
import type { FrozenManifest } from "../../../domain/frozen.ts";
import { trafficKey } from "../traffic-folder.ts";

/** Rows to forget in frozen versions. */
export type ForgottenRows = {
  /** Requests by id: rows of queues. */
  ids: ReadonlySet<string>;
  /** Rows of replay sets, which hold no ids of requests: all given conditions must match; undefined for none. */
  replayed: { user: string | undefined; before: string | undefined } | undefined;
};

/** Pseudonym of a user under the key of the programme; undefined if no request was ever stored under a key. */
export function pseudonymOf(programmeDir: string, user: string): string | undefined {
  const path = trafficKey(programmeDir);
  if (!existsSync(path)) return undefined;
  return readRedactionKey(path, {})!.key.mac("user", user).toString("hex").slice(0, 16);
}

/** True if no row of a version can be forgotten, so that it need not be read. */
export function isSpared({ kind, month }: FrozenManifest, { ids, replayed }: ForgottenRows): boolean {
  if (kind !== "replay") return ids.size === 0;
  if (replayed === undefined) return true;
  return replayed.before !== undefined && (month === null || month >= replayed.before.slice(0, 7));
}

/**
 * True for a row that came from a queue of production requests and has one of the ids, and for a row of a replay set
 * that has the pseudonym of the user, or is of a month that ended before the day.
 */
export function isForgotten(line: Buffer, { kind }: FrozenManifest, { ids, replayed }: ForgottenRows): boolean {
  let row: { id?: unknown; source?: unknown; user?: unknown };
  try {
    row = JSON.parse(line.toString("utf8")) as typeof row;
  } catch {
    return false; // a version holds whole rows; one that was damaged is the matter of data verify
  }
  if (kind === "replay") return replayed !== undefined && (replayed.user === undefined || row.user === replayed.user);
  const { id, source } = row;
  return typeof id === "string" && ids.has(id) && typeof source === "string" && source.startsWith("watch:");
}

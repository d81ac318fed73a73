import { open } from "node:fs/promises";
import { join } from "node:path";

import { asWriteFailure } from "../../base/atomic-write.ts";
import { canonicalJson, sha256 } from "../../base/hash.ts";
import { readTextIfAny } from "../../base/read-text.ts";
import type { Deletion } from "../../domain/deletion-record.ts";
import { withFileLock } from "../../remote/run-lock.ts";
import { chainedLines, chainHead } from "./chained-lines.ts";

/** File of a programme folder with its deletions, oldest first. */
export const DELETIONS_FILE = "deletions.jsonl";

/** Maximum number of places in a record. */
const MOST_PLACES = 1_000;

/** Maximum time to wait for another process that records a deletion, seconds. */
const WAIT_SEC = 60;

/** A deletion as its command reports it; `identifiers` go into the record as a hash only. */
export type CompletedDeletion = Pick<Deletion, "command" | "what" | "where"> & {
  identifiers: readonly string[];
  notReached?: readonly string[] | undefined;
};

/**
 * Appends a deletion to the record of the programme, which is evidence that data was deleted.
 *
 * @throws Failure outside if it cannot be written
 */
export async function recordDeletion(dir: string, deletion: CompletedDeletion, now: Date): Promise<void> {
  const { command, what, where, identifiers, notReached = [] } = deletion;
  const record: Deletion = {
    at: now.toISOString(),
    command,
    what,
    where: where.slice(0, MOST_PLACES),
    identifiersSha256: sha256(canonicalJson(identifiers.toSorted())),
    notReached: [...notReached],
  };
  const path = join(dir, DELETIONS_FILE);
  await withFileLock(path, WAIT_SEC, async () => {
    const before = (await readDeletions(dir)) ?? "";
    const { lines } = chainedLines([record], chainHead(before));
    const isTorn = before !== "" && !before.endsWith("\n");
    try {
      const file = await open(path, "a");
      try {
        await file.write(isTorn ? `\n${lines}` : lines);
        await file.sync();
      } finally {
        await file.close();
      }
    } catch (error) {
      throw asWriteFailure(error, path);
    }
  });
}

/** Text of the record of deletions; null if nothing was deleted. */
export async function readDeletions(dir: string): Promise<string | null> {
  return readTextIfAny(join(dir, DELETIONS_FILE), { shown: DELETIONS_FILE });
}

import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { isSystemError } from "../../base/failure.ts";
import { sha256 } from "../../base/hash.ts";
import { readTextIfAny } from "../../base/read-text.ts";
import { AccessLine, type AccessLogSummary } from "../../domain/access-log.ts";
import { checkChain } from "../folder/chained-lines.ts";

/** Folder of the access log in the state. */
export const ACCESS_FOLDER = "access";
/** Current file of the access log; older ones have a number. */
export const ACCESS_FILE = "access.jsonl";

/** Older files of an access log, oldest first. */
export async function olderAccessFiles(dataDir: string): Promise<string[]> {
  try {
    const names = await readdir(join(dataDir, ACCESS_FOLDER));
    return names.filter((name) => /^access-\d{6}\.jsonl$/.test(name)).toSorted();
  } catch (error) {
    if (isSystemError(error) && error.code === "ENOENT") return [];
    throw error;
  }
}

/**
 * Summary of the access log in a data folder: counts, the hash of each file, and whether each line still follows the
 * line before it, across files. The server may be writing: an incomplete last line is not a problem.
 */
export async function accessLogSummary(dataDir: string): Promise<AccessLogSummary> {
  const sum: AccessLogSummary = {
    files: [],
    from: null,
    until: null,
    requests: 0,
    named: 0,
    accounts: 0,
    refused: 0,
    head: null,
    removed: 0,
    lost: 0,
    incomplete: 0,
    problems: [],
  };
  const accounts = new Set<string>();
  for (const name of [...(await olderAccessFiles(dataDir)), ACCESS_FILE]) {
    const text = await readTextIfAny(join(dataDir, ACCESS_FOLDER, name));
    if (text === null) continue;
    const whole = name === ACCESS_FILE ? text.slice(0, text.lastIndexOf("\n") + 1) : text;
    const { values, head, begins, incomplete, problems } = checkChain(whole);
    if (values.length === 0) continue;
    if (sum.files.length > 0 && begins !== sum.head) sum.problems.push(`${name} does not follow the file before it`);
    sum.problems.push(...problems.map((problem) => `${name}, ${problem}`));
    sum.files.push({ name, lines: values.length, sha256: sha256(whole) });
    sum.incomplete += incomplete;
    sum.head = head;
    for (const value of values) add(value, { sum, accounts });
  }
  return { ...sum, accounts: accounts.size };
}

function add(
  value: Record<string, unknown>,
  { sum, accounts }: { sum: AccessLogSummary; accounts: Set<string> },
): void {
  const line = AccessLine.safeParse(value).data;
  if (line === undefined) {
    if (typeof value["removed"] === "string") sum.removed += 1;
    if (typeof value["lost"] === "number") sum.lost += value["lost"];
    return;
  }
  const { at, until, by, status, count } = line;
  sum.from = sum.from === null || at < sum.from ? at : sum.from;
  sum.until = sum.until === null || until > sum.until ? until : sum.until;
  sum.requests += count;
  if (by !== null) sum.named += count;
  if (by !== null && by !== "owner" && !by.startsWith("run ")) accounts.add(by);
  if ([401, 403, 429].includes(status)) sum.refused += count;
}

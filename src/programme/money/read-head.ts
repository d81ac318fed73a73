import { resolve } from "node:path";

import { Failure } from "../../base/failure.ts";
import { readText } from "../../base/read-text.ts";
import { LedgerHead } from "../../domain/ledger.ts";
import { taggedHead } from "./keep-head.ts";

/**
 * Reads a stored head: a file with the JSON that `ledger head` or `ledger verify` printed, or `git:TAG`.
 *
 * @throws Failure not_found; bad_input if it is not a head
 */
export async function readHead(dir: string, word: string): Promise<LedgerHead> {
  const isTag = word.startsWith("git:");
  const path = isTag ? word : resolve(dir, word);
  const text = isTag ? await taggedHead(dir, word.slice("git:".length)) : await readText(path);
  try {
    const { size, hash, root } = JSON.parse(text) as LedgerHead;
    return LedgerHead.parse({ size, hash, root });
  } catch (error) {
    throw new Failure("bad_input", `${path} is not the head of a ledger`, {
      hint: "tunewright ledger verify --json > head.json writes one",
      cause: error,
    });
  }
}

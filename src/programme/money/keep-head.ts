import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

import { atomicWrite } from "../../base/atomic-write.ts";
import { Failure } from "../../base/failure.ts";
import { readText } from "../../base/read-text.ts";
import { LedgerHead } from "../../domain/ledger.ts";
import type { MonthPack } from "../../domain/money-accounts.ts";
import { currentHead } from "../../ledger/leaves.ts";
import type { Store } from "../../store/open-store.ts";

const run = promisify(execFile);

/** The current head of the ledger, unchecked; `ledger verify` checks it. */
export function ledgerHead({ db }: Pick<Store, "db">): Promise<LedgerHead> {
  return currentHead(db);
}

/** Writes the files of a month to a folder. */
export async function writePack(folder: string, { files }: MonthPack): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { name, content } of files) await atomicWrite(join(folder, name), content);
}

/**
 * Stores a head as an annotated tag of the git repository of a folder, so that every clone has it.
 *
 * @throws Failure outside if git refuses
 */
export async function tagHead(dir: string, tag: string, { size, hash, root }: LedgerHead): Promise<void> {
  try {
    // "--": a name that starts with a dash is not an option
    await run("git", ["tag", "-a", "-m", JSON.stringify({ size, hash, root }), "--", tag], { cwd: dir });
  } catch (error) {
    throw new Failure("outside", `git could not create the tag ${tag}: ${reasonOf(error)}`, {
      hint: "run it inside a git repository, with a tag that does not exist yet",
      cause: error,
    });
  }
}

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

/** The text of the head stored in a git tag. @throws Failure outside */
async function taggedHead(dir: string, tag: string): Promise<string> {
  try {
    const { stdout } = await run("git", ["tag", "-l", "--format=%(contents)", "--", tag], { cwd: dir });
    return stdout;
  } catch (error) {
    throw new Failure("outside", `git cannot read the tag ${tag}: ${reasonOf(error)}`, { cause: error });
  }
}

function reasonOf(error: unknown): string {
  const { stderr } = error as { stderr?: unknown };
  const text =
    typeof stderr === "string" && stderr.trim() !== "" ? stderr : error instanceof Error ? error.message : "";
  return text.trim().split("\n")[0]!;
}

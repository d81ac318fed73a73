import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { Failure } from "../../base/failure.ts";
import type { LedgerHead } from "../../domain/ledger.ts";

const run = promisify(execFile);

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

/** The text of the head stored in a git tag. @throws Failure outside */
export async function taggedHead(dir: string, tag: string): Promise<string> {
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

import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { isAbsolute } from "node:path";
import { promisify } from "node:util";

import { Failure } from "../../base/failure.ts";
import type { AnsweredItem } from "../../evaluate/run/score-items.ts";
import { codeProgram } from "../../evaluate/score/code-answer.ts";
import type { ReadyScorer } from "../../evaluate/score/score-answer.ts";
import { scored, type Verdict } from "../../evaluate/score/verdict.ts";
import { requireSandbox, runSandboxed, SANDBOX_LIMITS, type SandboxLimits } from "../../sandbox/run-sandboxed.ts";

type CodeScorer = Extract<ReadyScorer, { kind: "code" }>;

/** Folders of the system's interpreter; the first one on the PATH may be in a folder that only its owner can read. */
const SYSTEM_FOLDERS = ["/usr/bin", "/usr/local/bin"];

/** Runs the code of all answers of a target; the verdicts for each item and each of its answers. */
export type CodeRunner = (
  answered: readonly AnsweredItem[],
  onProgress: (fraction: number) => void,
) => Promise<NonNullable<AnsweredItem["ran"]>[]>;

/**
 * Prepares to run the code of answers with the tests of their items, one after another, in the sandbox: correct if it
 * ends with status 0, wrong if it ends otherwise or not in time.
 *
 * @param isUnsafe without the sandbox, as this account
 * @returns undefined if no scorer runs code
 * @throws Failure outside if the sandbox is not available, bad_input if an interpreter does not run
 */
export async function codeRunner(scorers: readonly ReadyScorer[], isUnsafe: boolean): Promise<CodeRunner | undefined> {
  const running = scorers.filter((scorer): scorer is CodeScorer => scorer.kind === "code");
  if (running.length === 0) return undefined;
  if (!isUnsafe) await requireSandbox();
  const ready = await Promise.all(
    running.map(async (scorer) => ({ scorer, ...(await pythonAt(scorer.python, "the scorer code")) })),
  );
  return async (answered, onProgress) => {
    const ran: Map<string, Verdict>[][] = [];
    for (const [done, { item, answers }] of answered.entries()) {
      const verdicts = answers.map(() => new Map<string, Verdict>());
      for (const [index, answer] of answers.entries()) {
        for (const { scorer, path, folders } of ready) {
          const program = "error" in answer ? undefined : codeProgram(scorer, answer.text, item);
          if (program === undefined) continue;
          const done = randomUUID(); // printed after the tests: ending early with status 0 does not pass
          const files = { "answer.py": `${program}\nprint("\\n${done}")\n` };
          const command = [path, "-I", "answer.py"] as const;
          const { exit, stdout } = await runSandboxed(
            { command, files, folders },
            { limits: limitsOf(scorer), isUnsafe },
          );
          verdicts[index]!.set(scorer.label, scored(exit === 0 && stdout.endsWith(`\n${done}\n`)));
        }
      }
      ran.push(verdicts);
      onProgress((done + 1) / answered.length);
    }
    return ran;
  };
}

function limitsOf({ seconds, memoryMib }: CodeScorer): SandboxLimits {
  return {
    ...SANDBOX_LIMITS,
    wallSeconds: seconds,
    cpuSeconds: Math.ceil(seconds),
    memoryBytes: memoryMib * 2 ** 20,
  };
}

/**
 * An interpreter and the folders that it reads.
 *
 * @param place the setting that names it, for the message
 * @throws Failure bad_input if it does not run
 */
export async function pythonAt(named: string, place: string): Promise<{ path: string; folders: string[] }> {
  const path = isAbsolute(named)
    ? named
    : (SYSTEM_FOLDERS.map((folder) => `${folder}/${named}`).find((place) => existsSync(place)) ?? named);
  try {
    const { stdout } = await promisify(execFile)(path, [
      "-I",
      "-c",
      "import sys; print(sys.executable); print(sys.prefix); print(sys.base_prefix)",
    ]);
    const [executable = path, ...folders] = stdout.trim().split("\n");
    return { path: executable, folders: [...new Set(folders)].filter((folder) => !folder.startsWith("/usr")) };
  } catch (error) {
    throw new Failure(
      "bad_input",
      `cannot run the interpreter ${named} named in ${place}: ${(error as Error).message.split("\n")[0]}`,
      {
        hint: "install Python, or set python to the path of an interpreter that every account can execute",
      },
    );
  }
}

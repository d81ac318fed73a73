import { randomUUID } from "node:crypto";

import { rowTurns } from "../../curate/quality/row-turns.ts";
import { pythonIn } from "../../evaluate/score/code-answer.ts";
import { requireSandbox, runSandboxed, SANDBOX_LIMITS } from "../../sandbox/run-sandboxed.ts";
import { pythonAt } from "../evaluate/run-code.ts";
import type { Candidate, CheckOutcome, FailedCandidate } from "./candidate.ts";
import type { LoadedSynthesis } from "./load-synthesis.ts";

/** Maximum number of characters of an error that are kept. */
const SHOWN = 300;

/**
 * Runs the Python code of answers in the sandbox, the blocks of one answer as one program. If a program does not end in
 * time with status 0, its row is dropped; whether it computes the requested result is left to tests or a judge.
 *
 * @throws Failure outside if the kernel does not support the sandbox; bad_input if the interpreter does not run
 */
export async function checkExecution(
  candidates: readonly Candidate[],
  { definition }: Pick<LoadedSynthesis, "definition">,
  onProgress: (fraction: number) => void,
): Promise<CheckOutcome> {
  const { execution } = definition.checks;
  if (execution === undefined) return { kept: [...candidates], dropped: [] };
  await requireSandbox();
  const { path, folders } = await pythonAt(execution.python, "checks.execution");
  const limits = {
    ...SANDBOX_LIMITS,
    wallSeconds: execution.seconds,
    cpuSeconds: Math.ceil(execution.seconds),
    memoryBytes: execution.memoryMib * 2 ** 20,
  };
  const outcome: { kept: Candidate[]; dropped: FailedCandidate[] } = { kept: [], dropped: [] };
  for (const [done, candidate] of candidates.entries()) {
    const program = programIn(candidate);
    if (program === "") {
      if (!execution.required) outcome.kept.push(candidate);
      else outcome.dropped.push({ candidate, reason: "no-code", detail: "the answer has no block of Python" });
      continue;
    }
    const end = randomUUID(); // printed last: a program that leaves early with status 0 does not pass
    const files = { "answer.py": `${program}\nprint("\\n${end}")\n` };
    const ran = await runSandboxed({ command: [path, "-I", "answer.py"], files, folders }, { limits, isUnsafe: false });
    if (ran.exit === 0 && ran.stdout.endsWith(`\n${end}\n`)) outcome.kept.push(candidate);
    else {
      const said = ran.stderr.trim().split("\n").at(-1)?.slice(0, SHOWN) ?? "";
      const reason = ran.stopped === "time" ? "too-slow" : "does-not-run";
      outcome.dropped.push({ candidate, reason, detail: said === "" ? `it ended with status ${ran.exit}` : said });
    }
    onProgress((done + 1) / candidates.length);
  }
  return outcome;
}

function programIn({ row }: Candidate): string {
  const turns = rowTurns(row.fields, undefined);
  return "problem" in turns ? "" : turns.answers.flatMap((answer) => pythonIn(answer)).join("\n");
}

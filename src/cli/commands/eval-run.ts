import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import type { EvaluationResult } from "../../domain/evaluation-result.ts";
import { EvaluationRun } from "../../domain/evaluation-run.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  name: z.string().min(1).describe("Name of the evaluation: eval/NAME.yaml"),
  target: z
    .array(z.string().min(1))
    .default([])
    .describe("Target to run; may be repeated; default: all targets of the file"),
  repeat: z
    .int()
    .min(1)
    .max(1000)
    .default(1)
    .describe("Number of the repetition: from 2 on, everything is asked again and the result is kept separately"),
  unsafeCode: z
    .boolean()
    .default(false)
    .describe("Run the code of answers without the sandbox, under your account; it may do everything that you may do"),
  dryRun: z.boolean().default(false).describe("Show the requests and their highest possible cost; send nothing"),
});

/** `tunewright eval run`: runs targets on a frozen set and scores the answers. */
export default defineCommand({
  description:
    "Check the frozen set, ask each target for missing answers, score the answers, and write evaluations/ID/ with result.json, items.jsonl and report.html. If interrupted or killed, run the same command again to continue: no answer is requested or paid for twice. Exits with code 5 if the set differs from its lock.",
  args: ["name"],
  options: Options,
  output: EvaluationRun.describe("the plan; without --dry-run also the results"),
  examples: ["eval run acceptance --dry-run", "eval run acceptance --yes", "eval run acceptance --target tuned --yes"],
  run: async (io, { name, target, repeat, dryRun, unsafeCode }) => {
    const { runEvaluation } = await import("../../programme/evaluate/run-evaluation.ts");
    const { writeEvaluationPage } = await import("../../programme/evaluate/write-pages.ts");
    const { planTable, runText } = await import("../../evaluate/report/run-text.ts");
    const { toolName } = await import("../tool-name.ts");
    const { run, ended } = await runEvaluation(
      { dir: io.cwd, name, targets: target.length === 0 ? undefined : target, repeat, dryRun, unsafeCode },
      {
        env: io.env,
        now: io.now,
        tool: toolName(),
        untilInterrupted: io.untilInterrupted,
        agree: (plans, judgePlans) => {
          io.note(planTable(plans, judgePlans));
          return io.confirm("Send these items?");
        },
        onProgress: (step, fraction) => io.progress(step, fraction),
      },
    );
    const reports: string[] = [];
    for (const { id } of run.results) reports.push(await writeEvaluationPage(io.cwd, id));
    const answer: EvaluationRun = { ...run, reports };
    return {
      json: answer,
      text: () => runText(answer),
      ...(ended === undefined ? {} : { ended }),
      next: nextStep(name, { dryRun, ended: ended?.kind, results: run.results }),
    };
  },
});

type Ran = {
  dryRun: boolean;
  ended: "over_budget" | "outside" | undefined;
  results: readonly Pick<EvaluationResult, "id" | "target">[];
};

/** The command to go on with: the same one if the run ended early. */
function nextStep(name: string, { dryRun, ended, results: [first, second] }: Ran): string {
  const again = commandLine(["eval", "run", name]);
  if (ended === "over_budget") return `raise maxUsd in eval/${name}.yaml; the answers so far are kept: ${again}`;
  if (ended !== undefined) return `the answers so far are kept: ${again}`;
  if (dryRun || first === undefined) return again;
  if (second === undefined) return commandLine(["eval", "report", first.id]);
  return commandLine(["eval", "compare", first.target, second.target]);
}

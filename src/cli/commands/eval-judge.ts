import { resolve } from "node:path";

import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { Failure } from "../../base/failure.ts";
import { JudgeCheck } from "../../domain/judge-check.ts";
import { JudgesAsked } from "../../domain/judges-asked.ts";
import { JudgeThresholds } from "../../domain/judge-thresholds.ts";
import { type Answer, defineCommand } from "../command.ts";
import type { Io } from "../io.ts";

const Options = z.strictObject({
  action: z
    .enum(["check", "ask"])
    .describe(
      "check: compare the judge's labels in a file; ask: ask the judges of an evaluation about the labelled rows",
    ),
  source: z
    .string()
    .min(1)
    .describe(
      "check: dataset file with the judge's label of each row, and human labels of some or all; ask: name of the evaluation, eval/NAME.yaml",
    ),
  scorer: z.string().min(1).optional().describe("With ask: score whose judges are asked; default: all"),
  human: z.string().min(1).default("human").describe("Field with the human label; empty if there is none"),
  judge: z.string().min(1).default("judge").describe("Field with the judge's label"),
  positive: z.array(z.string().min(1)).default([]).describe("With check: label that counts as true; may be repeated"),
  swapped: z.string().min(1).optional().describe("Field with the judge's label when the answers are swapped"),
  answer: z.string().min(1).optional().describe("Field with the judged answer: for the effect of its length"),
  author: z.string().min(1).optional().describe("Field with the model that wrote the answer: with --self"),
  self: z
    .string()
    .min(1)
    .optional()
    .describe("Value of --author that stands for the judge's own model, to measure self-preference"),
  labelsFrom: z
    .enum(["sample", "elsewhere"])
    .default("sample")
    .describe("Whether the labelled rows are a random sample of all rows (PPI++) or other rows (Rogan-Gladen)"),
  ...JudgeThresholds.shape,
});

/** `tunewright eval judge check`: compares a judge with human labels. */
export default defineCommand({
  description:
    "Compare a judge with human labels and admit or reject it, from a file (check) or by asking the judges of an evaluation about its labelled rows, at their price (ask): kappa, sensitivity, specificity, order flips, length effect, self-preference and answers without a verdict, each with its interval, and the corrected rate. Exits with code 5 if it is rejected.",
  args: ["action", "source"],
  options: Options,
  output: z.union([JudgeCheck, JudgesAsked]).describe("the check; with ask one for each judge"),
  examples: ["eval judge check labels.csv --human final_label --judge gpt4_label --positive refusal"],
  run: async (
    io,
    { action, source, scorer, human, judge, positive, swapped, answer, author, self, labelsFrom, ...thresholds },
  ) => {
    if (action === "ask") return ask(io, { name: source, scorer });
    const { checkJudgeFile } = await import("../../programme/evaluate/check-judge-file.ts");
    const { judgeCheckText } = await import("../../evaluate/judge/judge-text.ts");
    if (positive.length === 0) {
      throw new Failure("bad_input", "--positive is required: it names the label that counts as true", {
        hint: "eval judge check labels.csv --positive refusal",
      });
    }
    if ((author === undefined) !== (self === undefined)) {
      throw new Failure("bad_input", "--author and --self belong together", { hint: "give both or neither" });
    }
    const check = await checkJudgeFile({
      path: resolve(io.cwd, source),
      shown: source,
      fields: { human, judge, swapped, answer, author, self },
      terms: { positive, labelsFrom, thresholds },
    });
    return {
      json: check,
      text: () => judgeCheckText(check),
      ...(check.admitted ? {} : { failed: `the judge is rejected: ${check.reasons[0]}` }),
    };
  },
});

async function ask(
  io: Io,
  { name, scorer }: { name: string; scorer: string | undefined },
): Promise<Answer<JudgesAsked>> {
  const { askLabels } = await import("../../programme/evaluate/judges/ask-labels.ts");
  const { judgesAskedText } = await import("../../evaluate/judge/judge-text.ts");
  const { planTable } = await import("../../evaluate/report/run-text.ts");
  const { asked, ended } = await askLabels(
    { dir: io.cwd, name, scorer },
    {
      env: io.env,
      now: io.now,
      untilInterrupted: io.untilInterrupted,
      agree: (plans) => {
        io.note(planTable([], plans));
        return io.confirm("Send these rows?");
      },
      onProgress: (step, fraction) => io.progress(step, fraction),
    },
  );
  const rejected = asked.judges.find(({ isAdmitted }) => !isAdmitted);
  return {
    json: asked,
    text: () => judgesAskedText(asked),
    ...(ended === null ? {} : { ended }),
    ...(rejected === undefined ? {} : { failed: `the judge ${rejected.judge} is rejected: ${rejected.reasons[0]}` }),
    next: commandLine(["eval", "run", name]),
  };
}

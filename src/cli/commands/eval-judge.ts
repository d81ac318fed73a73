import { resolve } from "node:path";

import * as z from "zod";

import { Failure } from "../../base/failure.ts";
import { JudgeCheck } from "../../domain/judge-check.ts";
import { JudgeThresholds } from "../../domain/judge-thresholds.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  action: z.enum(["check"]).describe("check: compare the judge with the labels"),
  labels: z
    .string()
    .min(1)
    .describe("Dataset file with the judge's label of each row, and human labels of some or all"),
  human: z.string().min(1).default("human").describe("Field with the human label; empty if there is none"),
  judge: z.string().min(1).default("judge").describe("Field with the judge's label"),
  positive: z.array(z.string().min(1)).min(1).describe("Label that counts as true; may be repeated"),
  swapped: z.string().min(1).optional().describe("Field with the judge's label when the answers are swapped"),
  answer: z.string().min(1).optional().describe("Field with the judged answer: for the effect of its length"),
  author: z.string().min(1).optional().describe("Field with the model that wrote the answer: with --self"),
  self: z.string().min(1).optional().describe("Value of --author that is the judge's own model: for self-preference"),
  labelsFrom: z
    .enum(["sample", "elsewhere"])
    .default("sample")
    .describe(
      "Whether the labelled rows are a random sample of all rows (PPI++), or come from elsewhere (Rogan-Gladen)",
    ),
  ...JudgeThresholds.shape,
});

/** `tunewright eval judge check`: a judge compared with human labels. */
export default defineCommand({
  description:
    "Compare a judge with human labels and admit or reject it: kappa, sensitivity, specificity, order flips, length effect, self-preference and answers without a verdict, each with its interval, and the corrected rate. Exits with code 5 if it is rejected.",
  args: ["action", "labels"],
  options: Options,
  output: JudgeCheck.describe("the check"),
  examples: ["eval judge check labels.csv --human final_label --judge gpt4_label --positive refusal"],
  run: async (
    io,
    { action: _check, labels, human, judge, positive, swapped, answer, author, self, labelsFrom, ...thresholds },
  ) => {
    const { checkJudgeFile } = await import("../../programme/evaluate/check-judge-file.ts");
    const { judgeCheckText } = await import("../../evaluate/judge/judge-text.ts");
    if ((author === undefined) !== (self === undefined)) {
      throw new Failure("bad_input", "--author and --self belong together", { hint: "give both, or neither" });
    }
    const check = await checkJudgeFile({
      path: resolve(io.cwd, labels),
      shown: labels,
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

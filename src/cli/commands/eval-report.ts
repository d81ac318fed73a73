import { resolve } from "node:path";

import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { EvaluationResult } from "../../domain/evaluation-result.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  id: z
    .string()
    .min(1)
    .describe("Id in evaluations/ or its first characters, or the name of a target for its last evaluation"),
  inspect: z.string().min(1).optional().describe("File for the evaluation as an Inspect log, NAME.json"),
});

/** `tunewright eval report`: writes the HTML page of an evaluation again. */
export default defineCommand({
  description:
    "Show an evaluation and write its page again: scores with intervals, slices, distribution, judges, unscored items, cost, fingerprints. With --inspect, also write it as a log that Inspect reads.",
  args: ["id"],
  options: Options,
  output: z.strictObject({ page: z.string().describe("The HTML page"), result: EvaluationResult }),
  examples: ["eval report tuned", "eval report tuned --inspect tuned.json"],
  run: async (io, { id, inspect }) => {
    const { findEvaluation } = await import("../../programme/evaluate/evaluation-folder.ts");
    const { writeEvaluationPage, writeInspectLog } = await import("../../programme/evaluate/write-pages.ts");
    const { runText } = await import("../../evaluate/report/run-text.ts");
    const result = await findEvaluation(io.cwd, id);
    const page = await writeEvaluationPage(io.cwd, result.id);
    if (inspect !== undefined) await writeInspectLog(io.cwd, result.id, resolve(io.cwd, inspect));
    const { evaluation, set, items } = result;
    return {
      json: { page, result },
      text: () =>
        `${runText({
          evaluation,
          set: set.name,
          items,
          plans: [],
          judgePlans: [],
          ledger: null,
          results: [result],
          reports: [page],
          detectable: null,
          detectableBetween: [],
        })}\n\nwrote ${[page, ...(inspect === undefined ? [] : [inspect])].join(", ")}`,
      next: commandLine(["eval", "verify", set.name]),
    };
  },
});

import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { EvaluationResult } from "../../domain/evaluation-result.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  id: z
    .string()
    .min(1)
    .describe("Id in evaluations/ or its first characters, or the name of a target for its last evaluation"),
});

/** `tunewright eval report`: writes the HTML page of an evaluation again. */
export default defineCommand({
  description:
    "Show an evaluation and write its page again: scores with intervals, slices, distribution, unscored items, cost, fingerprints.",
  args: ["id"],
  options: Options,
  output: z.strictObject({ page: z.string().describe("The HTML page"), result: EvaluationResult }),
  examples: ["eval report tuned"],
  run: async (io, { id }) => {
    const { findEvaluation } = await import("../../programme/evaluate/evaluation-folder.ts");
    const { writeEvaluationPage } = await import("../../programme/evaluate/write-pages.ts");
    const { runText } = await import("../../evaluate/report/run-text.ts");
    const result = await findEvaluation(io.cwd, id);
    const page = await writeEvaluationPage(io.cwd, result.id);
    const { evaluation, set, items } = result;
    return {
      json: { page, result },
      text: () =>
        `${runText({ evaluation, set: set.name, items, plans: [], judgePlans: [], ledger: null, results: [result], reports: [page], detectable: null })}\n\nwrote ${page}`,
      next: commandLine(["eval", "verify", set.name]),
    };
  },
});

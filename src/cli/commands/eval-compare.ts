import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { EvaluationComparison } from "../../domain/evaluation-comparison.ts";
import { defineCommand } from "../command.ts";

const WHICH =
  "id in evaluations/, the start of one, or the name of a target; two names mean the last evaluations of one evaluation file";

const Options = z.strictObject({
  baseline: z.string().min(1).describe(`Baseline: ${WHICH}`),
  target: z.string().min(1).describe(`Target: ${WHICH}`),
});

/** `tunewright eval compare`: compares two evaluations, paired by item. */
export default defineCommand({
  description:
    "Compare two evaluations item by item: difference with its paired interval, p, the smallest difference that the set can detect, slices, and the items that flipped with both answers. Fails if anything but the target differs. Writes a page to evaluations/.",
  args: ["baseline", "target"],
  options: Options,
  output: EvaluationComparison.describe("the comparison"),
  examples: ["eval compare base tuned"],
  run: async (io, { baseline, target }) => {
    const { compareEvaluations } = await import("../../programme/evaluate/compare-evaluations.ts");
    const { writeComparisonPage } = await import("../../programme/evaluate/write-pages.ts");
    const { comparisonText } = await import("../../evaluate/report/comparison-text.ts");
    const { toolName } = await import("../tool-name.ts");
    const comparison = await compareEvaluations({ dir: io.cwd, baseline, target, now: io.now(), tool: toolName() });
    const page = await writeComparisonPage(io.cwd, comparison);
    return {
      json: comparison,
      text: () => `${comparisonText(comparison)}\n\nwrote ${page}`,
      next: commandLine(["eval", "gate", comparison.evaluation]),
    };
  },
});

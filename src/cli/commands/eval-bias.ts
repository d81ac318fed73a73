import { commandLine } from "../../base/command-line.ts";
import { BiasReport, BiasRequest } from "../../domain/bias-report.ts";
import { defineCommand } from "../command.ts";

/** `tunewright eval bias`: compares scores by group. */
export default defineCommand({
  description:
    "Compare the groups of a slice field in one evaluation: score with interval, each group against the others with adjusted p, the largest gap, the four-fifths ratio, and paired differences of items that `eval swap` reworded. Groups with too few items are shown and not compared.",
  args: ["id", "field"],
  options: BiasRequest,
  output: BiasReport,
  examples: ["eval bias tuned language --min-items 2"],
  run: async (io, request) => {
    const { findBias } = await import("../../programme/evaluate/bias/find-bias.ts");
    const { biasText } = await import("../../evaluate/bias/bias-text.ts");
    const report = await findBias(io.cwd, request);
    return {
      json: report,
      text: () => biasText(report),
      next: commandLine(["eval", "report", report.evaluation]),
    };
  },
});

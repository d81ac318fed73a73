import { resolve } from "node:path";

import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { GateReport } from "../../domain/evaluation-comparison.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  name: z.string().min(1).describe("Name of the evaluation: eval/NAME.yaml"),
  gate: z
    .array(z.string().min(1))
    .default([])
    .describe("Gate to evaluate; may be repeated; default: all gates of the file"),
  junit: z.string().min(1).optional().describe("File for the result as JUnit XML"),
  summary: z
    .string()
    .min(1)
    .optional()
    .describe("File to append the result to as Markdown; default: the file in GITHUB_STEP_SUMMARY, if set"),
});

/** `tunewright eval gate`: decides whether a target may replace the baseline. */
export default defineCommand({
  description:
    "Evaluate the gates of an evaluation: non-inferiority or superiority by the margin that was stated before the run, minimum items, missing answers, slices, contamination. Exits with code 5 if one fails, with every reason.",
  args: ["name"],
  options: Options,
  output: GateReport.describe("each gate with its conditions"),
  examples: ["eval gate acceptance", "eval gate acceptance --junit gate.xml --summary summary.md"],
  run: async (io, { name, gate, junit, summary }) => {
    const { gateEvaluation } = await import("../../programme/evaluate/gate-evaluation.ts");
    const { writeGateFiles } = await import("../../programme/evaluate/write-gate-files.ts");
    const { gateText } = await import("../../evaluate/report/comparison-text.ts");
    const report = await gateEvaluation(io.cwd, name, gate.length === 0 ? undefined : gate);
    const summaryPath = summary ?? io.env["GITHUB_STEP_SUMMARY"];
    await writeGateFiles(report, {
      junit: junit === undefined ? undefined : resolve(io.cwd, junit),
      summary: summaryPath === undefined || summaryPath === "" ? undefined : resolve(io.cwd, summaryPath),
    });
    const failed = report.gates.filter(({ passed }) => !passed);
    const [first] = failed;
    const reason = first?.checks.find(({ passed }) => !passed)?.detail ?? "";
    return {
      json: report,
      text: () => gateText(report),
      ...(first === undefined
        ? { next: commandLine(["eval", "verify"]) }
        : {
            failed: `${failed.length} of ${report.gates.length} gates failed; ${first.gate}: ${reason}`,
            next: commandLine(["eval", "compare", first.comparison.baseline, first.comparison.target]),
          }),
    };
  },
});

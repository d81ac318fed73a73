import { EvaluationImport, EvaluationImportRequest } from "../../domain/evaluation-import.ts";
import { commandLine } from "../../base/command-line.ts";
import { defineCommand } from "../command.ts";

/** `tunewright eval import`: imports results of other tools. */
export default defineCommand({
  description:
    "Import results of lm-evaluation-harness, Inspect or promptfoo as evaluations: scores get intervals, and two imports of the same task can be compared item by item. The mean over the items is shown next to the figure that the other tool printed.",
  args: ["file"],
  options: EvaluationImportRequest,
  output: EvaluationImport.describe("one per target and task"),
  examples: ["eval import results.json"],
  run: async (io, request) => {
    const { importEvaluations } = await import("../../programme/evaluate/imports/import-evaluations.ts");
    const { importText } = await import("../../evaluate/imports/import-text.ts");
    const { toolName } = await import("../tool-name.ts");
    const done = await importEvaluations(io, request, toolName());
    return {
      json: done,
      text: () => importText(done),
      next: commandLine(["eval", "report", done.imported[0]!.result.id]),
    };
  },
});

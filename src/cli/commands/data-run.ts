import { commandLine } from "../../base/command-line.ts";
import { PipelineRun } from "../../domain/data-pipeline.ts";
import { DataRunRequest } from "../../domain/data-run-request.ts";
import { defineCommand } from "../command.ts";

/** `tunewright data run`: processes the rows of a programme in stages. */
export default defineCommand({
  description:
    "Run the rows of a programme through the stages of data.pipeline in programme.yaml. The output of each stage is stored in .tunewright/artefacts under the hash of its rows, options and version. Unchanged output is reused, and after a crash the next run produces the missing output, byte for byte the same.",
  args: ["dir"],
  options: DataRunRequest,
  output: PipelineRun,
  examples: [
    "data run curation",
    "data run curation --stop-after trainable",
    "data run curation --executor processes --workers 2",
  ],
  run: async (io, request) => {
    const { runProgrammeData } = await import("../../programme/data-run/run-programme-data.ts");
    const { pipelineText } = await import("../../curate/pipeline/pipeline-text.ts");
    const { judgeEnding } = await import("../../curate/judge/judge-text.ts");
    const run = await runProgrammeData(io, request);
    const ended = run.judged.map(judgeEnding).find((ending) => ending !== undefined);
    const empty = run.stages.find(({ rowsKept }) => rowsKept === 0);
    return {
      json: run,
      text: () => pipelineText(run),
      ...(empty !== undefined
        ? { failed: `no row passed ${empty.stage}` }
        : run.parts[0]?.rows === 0
          ? { failed: "the split left no training rows" }
          : {}),
      ...(ended === undefined ? {} : { ended }),
      next: commandLine(["data", "lineage", ...(request.dir === "." ? [] : [request.dir])]),
    };
  },
});

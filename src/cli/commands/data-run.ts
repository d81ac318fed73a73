import { commandLine } from "../../base/command-line.ts";
import { PipelineRun } from "../../domain/data-pipeline.ts";
import { DataRunRequest } from "../../domain/data-run-request.ts";
import { defineCommand } from "../command.ts";

/** `tunewright data run`: the rows of a programme through its stages. */
export default defineCommand({
  description:
    "Take the rows of a programme through the stages of data.pipeline in programme.yaml. What each stage made is kept in .tunewright/artefacts under the hash of its rows, options and version: what has not changed is not made again, and after a crash the next run makes what is missing, to the same bytes.",
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
        ? { failed: `no row came through ${empty.stage}` }
        : run.parts[0]?.rows === 0
          ? { failed: "the split left no row to train on" }
          : {}),
      ...(ended === undefined ? {} : { ended }),
      next: commandLine(["data", "lineage", ...(request.dir === "." ? [] : [request.dir])]),
    };
  },
});

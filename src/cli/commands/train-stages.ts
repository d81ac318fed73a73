import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { InnerPath } from "../../domain/training-job.ts";
import { StagesResult } from "../../domain/training-stages.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  file: InnerPath.default("stages.yaml").describe("Plan inside the programme folder"),
  python: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Python that trains, merges and converts; default: training.python in programme.yaml, otherwise TUNEWRIGHT_PYTHON",
    ),
  dryRun: z
    .boolean()
    .default(false)
    .describe("Show the progress of the plan and check what its next stages need, without running anything"),
});

/** `tunewright train stages`: runs training, gates and exports as one plan. */
export default defineCommand({
  description:
    "Run a plan of stages: training runs, sweeps, gates, merge, GGUF, export. Each stage begins when the previous one has passed; a failed gate ends the plan with code 5. Results are recorded with their hashes: run the command again to continue, or with new data to retrain.",
  args: ["file"],
  options: Options,
  output: StagesResult,
  examples: ["train stages --dry-run"],
  run: async (io, { file, python, dryRun }) => {
    const { startPlace } = await import("../../programme/training/start-place.ts");
    const { pythonFor } = await import("../../programme/training/read-training-file.ts");
    const { readStagesFile } = await import("../../programme/stages/read-stages-file.ts");
    const { checkStages, runStages, stagesState } = await import("../../programme/stages/run-stages.ts");
    const { checkRuns, stageJobs } = await import("../../programme/stages/stage-jobs.ts");
    const { stagesText } = await import("../../programme/stages/stages-text.ts");
    const plan = await readStagesFile(io.cwd, file);
    const place = await startPlace(io);
    const { dataDir } = place;
    const before = await stagesState(plan, dataDir);
    const next = commandLine(["train", "stages", file, "--yes"]);
    const shown = { json: before, text: () => stagesText(before), next };
    const tools = { programmeDir: io.cwd, dataDir, python: await pythonFor({ python, engine: "trl" }, io) };
    if (before.ok) return shown;
    if (dryRun) {
      await checkStages(plan, before, { ...tools, check: (stages) => checkRuns(stages, place, python) });
      return { ...shown, text: () => `${stagesText(before)}\n\nevery stage that has not passed can start` };
    }
    io.note(stagesText(before));
    if (!(await io.confirm(`Run ${file}?`))) return shown;
    const result = await io.untilInterrupted((signal) =>
      runStages(plan, {
        ...tools,
        servingPython: io.env["TUNEWRIGHT_SERVING_PYTHON"],
        program: [process.execPath, process.argv[1]!],
        onStage: ({ name, state, detail }) => io.note(`${name}: ${state}: ${detail}`),
        ...stageJobs(place, { python, watch: { signal, log: io.note, onProgress: io.progress } }),
      }),
    );
    const failed = result.stages.find(({ state }) => state === "failed");
    return {
      json: result,
      text: () => stagesText(result),
      next: result.ok ? commandLine(["audit"]) : next,
      ...(failed === undefined ? {} : { failed: `stage ${failed.name} failed: ${failed.detail}` }),
    };
  },
});

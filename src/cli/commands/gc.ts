import { resolve } from "node:path";

import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { counted } from "../../base/words.ts";
import { GcResult, RunGcResult } from "../../domain/gc.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  dir: z.string().min(1).default(".").describe("Programme folder; default: the current folder"),
  unredacted: z
    .boolean()
    .default(false)
    .describe(
      "Also remove rows from before redaction, once the passed rows are in their file or frozen; their lineage is kept",
    ),
  deletedRuns: z
    .boolean()
    .default(false)
    .describe("Remove metrics, params and files of deleted runs instead; their cost remains in all sums"),
  olderThanDays: z.number().min(0).max(36_500).default(30).describe("With --deleted-runs: days since the deletion"),
});

/** `tunewright gc`: removes unused artefacts of the pipeline. */
export default defineCommand({
  description:
    "Remove artefacts that neither the last data run nor the current pipeline refers to, and leftovers of interrupted runs. Shows what would be removed and asks for confirmation. Source files are not touched; a run that needs a removed artefact creates it again. With --deleted-runs, removes the metrics, params and files of runs that were deleted on the server. What was removed is recorded in deletions.jsonl.",
  args: ["dir"],
  options: Options,
  output: z.union([GcResult, RunGcResult]).describe("What was removed, or would be; with --deleted-runs: the runs"),
  examples: [
    "data run curation --quiet && tunewright gc curation",
    "data run curation --quiet && tunewright gc curation --unredacted --yes",
    "gc --deleted-runs --older-than-days 90",
  ],
  run: async (io, { dir, unredacted, deletedRuns, olderThanDays }) => {
    if (deletedRuns) {
      const { answerFromState } = await import("../../programme/state/with-state.ts");
      const { gcRuns, gcRunsText, recordPurge } = await import("../../programme/runs/gc-runs.ts");
      const ask = (isPlan: boolean): Promise<RunGcResult> =>
        answerFromState(
          { programmeDir: resolve(io.cwd, dir), env: io.env, now: io.now },
          {
            local: (store) => gcRuns(store, { olderThanDays, isPlan }, io.now()),
            path: "/runs/gc",
            body: { olderThanDays, isPlan },
            isLong: true,
            output: RunGcResult,
          },
        );
      const plan = await ask(true);
      const isSure =
        plan.runs.length > 0 && (await io.confirm(`Remove the data of ${counted(plan.runs.length, "run")}?`));
      const result = isSure ? await ask(false) : plan;
      if (result.isDone) await recordPurge(resolve(io.cwd, dir), result, io.now());
      return { json: result, text: () => gcRunsText(result), next: "tunewright runs list" };
    }
    const { gc } = await import("../../programme/data-run/gc.ts");
    const { gcPlanText, gcText } = await import("../../curate/pipeline/gc/gc-text.ts");
    const found = await gc(resolve(io.cwd, dir), {
      unredacted,
      mayRemove: (plan) => {
        io.note(gcPlanText(plan));
        return io.confirm(`Remove ${counted(plan.remove.length, "item")}?`);
      },
      onProgress: io.progress,
      now: io.now,
    });
    const result = { ...found, dir };
    const words = ["gc", ...(dir === "." ? [] : [dir]), ...(unredacted ? ["--unredacted"] : []), "--yes"];
    return {
      json: result,
      text: () => gcText(result),
      ...(result.isDone ? {} : { next: commandLine(words) }),
    };
  },
});

import * as z from "zod";

import { TrackedRun } from "../../domain/tracked-run.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  id: z.string().min(1).describe("Id of the run, or its first characters"),
});

/** `tunewright runs show`: shows one run. */
export default defineCommand({
  description:
    "Show one run: status, activity, the latest value of each metric, params, tags and datasets. If no server is running in this folder, the database is read; TUNEWRIGHT_URL names another server.",
  args: ["id"],
  options: Options,
  output: TrackedRun,
  examples: ["runs show 0f014ac2", "runs show 0f014ac2 --json"],
  run: async (io, { id }) => {
    const { answerFromState } = await import("../../programme/state/with-state.ts");
    const { showRun } = await import("../../programme/runs/show-run.ts");
    const { runText } = await import("../../programme/runs/runs-text.ts");
    const run = await answerFromState(
      { programmeDir: io.cwd, env: io.env, now: io.now },
      {
        local: (store, programmes) => showRun(store, id, programmes),
        path: `/runs/${encodeURIComponent(id)}`,
        output: TrackedRun,
      },
    );
    return { json: run, text: () => runText(run), next: "tunewright runs list" };
  },
});

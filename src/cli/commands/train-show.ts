import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { TrainingJob } from "../../domain/training-job.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({ id: z.string().min(1).describe("Id of the job, or its first digits") });

/** `tunewright train show`: shows one training job. */
export default defineCommand({
  description:
    "Show one training job: state and reason, step, cost, whether the model was verified, and every attempt.",
  args: ["id"],
  options: Options,
  output: TrainingJob,
  examples: ["train show 4f21ab90c3de"],
  run: async (io, { id }) => {
    const { answerFromState, EMPTY_STATE } = await import("../../programme/state/with-state.ts");
    const { showJob } = await import("../../programme/training/job-rows.ts");
    const { jobText } = await import("../../programme/training/training-text.ts");
    const job = await answerFromState(
      { programmeDir: io.cwd, env: io.env, now: io.now, hint: EMPTY_STATE.jobs },
      {
        local: (store) => showJob(store, id, io.now().getTime()),
        path: `/training/jobs/${encodeURIComponent(id)}`,
        output: TrainingJob,
      },
    );
    return { json: job, text: () => jobText(job), next: commandLine(["runs", "show", job.runId.slice(0, 8)]) };
  },
});

import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { TrainingJob } from "../../domain/training-job.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({ id: z.string().min(1).describe("Id of the job, or its first digits") });

/** `tunewright train stop`: stops a training job. */
export default defineCommand({
  description:
    "Stop a training job. Its supervisor sends SIGTERM, so that it saves a checkpoint at the next step, and SIGKILL after the grace period.",
  args: ["id"],
  options: Options,
  output: TrainingJob,
  examples: ["train stop 4f21ab90c3de"],
  run: async (io, { id }) => {
    const { answerFromState, EMPTY_STATE } = await import("../../programme/state/with-state.ts");
    const { stopTraining } = await import("../../programme/training/stop-training.ts");
    const { jobText } = await import("../../programme/training/training-text.ts");
    const job = await answerFromState(
      { programmeDir: io.cwd, env: io.env, now: io.now, hint: EMPTY_STATE.jobs },
      {
        local: (store) => stopTraining(store, id, io.now().getTime()),
        path: `/training/jobs/${encodeURIComponent(id)}/stop`,
        body: {},
        output: TrainingJob,
      },
    );
    return { json: job, text: () => jobText(job), next: commandLine(["train", "show", job.id]) };
  },
});

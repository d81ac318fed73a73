import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { ApproveRequest, TrainingJob } from "../../domain/training-job.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject(ApproveRequest.shape);

/** `tunewright train approve`: approves the cost of a training job. */
export default defineCommand({
  description:
    "Approve the cost of a training job that is waiting for approval because its cap is above `training.approveAboveUsd` of programme.yaml. The supervisor then starts it. The approver is recorded.",
  args: ["id"],
  options: Options,
  output: TrainingJob,
  examples: ['train approve 4f21ab90c3de --by "Ada Lovelace"'],
  run: async (io, request) => {
    const { answerFromState, EMPTY_STATE } = await import("../../programme/state/with-state.ts");
    const { approveTraining } = await import("../../programme/training/approve-training.ts");
    const { jobText } = await import("../../programme/training/training-text.ts");
    const job = await answerFromState(
      { programmeDir: io.cwd, env: io.env, now: io.now, hint: EMPTY_STATE.jobs },
      {
        local: (store) => approveTraining(store, request, io.now()),
        path: `/training/jobs/${encodeURIComponent(request.id)}/approve`,
        body: request,
        output: TrainingJob,
      },
    );
    return { json: job, text: () => jobText(job), next: commandLine(["train", "supervise"]) };
  },
});

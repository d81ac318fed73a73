import { commandLine } from "../../base/command-line.ts";
import { ResumeRequest, TrainingJob } from "../../domain/training-job.ts";
import { defineCommand } from "../command.ts";

/** `tunewright train resume`: continues a training job that ended. */
export default defineCommand({
  description:
    "Continue a training job that was stopped, reached its cap or failed from its newest complete checkpoint, as a new attempt of the same job. A server, or `train supervise`, does the work.",
  args: ["id"],
  options: ResumeRequest,
  output: TrainingJob,
  examples: ["train resume 4f21ab90c3de"],
  run: async (io, { id, maxUsd }) => {
    const { answerFromState, EMPTY_STATE, folderOf, programmeName } =
      await import("../../programme/state/with-state.ts");
    const { folderPricing } = await import("../../programme/money/folder-pricing.ts");
    const { resumeTraining } = await import("../../programme/training/resume-training.ts");
    const { jobText } = await import("../../programme/training/training-text.ts");
    const job = await answerFromState(
      { programmeDir: io.cwd, env: io.env, now: io.now, hint: EMPTY_STATE.jobs },
      {
        local: async (store) => {
          const pricing = await folderPricing(io, [programmeName(io.cwd)]);
          return resumeTraining(store, { id, maxUsd }, { pricing, now: io.now, folderOf: folderOf(io.cwd) });
        },
        path: `/training/jobs/${encodeURIComponent(id)}/resume`,
        body: { maxUsd },
        output: TrainingJob,
      },
    );
    const waits = job.state === "awaiting-approval";
    const next = commandLine(["train", ...(waits ? ["approve", job.id, "--by", "NAME"] : ["supervise"])]);
    return { json: job, text: () => jobText(job), next };
  },
});

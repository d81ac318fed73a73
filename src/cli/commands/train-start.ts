import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { StartRequest, TrainingJob, TrainingPreflight } from "../../domain/training-job.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  ...StartRequest.shape,
  dryRun: z.boolean().default(false).describe("Run the checks and show what would run; start nothing"),
});

/** `tunewright train start`: starts a training run. */
export default defineCommand({
  description:
    "Start the training run that a file of this programme folder describes: check it, render its configuration, and run the training library in a separate process. If a server is running in this folder, it supervises the run and the command returns immediately; otherwise the command supervises the run until it ends. Ctrl-C stops the supervision, not the run: `train supervise` resumes it.",
  args: ["file"],
  options: Options,
  output: z.union([TrainingJob, TrainingPreflight]).describe("The job; with --dry-run the checks"),
  examples: ["-C examples/tiny train start --dry-run", "-C examples/tiny train start --yes"],
  run: async (io, { dryRun, ...request }) => {
    const { answerFromState } = await import("../../programme/state/with-state.ts");
    const { checkTraining } = await import("../../programme/training/start-training.ts");
    const { runTraining } = await import("../../programme/training/run-training.ts");
    const { jobText, preflightText } = await import("../../programme/training/training-text.ts");
    const { startPlace } = await import("../../programme/training/start-place.ts");
    const place = await startPlace(io);
    const checked = await checkTraining(request, place);
    const next = commandLine(["train", "start", request.file, "--yes"]);
    const failed = checked.ok ? {} : { failed: "the run cannot start: correct the checks that say NO" };
    const shown = { json: checked, text: () => preflightText(checked), ...failed };
    const again = commandLine(["train", "start", request.file, "--dry-run"]);
    if (dryRun || !checked.ok) return { ...shown, next: checked.ok ? next : again };
    io.note(preflightText(checked));
    if (!(await io.confirm(`Start ${request.file}?`))) return { ...shown, next };
    const job = await io.untilInterrupted((signal) =>
      answerFromState(
        { programmeDir: io.cwd, env: io.env, now: io.now },
        {
          local: (store) =>
            runTraining(store, request, {
              place,
              watch: {
                signal,
                log: io.note,
                onProgress: ({ state, step, maxSteps }) =>
                  io.progress(`${state} ${step ?? 0}/${maxSteps}`, (step ?? 0) / maxSteps),
              },
            }),
          path: "/training/jobs",
          creates: true,
          body: { ...request, programme: place.programme },
          output: TrainingJob,
        },
      ),
    );
    const waits = job.state === "awaiting-approval";
    const isBad = job.endedAt !== null && job.state !== "done-verified";
    return {
      json: job,
      text: () => jobText(job),
      next: commandLine(["train", ...(waits ? ["approve", job.id, "--by", "NAME"] : ["show", job.id])]),
      ...(isBad ? { failed: `the run ended as ${job.state}` } : {}),
    };
  },
});

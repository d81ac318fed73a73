import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { counted } from "../../base/words.ts";
import { MeasuredRuns } from "../../domain/training-job.ts";
import { defineCommand } from "../command.ts";
import { writeOutput } from "../write-output.ts";

const Options = z.strictObject({
  model: z.string().min(1).describe("Base model of the runs: Hub id or alias, as tunewright models list shows it"),
  out: z.string().min(1).default("measured-runs.csv").describe("File to write"),
});

/** `tunewright train measure`: prints the measurements of finished runs, for calibrating estimates. */
export default defineCommand({
  description:
    "Write the measurements of the finished runs of this folder, as rows for plan calibrate: trained tokens per second from the median time of the newest steps, and peak memory. Runs without a measurement are listed with the reason.",
  args: [],
  options: Options,
  output: MeasuredRuns,
  examples: ["train measure --model HuggingFaceTB/SmolLM2-135M --out measured-runs.csv"],
  run: async (io, { model, out }) => {
    const { answerFromState, EMPTY_STATE } = await import("../../programme/state/with-state.ts");
    const { measuredRuns } = await import("../../programme/training/measured-runs.ts");
    const answer = await answerFromState(
      { programmeDir: io.cwd, env: io.env, now: io.now, hint: EMPTY_STATE.jobs },
      {
        local: (store) => measuredRuns(store, { model }),
        path: "/training/measurements",
        query: { model },
        output: MeasuredRuns,
      },
    );
    await writeOutput(io, out, answer.csv);
    const skipped = answer.skipped.map(({ job, reason }) => `not measured: job ${job}: ${reason}`);
    return {
      json: answer,
      text: () => [`${out}: ${counted(answer.rows, "measured run")}`, ...skipped].join("\n"),
      next: commandLine(["plan", "calibrate", out]),
    };
  },
});

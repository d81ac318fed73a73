import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { RunLog } from "../../domain/run-origin.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  id: z.string().min(1).describe("Id of the job, or its first digits"),
  attempt: z.int().min(1).optional().describe("Attempt whose log is shown; default: the newest"),
});

/** `tunewright train logs`: prints the output of a job's trainer. */
export default defineCommand({
  description: "Show the output of a job's trainer: the end of the log of its newest attempt, or of another one.",
  args: ["id"],
  options: Options,
  output: RunLog,
  examples: ["train logs 4f21ab90c3de"],
  run: async (io, { id, attempt }) => {
    const { answerFromState, EMPTY_STATE } = await import("../../programme/state/with-state.ts");
    const { jobLog } = await import("../../programme/training/run-log.ts");
    const query = attempt === undefined ? "" : `?attempt=${attempt}`;
    const log = await answerFromState(
      { programmeDir: io.cwd, env: io.env, now: io.now, hint: EMPTY_STATE.jobs },
      {
        local: (store) => jobLog(store, id, attempt),
        path: `/training/jobs/${encodeURIComponent(id)}/log${query}`,
        output: RunLog,
      },
    );
    const { logText } = await import("../../programme/training/training-text.ts");
    return { json: log, text: () => logText(log), next: commandLine(["train", "show", log.job ?? id]) };
  },
});

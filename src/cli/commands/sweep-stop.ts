import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { Sweep } from "../../domain/sweep.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({ id: z.string().min(1).describe("Id of the sweep, or its first digits") });

/** `tunewright sweep stop`: stops a sweep. */
export default defineCommand({
  description:
    "Stop a sweep: no new trial starts, and running trials save a checkpoint at their next step. `sweep resume` continues it.",
  args: ["id"],
  options: Options,
  output: Sweep,
  examples: ["sweep stop 7d20c1b4e9f6"],
  run: async (io, { id }) => {
    const { answerFromState, EMPTY_STATE } = await import("../../programme/state/with-state.ts");
    const { stopSweep } = await import("../../programme/sweep/stop-sweep.ts");
    const { sweepText } = await import("../../programme/sweep/sweep-text.ts");
    const sweep = await answerFromState(
      { programmeDir: io.cwd, env: io.env, now: io.now, hint: EMPTY_STATE.sweeps },
      {
        local: (store) => stopSweep(store, id, io.now().getTime()),
        path: `/sweeps/${encodeURIComponent(id)}/stop`,
        body: {},
        output: Sweep,
      },
    );
    return { json: sweep, text: () => sweepText(sweep), next: commandLine(["sweep", "show", sweep.id]) };
  },
});

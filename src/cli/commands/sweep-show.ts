import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { Sweep, SweepList } from "../../domain/sweep.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  id: z.string().min(1).optional().describe("Id of the sweep, or its first digits; default: list all sweeps"),
});

/** `tunewright sweep show`: shows one sweep, or all. */
export default defineCommand({
  description:
    "Show a sweep: its trials with their values, steps and cost, the best with its confidence, which fields mattered, and the cost per hundredth gained. Without an id, list the sweeps of this folder.",
  args: ["id"],
  options: Options,
  output: z.union([Sweep, SweepList]).describe("The sweep; without an id, the list"),
  examples: ["sweep show", "sweep show 7d20c1b4e9f6"],
  run: async (io, { id }) => {
    const { answerFromState, EMPTY_STATE } = await import("../../programme/state/with-state.ts");
    const { listSweeps, showSweep } = await import("../../programme/sweep/sweep-rows.ts");
    const { sweepListText, sweepText } = await import("../../programme/sweep/sweep-text.ts");
    const place = { programmeDir: io.cwd, env: io.env, now: io.now, hint: EMPTY_STATE.sweeps };
    if (id === undefined) {
      const list = await answerFromState(place, {
        local: (store) => listSweeps(store, io.now().getTime()),
        path: "/sweeps",
        output: SweepList,
      });
      const [first] = list.sweeps;
      const next =
        first === undefined
          ? "describe a sweep in sweep.yaml, then: tunewright sweep start"
          : commandLine(["sweep", "show", first.id]);
      return { json: list, text: () => sweepListText(list), next };
    }
    const sweep = await answerFromState(place, {
      local: (store) => showSweep(store, id, io.now().getTime()),
      path: `/sweeps/${encodeURIComponent(id)}`,
      output: Sweep,
    });
    const best = sweep.trials.find(({ trial }) => trial === sweep.best?.trial)?.jobId;
    const next = best === undefined || best === null ? "tunewright train list" : commandLine(["train", "show", best]);
    return { json: sweep, text: () => sweepText(sweep), next };
  },
});

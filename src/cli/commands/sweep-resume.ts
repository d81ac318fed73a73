import { commandLine } from "../../base/command-line.ts";
import { Sweep, SweepResume } from "../../domain/sweep.ts";
import { defineCommand } from "../command.ts";

/** `tunewright sweep resume`: continues a stopped sweep. */
export default defineCommand({
  description:
    "Continue a sweep that was stopped or has spent its budget: trials from their checkpoints, the search from its log. A server, or `train supervise`, does the work.",
  args: ["id"],
  options: SweepResume,
  output: Sweep,
  examples: ["sweep resume 7d20c1b4e9f6 --max-usd 0.20"],
  run: async (io, { id, maxUsd }) => {
    const { answerFromState, EMPTY_STATE, folderOf, programmeName } =
      await import("../../programme/state/with-state.ts");
    const { folderPricing } = await import("../../programme/money/folder-pricing.ts");
    const { resumeSweep } = await import("../../programme/sweep/stop-sweep.ts");
    const { sweepText } = await import("../../programme/sweep/sweep-text.ts");
    const sweep = await answerFromState(
      { programmeDir: io.cwd, env: io.env, now: io.now, hint: EMPTY_STATE.sweeps },
      {
        local: async (store) => {
          const pricing = await folderPricing(io, [programmeName(io.cwd)]);
          return resumeSweep(store, { id, maxUsd }, { pricing, now: io.now, folderOf: folderOf(io.cwd) });
        },
        path: `/sweeps/${encodeURIComponent(id)}/resume`,
        body: { maxUsd },
        output: Sweep,
      },
    );
    const waits = sweep.state === "awaiting-approval";
    const next = commandLine(waits ? ["sweep", "approve", sweep.id, "--by", "NAME"] : ["train", "supervise"]);
    return { json: sweep, text: () => sweepText(sweep), next };
  },
});

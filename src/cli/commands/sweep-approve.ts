import { commandLine } from "../../base/command-line.ts";
import { Sweep, SweepApproval } from "../../domain/sweep.ts";
import { defineCommand } from "../command.ts";

/** `tunewright sweep approve`: approves the amount of a sweep. */
export default defineCommand({
  description:
    "Approve the amount of a sweep that is waiting for approval because its maxUsd is above `training.approveAboveUsd` of programme.yaml. The supervisor then starts or continues its trials. The approver is recorded.",
  args: ["id"],
  options: SweepApproval,
  output: Sweep,
  examples: ['sweep approve 7d20c1b4e9f6 --by "Ada Lovelace"'],
  run: async (io, request) => {
    const { answerFromState, EMPTY_STATE, programmeName } = await import("../../programme/state/with-state.ts");
    const { folderPricing } = await import("../../programme/money/folder-pricing.ts");
    const { approveSweep } = await import("../../programme/sweep/approve-sweep.ts");
    const { sweepText } = await import("../../programme/sweep/sweep-text.ts");
    const sweep = await answerFromState(
      { programmeDir: io.cwd, env: io.env, now: io.now, hint: EMPTY_STATE.sweeps },
      {
        local: async (store) => {
          const pricing = await folderPricing(io, [programmeName(io.cwd)]);
          return approveSweep(store, request, { pricing, now: io.now });
        },
        path: `/sweeps/${encodeURIComponent(request.id)}/approve`,
        body: request,
        output: Sweep,
      },
    );
    return { json: sweep, text: () => sweepText(sweep), next: commandLine(["train", "supervise"]) };
  },
});

import { Failure } from "../../base/failure.ts";
import { type Sweep, type SweepApproval, SweepFile } from "../../domain/sweep.ts";
import { TrainingFile } from "../../domain/training-job.ts";
import type { Store } from "../../store/open-store.ts";
import type { StartPlace } from "../training/start-training.ts";
import { reopenTrials } from "./stop-sweep.ts";
import { findSweep, showSweep } from "./sweep-rows.ts";

/**
 * Approves the amount of a sweep that is waiting for it; the supervisor then starts or continues its trials. The approver
 * stays on record.
 *
 * @throws Failure not_found; check_failed if it is not waiting for approval
 */
export async function approveSweep(
  store: Store,
  { id, by }: SweepApproval,
  place: Pick<StartPlace, "pricing" | "now">,
): Promise<Sweep> {
  const sweep = await findSweep(store, id);
  if (sweep.state !== "awaiting-approval") {
    throw new Failure(
      "check_failed",
      `sweep ${sweep.sweep_id} is not waiting for approval: its state is ${sweep.state}`,
      {
        hint: "list the sweeps: tunewright sweep show",
      },
    );
  }
  const spec = SweepFile.parse(JSON.parse(sweep.spec));
  const base = TrainingFile.parse(JSON.parse(sweep.base));
  await reopenTrials(store, { sweep, spec, base }, place);
  await store.write((db) =>
    db
      .updateTable("sweeps")
      .set({ state: "running", reason: null, approved_by: by })
      .where("sweep_no", "=", sweep.sweep_no)
      .where("state", "=", "awaiting-approval")
      .execute(),
  );
  return showSweep(store, sweep.sweep_id, place.now().getTime());
}

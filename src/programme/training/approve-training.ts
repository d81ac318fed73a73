import { existsSync } from "node:fs";
import { join } from "node:path";

import { Failure } from "../../base/failure.ts";
import { parseMoney } from "../../base/money.ts";
import type { ApproveRequest, TrainingFile, TrainingJob } from "../../domain/training-job.ts";
import type { Store } from "../../store/open-store.ts";
import { PROGRAMME_FILE, readProgramme } from "../reading/read-programme.ts";
import { findJob, showJob } from "./job-rows.ts";

/** Whether a run must be approved before it starts: its cap exceeds the threshold, or it is priced and has no cap. */
export function needsApproval(
  { maxUsd, usdPerHour, hosted }: Pick<TrainingFile, "maxUsd" | "usdPerHour"> & Partial<Pick<TrainingFile, "hosted">>,
  approveAboveUsd: string | undefined,
): boolean {
  if (approveAboveUsd === undefined) return false;
  if (maxUsd === undefined) return usdPerHour !== undefined || hosted !== undefined;
  return parseMoney(maxUsd) > parseMoney(approveAboveUsd);
}

/** The amount above which a run of a programme must be approved; undefined if the programme names none. */
export async function approvalThreshold(programmeDir: string): Promise<string | undefined> {
  if (!existsSync(join(programmeDir, PROGRAMME_FILE))) return undefined;
  const { programme } = await readProgramme(programmeDir);
  return programme.training.approveAboveUsd;
}

/** Reason that a job waiting for approval shows. */
export function approvalReason(approveAboveUsd: string | undefined): string {
  return `a run above ${approveAboveUsd} USD requires approval`;
}

/**
 * Approves the cost of a job that is waiting for it; the supervisor then starts it. The approver stays on record.
 *
 * @throws Failure not_found; check_failed if it is not waiting for approval
 */
export async function approveTraining(store: Store, { id, by }: ApproveRequest, now: Date): Promise<TrainingJob> {
  const job = await findJob(store, id);
  if (job.state !== "awaiting-approval") {
    throw new Failure("check_failed", `job ${job.job_id} is not waiting for approval: its state is ${job.state}`, {
      hint: "list the jobs that are waiting: tunewright train list",
    });
  }
  await store.write((db) =>
    db
      .updateTable("jobs")
      .set({ state: "queued", reason: null, approved_by: by })
      .where("job_no", "=", job.job_no)
      .where("state", "=", "awaiting-approval")
      .execute(),
  );
  return showJob(store, job.job_id, now.getTime());
}

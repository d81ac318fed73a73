import { randomBytes } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";

import { atomicWrite } from "../../base/atomic-write.ts";
import type { Clock } from "../../base/clock.ts";
import type { TrainingFile, TrainingJob } from "../../domain/training-job.ts";
import { ENGINES } from "../../launch/engines/engines.ts";
import type { Db } from "../../store/database.ts";
import type { Store } from "../../store/open-store.ts";
import { deleteRun } from "../../track/update-run.ts";
import { reserve } from "../money/budgets.ts";
import type { Pricing } from "../money/pricing.ts";
import { approvalReason, needsApproval } from "./approve-training.ts";
import { type JobInputs, keepInputs } from "./job-inputs.ts";
import { asJob, findJob, type JobRow } from "./job-rows.ts";
import type { RenderInputs } from "./relax-memory.ts";
import { trackedRun } from "./tracked-run.ts";
import { keepTarget, type NamedTarget } from "./training-targets.ts";

/** Context in which a job is queued. */
export type QueuePlace = {
  programme: string;
  dataDir: string;
  /** Cost of runs, for the budgets that a cap is compared with. */
  pricing: Pricing;
  now: Clock;
};

/**
 * A job started by another use case: its id, which makes a repeated start harmless, and the step at which it pauses.
 */
export type QueueOptions = {
  id?: string;
  untilStep?: number;
  tags?: Readonly<Record<string, string>>;
  /** True if its sweep has reserved the amount of all trials. */
  isHeldBySweep?: boolean;
};

/** Input for queuing a job. */
export type Queued = {
  spec: TrainingFile;
  config: Record<string, unknown>;
  found: { python: string; manifest: { digest: string } | undefined };
  /** Input data; default: from the configuration. */
  inputs?: JobInputs | undefined;
  /** Target; default: this machine. */
  target?: NamedTarget | undefined;
  fallback?: NamedTarget | undefined;
  /** Input for rendering it again with less memory. */
  renderedFrom?: RenderInputs;
  approveAboveUsd?: string | undefined;
};

/** Queues a run whose checks passed: its files, its tracked run, its row. */
export async function queueTraining(
  store: Store,
  queued: Queued,
  place: QueuePlace & QueueOptions,
): Promise<TrainingJob> {
  const { spec, found, config, target, fallback, inputs, renderedFrom, approveAboveUsd } = queued;
  const digest = found.manifest!.digest;
  const nowMs = place.now().getTime();
  const id = place.id ?? randomBytes(6).toString("hex");
  const earlier = place.id === undefined ? undefined : await jobOf(store, id);
  if (earlier !== undefined) return asJob(store, earlier, nowMs);
  const folder = join(place.dataDir, "jobs", id);
  const engine = ENGINES[spec.engine];
  await mkdir(folder, { recursive: true });
  await atomicWrite(join(folder, "config.json"), `${JSON.stringify(config, null, 2)}\n`);
  await engine.copyLauncher(folder, config);
  if (inputs !== undefined) await keepInputs(folder, inputs);
  if (target !== undefined) await keepTarget(folder, target);
  if (fallback !== undefined) await keepTarget(folder, fallback, "fallback-target.json");
  const runId = await trackedRun(store, spec, { id, place, digest, more: place.tags ?? {} });
  const waits = needsApproval(spec, approveAboveUsd);
  const row = {
    job_id: id,
    programme: place.programme,
    run_id: runId,
    spec: JSON.stringify({ ...spec, python: found.python, target: target?.name }),
    folder,
    dataset_digest: digest,
    state: waits ? "awaiting-approval" : "queued",
    created_ms: nowMs,
    reason: waits ? approvalReason(approveAboveUsd) : null,
    rendered_from: renderedFrom === undefined ? null : JSON.stringify(renderedFrom),
    step: null,
    stop_reason: null,
    stop_asked_ms: null,
    model_sha256: null,
    ended_ms: null,
    until_step: place.untilStep ?? spec.probeSteps ?? null,
  };
  const insert = (db: Db): Promise<unknown> => db.insertInto("jobs").values(row).execute();
  if (place.isHeldBySweep === true || spec.maxUsd === undefined) await store.write(insert);
  else await insertWithinCap(store, { spec, maxUsd: spec.maxUsd, runId, folder, insert }, place);
  return asJob(store, await findJob(store, id), nowMs);
}

/** A job by its whole id; undefined if there is none. */
export async function jobOf({ db }: Store, id: string): Promise<JobRow | undefined> {
  return db.selectFrom("jobs").selectAll().where("job_id", "=", id).executeTakeFirst();
}

/** Stores a job with the reservation of its cap; if no budget covers it, nothing of the run is kept. */
async function insertWithinCap(
  store: Store,
  job: { spec: TrainingFile; maxUsd: string; runId: string; folder: string; insert: (db: Db) => Promise<unknown> },
  { pricing, now }: Pick<QueuePlace, "pricing" | "now">,
): Promise<void> {
  const { spec, maxUsd, runId, folder, insert } = job;
  try {
    const held = { runId, usd: maxUsd, experiment: spec.experiment, tags: [] };
    await reserve(store, held, { pricing, now: now(), alongside: insert });
  } catch (error) {
    await deleteRun(store, runId, now().getTime());
    await rm(folder, { recursive: true });
    throw error;
  }
}

import { join } from "node:path";

import { Failure } from "../../base/failure.ts";
import { formatMoney, parseMoney } from "../../base/money.ts";
import { attemptsPico } from "../../launch/supervise/attempt-time.ts";
import { forecastOf } from "../../launch/supervise/budget-guard.ts";
import {
  type JobForecast,
  type JobList,
  JobState,
  ProbeResult,
  TrainingFile,
  type TrainingJob,
} from "../../domain/training-job.ts";
import { readExit } from "../../launch/schedulers/attempt-files.ts";
import type { Row } from "../../store/database.ts";
import type { Store } from "../../store/open-store.ts";
import { guardFacts } from "./job-sight.ts";

/** A job as it is stored. */
export type JobRow = Row<"jobs">;

/** An attempt as it is stored. */
export type AttemptRow = Row<"job_attempts">;

/** The requested run of a job. */
export function specOf({ spec }: Pick<JobRow, "spec">): TrainingFile {
  return TrainingFile.parse(JSON.parse(spec));
}

/** Attempts of a job, oldest first. */
export function attemptsOf({ db }: Pick<Store, "db">, jobNo: number): Promise<AttemptRow[]> {
  return db.selectFrom("job_attempts").selectAll().where("job_no", "=", jobNo).orderBy("attempt").execute();
}

/** Jobs that have not ended, oldest first. */
export function openJobs({ db }: Pick<Store, "db">): Promise<JobRow[]> {
  return db.selectFrom("jobs").selectAll().where("ended_ms", "is", null).orderBy("job_no").execute();
}

/** A job by its number; undefined if it has ended. */
export function openJob({ db }: Pick<Store, "db">, jobNo: number): Promise<JobRow | undefined> {
  return db.selectFrom("jobs").selectAll().where("job_no", "=", jobNo).where("ended_ms", "is", null).executeTakeFirst();
}

/** Jobs, newest first: all, or the newest `limit`. */
export async function listJobs(store: Pick<Store, "db">, nowMs: number, limit?: number): Promise<JobList> {
  const newest = store.db.selectFrom("jobs").selectAll().orderBy("job_no", "desc");
  const rows = await (limit === undefined ? newest : newest.limit(limit)).execute();
  return { jobs: await Promise.all(rows.map((row) => asJob(store, row, nowMs))) };
}

/** One job by its id or its first characters. @throws Failure not_found; bad_input if several ids match */
export async function showJob(store: Store, id: string, nowMs: number): Promise<TrainingJob> {
  return asJob(store, await findJob(store, id), nowMs);
}

/** The row of one job by its id or its first characters. @throws Failure not_found, bad_input */
export async function findJob({ db }: Pick<Store, "db">, id: string): Promise<JobRow> {
  if (!/^[\da-f]{4,12}$/i.test(id)) {
    throw new Failure("bad_input", `"${id}" is not the id of a job`, {
      hint: "give 4 to 12 hexadecimal digits, as tunewright train list shows them",
    });
  }
  const found = await db
    .selectFrom("jobs")
    .selectAll()
    .where("job_id", "like", `${id.toLowerCase()}%`)
    .limit(2)
    .execute();
  if (found.length > 1)
    throw new Failure("bad_input", `several jobs have an id that starts with ${id}`, {
      hint: "give more characters of the id: tunewright train list",
    });
  if (found.length === 1) return found[0]!;
  throw new Failure("not_found", `no job ${id}`, { hint: "tunewright train list" });
}

/** A job as REST shows it. */
export async function asJob(store: Pick<Store, "db">, row: JobRow, nowMs: number): Promise<TrainingJob> {
  const spec = specOf(row);
  const attempts = await attemptsOf(store, row.job_no);
  const { usdPerHour } = spec;
  return {
    id: row.job_id,
    name: spec.name,
    programme: row.programme,
    state: JobState.parse(row.state),
    reason: row.reason,
    runId: row.run_id,
    engine: spec.engine,
    target: spec.target ?? "local",
    folder: row.folder,
    datasetDigest: row.dataset_digest,
    step: row.step,
    maxSteps: spec.maxSteps,
    usdPerHour: usdPerHour ?? null,
    maxUsd: spec.maxUsd ?? null,
    spentUsd: spentUsd(await billedUntilExit(row, attempts, nowMs), { usdPerHour, nowMs }),
    probe: row.probe === null ? null : ProbeResult.nullable().parse(JSON.parse(row.probe)),
    forecast: row.state === "running" ? forecast(row, spec, { attempts, nowMs }) : null,
    approvedBy: row.approved_by,
    modelSha256: row.model_sha256,
    modelId: row.model_id,
    createdAt: new Date(row.created_ms).toISOString(),
    endedAt: isoOf(row.ended_ms),
    attempts: attempts.map((attempt) => ({
      attempt: attempt.attempt,
      startedAt: new Date(attempt.started_ms).toISOString(),
      endedAt: isoOf(attempt.ended_ms),
      resumedFrom: attempt.resumed_from,
      exitCode: attempt.exit_code,
      exitSignal: attempt.exit_signal,
      lastStep: attempt.last_step,
      outcome: attempt.outcome,
      usdPerHour: attempt.usd_per_hour ?? usdPerHour ?? null,
    })),
  };
}

/** Attempts, where one whose trainer has ended without a supervisor to note it costs nothing after its end. */
async function billedUntilExit(
  { folder }: Pick<JobRow, "folder">,
  attempts: readonly AttemptRow[],
  nowMs: number,
): Promise<AttemptRow[]> {
  return Promise.all(
    attempts.map(async (attempt) => ({ ...attempt, ended_ms: await billedUntil(folder, attempt, nowMs) })),
  );
}

/** End of an attempt for its cost, ms since 1970: also one that no supervisor has noted; null while it runs. */
export async function billedUntil(
  folder: string,
  { attempt, started_ms, ended_ms }: Pick<AttemptRow, "attempt" | "started_ms" | "ended_ms">,
  nowMs: number,
): Promise<number | null> {
  if (ended_ms !== null) return ended_ms;
  const exit = await readExit(join(folder, "attempts", String(attempt)));
  // the clock of another machine may be wrong
  return exit === undefined ? null : Math.max(started_ms, Math.min(nowMs, Math.round(exit.endedMs)));
}

/** Cost of attempts by time, or by the trained tokens that a provider reported; null if neither is known. */
function spentUsd(
  attempts: readonly AttemptRow[],
  { usdPerHour, nowMs }: { usdPerHour: string | undefined; nowMs: number },
): string | null {
  if (usdPerHour !== undefined) return formatMoney(attemptsPico(attempts, { usdPerHour, nowMs }));
  const paid = attempts.flatMap(({ paid_usd }) => (paid_usd === null ? [] : [parseMoney(paid_usd)]));
  return paid.length === 0 ? null : formatMoney(paid.reduce((sum, pico) => sum + pico, 0n));
}

function forecast(
  job: JobRow,
  spec: TrainingFile,
  time: { attempts: readonly AttemptRow[]; nowMs: number },
): JobForecast | null {
  const facts = guardFacts(spec, { job, ...time });
  if (facts.stepMs === undefined) return null;
  const found = forecastOf(facts);
  return {
    secPerStep: facts.stepMs / 1000,
    checkpointUsd: found === undefined ? null : formatMoney(found.checkpointPico),
    endUsd: found === undefined ? null : formatMoney(found.endPico),
    capStep: found?.capStep ?? null,
  };
}

function isoOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

import { Failure } from "../../base/failure.ts";
import { formatMoney, parseMoney } from "../../base/money.ts";
import { type JobList, JobState, TrainingFile, type TrainingJob } from "../../domain/training-job.ts";
import type { Row } from "../../store/database.ts";
import type { Store } from "../../store/open-store.ts";

/** A job as it is stored. */
export type JobRow = Row<"jobs">;

/** An attempt as it is stored. */
export type AttemptRow = Row<"job_attempts">;

/** The run of a job as it was asked for. */
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

/** All jobs, newest first. */
export async function listJobs(store: Store, nowMs: number): Promise<JobList> {
  const rows = await store.db.selectFrom("jobs").selectAll().orderBy("job_no", "desc").execute();
  return { jobs: await Promise.all(rows.map((row) => asJob(store, row, nowMs))) };
}

/** One job by its id or the start of it. @throws Failure not_found; bad_input where several ids start so */
export async function showJob(store: Store, id: string, nowMs: number): Promise<TrainingJob> {
  return asJob(store, await findJob(store, id), nowMs);
}

/** The row of one job by its id or the start of it. @throws Failure not_found, bad_input */
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

/** Time that all attempts took, ms; an open one is counted until now. */
export function attemptsMs(attempts: readonly Pick<AttemptRow, "started_ms" | "ended_ms">[], nowMs: number): number {
  return attempts.reduce((sum, { started_ms, ended_ms }) => sum + Math.max(0, (ended_ms ?? nowMs) - started_ms), 0);
}

/** Cost of a time at a price per hour in pico-dollars, rounded up. */
export function picoFor(usdPerHour: string, ms: number): bigint {
  const hourMs = 3_600_000n;
  return (parseMoney(usdPerHour) * BigInt(Math.ceil(ms)) + hourMs - 1n) / hourMs;
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
    spentUsd: usdPerHour === undefined ? null : formatMoney(picoFor(usdPerHour, attemptsMs(attempts, nowMs))),
    modelSha256: row.model_sha256,
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
    })),
  };
}

function isoOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

import { open } from "node:fs/promises";
import { join } from "node:path";

import { isSystemError } from "../../base/failure.ts";
import type { RunLog } from "../../domain/run-origin.ts";
import type { Store } from "../../store/open-store.ts";
import { findJob } from "./job-rows.ts";

/** Most of a log that is given, bytes: its end. */
const MAX_BYTES = 256 * 2 ** 10;

/** The end of what the trainer of a run wrote, where this server launched it. Default: the newest attempt. */
export async function runLog({ db }: Pick<Store, "db">, runId: string, attempt?: number): Promise<RunLog> {
  const job = await db
    .selectFrom("jobs")
    .select(["job_no", "job_id", "folder"])
    .where("run_id", "=", runId)
    .orderBy("job_no", "desc")
    .executeTakeFirst();
  if (job === undefined) return { job: null, attempts: [], attempt: null, text: "", isCut: false };
  const rows = await db
    .selectFrom("job_attempts")
    .select("attempt")
    .where("job_no", "=", job.job_no)
    .orderBy("attempt")
    .execute();
  const attempts = rows.map((row) => row.attempt);
  const shown = attempts.find((number) => number === attempt) ?? attempts.at(-1) ?? null;
  const end = shown === null ? undefined : await endOf(join(job.folder, "attempts", String(shown), "log.txt"));
  return { job: job.job_id, attempts, attempt: shown, text: end?.text ?? "", isCut: end?.isCut ?? false };
}

/** The end of what the trainer of a job wrote. @throws Failure not_found, bad_input */
export async function jobLog(store: Pick<Store, "db">, id: string, attempt?: number): Promise<RunLog> {
  return runLog(store, (await findJob(store, id)).run_id, attempt);
}

/** The last part of a file as text; undefined where it does not exist yet. */
async function endOf(path: string): Promise<{ text: string; isCut: boolean } | undefined> {
  try {
    const file = await open(path, "r");
    try {
      const { size } = await file.stat();
      const start = Math.max(0, size - MAX_BYTES);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
      const text = buffer.subarray(0, bytesRead).toString("utf8");
      return { text: start > 0 ? text.slice(text.indexOf("\n") + 1) : text, isCut: start > 0 };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
}

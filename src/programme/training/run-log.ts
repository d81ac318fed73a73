import { join } from "node:path";

import type { RunLog } from "../../domain/run-origin.ts";
import type { Store } from "../../store/open-store.ts";
import { findJob } from "./job-rows.ts";
import { logEnd } from "./log-end.ts";

/** Maximum size of the end of a log that is returned, bytes. */
const MAX_BYTES = 256 * 2 ** 10;

/** The end of the trainer's output of a run, if this server launched it. Default: the newest attempt. */
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
  const end = shown === null ? undefined : await endOf(join(job.folder, "attempts", String(shown)));
  return { job: job.job_id, attempts, attempt: shown, text: end?.text ?? "", isCut: end?.isCut ?? false };
}

/** The end of the trainer's output of a job. @throws Failure not_found, bad_input */
export async function jobLog(store: Pick<Store, "db">, id: string, attempt?: number): Promise<RunLog> {
  return runLog(store, (await findJob(store, id)).run_id, attempt);
}

/** The last part of a log as text; undefined if it does not exist yet. */
async function endOf(attemptFolder: string): Promise<{ text: string; isCut: boolean } | undefined> {
  const end = await logEnd(attemptFolder, MAX_BYTES + 1);
  if (end === undefined) return undefined;
  const isCut = end.length > MAX_BYTES;
  const text = end.toString("utf8");
  return { text: isCut ? text.slice(text.indexOf("\n") + 1) : text, isCut };
}

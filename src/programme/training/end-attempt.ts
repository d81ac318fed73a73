import type { TrainingFile } from "../../domain/training-job.ts";
import { attemptEndMs } from "../../launch/supervise/attempt-time.ts";
import { judgeEnd, type Outcome } from "../../launch/supervise/decide.ts";
import { updateRun } from "../../track/update-run.ts";
import { release } from "../money/budgets.ts";
import { completeCurve } from "./complete-curve.ts";
import { postTrainedTokens } from "./hosted-cost.ts";
import { logEnd } from "./log-end.ts";
import type { Seen, Supervisor } from "./look-at-job.ts";
import { isProbing } from "./probe-job.ts";
import { relaxMemory } from "./relax-memory.ts";
import { placedAttempt } from "./training-targets.ts";

/** Bytes read from the end of a log to find errors. */
const LOG_TAIL_BYTES = 16_384;

/**
 * Decides on an ended attempt. Everything before the last write is idempotent, so that a killed supervisor can repeat
 * it.
 */
export async function settleAttempt(supervisor: Supervisor, seen: Seen): Promise<void> {
  const { store, engines } = supervisor;
  const { job, spec, facts } = seen;
  const { exit, cut, progress } = facts.attempt!;
  const engine = engines[spec.engine];
  const placed = await placedAttempt(job, facts.attempt!.number);
  await seen.scheduler.collect(placed);
  const verdict = await engine.verify(job.folder, spec.maxSteps);
  const paidUsd = await postTrainedTokens(store, { job, spec, attempt: facts.attempt!.number }, supervisor.now());
  const judged = judgeEnd({
    exit,
    hasExploded: facts.attempt!.hasExploded,
    stop: facts.stop?.reason,
    cut,
    unverified: "unverified" in verdict ? verdict.unverified : undefined,
    isFinite: progress?.isFinite !== false,
    isAtPause: job.until_step !== null && (progress?.step ?? 0) >= job.until_step,
    logTail: (await logEnd(placed.folder, LOG_TAIL_BYTES))?.toString("utf8") ?? "",
  });
  const endMs = attemptEndMs(facts.attempt!, facts.nowMs);
  await completeCurve(store, job.run_id, { values: await engine.logged(job.folder), nowMs: endMs });
  const relaxed =
    judged.state === "failed-oom" && cut === undefined
      ? await relaxMemory(job, spec, { engine, attempt: facts.attempt!.number })
      : undefined;
  const outcome: Outcome =
    relaxed === undefined ? judged : { state: "interrupted", reason: `out of GPU memory; next: ${relaxed.what}` };
  const modelSha256 = outcome.state === "done-verified" && "modelSha256" in verdict ? verdict.modelSha256 : null;
  const modelId = outcome.state === "done-verified" && "modelId" in verdict ? verdict.modelId : null;
  await close(supervisor, seen, { outcome, modelSha256, modelId, paidUsd, spec: relaxed?.spec });
}

type EndState = "stopped" | "over-budget" | "over-time" | "failed-infra" | "failed-config";

/** Ends a job that has nothing left to run. */
export async function endJob(
  supervisor: Supervisor,
  seen: Seen,
  { state, reason }: { state: EndState; reason: string },
): Promise<void> {
  await close(supervisor, seen, { outcome: { state, reason }, modelSha256: null });
}

type Ending = {
  outcome: Outcome | { state: "failed-infra"; reason: string };
  modelSha256: string | null;
  modelId?: string | null;
  /** Cost by trained tokens; undefined if it is priced by time, or unknown. */
  paidUsd?: string | undefined;
  /** The run of the next attempt; default: unchanged. */
  spec?: TrainingFile | undefined;
};

async function close(
  { store }: Supervisor,
  seen: Seen,
  { outcome, modelSha256, modelId = null, paidUsd, spec }: Ending,
): Promise<void> {
  const { job, facts, attempt } = seen;
  const { state, reason } = outcome;
  const { nowMs } = facts;
  // a supervisor that was away sees the end late, and nobody pays for that time
  const endMs = attempt === undefined || facts.attempt!.isEnded ? nowMs : attemptEndMs(facts.attempt!, nowMs);
  const isOver = state !== "interrupted" && state !== "preempted" && state !== "paused";
  const isAsked = state === "stopped" || state === "paused";
  const status = state === "done-verified" ? "FINISHED" : isAsked ? "KILLED" : "FAILED";
  await updateRun(store, job.run_id, { status, endMs, nowMs, endedMs: endMs });
  // a paused trial reserves nothing; a run that pauses after its first steps reserves the rest
  const isHolding = !isOver && !(state === "paused" && !isProbing(job, seen.spec));
  if (!isHolding) await release(store, job.run_id, new Date(nowMs));
  const step = facts.attempt?.progress?.step ?? null;
  await store.write(async (db) => {
    if (attempt !== undefined && attempt.ended_ms === null) {
      await db
        .updateTable("job_attempts")
        .set({
          ended_ms: endMs,
          exit_code: facts.attempt?.exit?.code ?? null,
          exit_signal: facts.attempt?.exit?.signal ?? null,
          last_step: step,
          outcome: reason === null ? state : `${state}: ${reason}`,
          paid_usd: paidUsd ?? null,
        })
        .where("job_no", "=", job.job_no)
        .where("attempt", "=", attempt.attempt)
        .execute();
    }
    await db
      .updateTable("jobs")
      .set({
        state: state === "interrupted" ? "queued" : state,
        reason,
        step: step ?? job.step,
        model_sha256: modelSha256,
        model_id: modelId,
        ...(spec === undefined ? {} : { spec: JSON.stringify(spec) }),
        ended_ms: isOver ? endMs : null,
      })
      .where("job_no", "=", job.job_no)
      .execute();
  });
}

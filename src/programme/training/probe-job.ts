import { formatMoney, parseMoney } from "../../base/money.ts";
import { Failure } from "../../base/failure.ts";
import type { ProbeResult, TrainingFile } from "../../domain/training-job.ts";
import type { Progress } from "../../launch/engines/engine.ts";
import { estimateRun, type RunEstimate } from "../../launch/supervise/run-estimate.ts";
import { picoFor } from "../../launch/supervise/running-cost.ts";
import type { Store } from "../../store/open-store.ts";
import { release, reserve } from "../money/budgets.ts";
import type { Pricing } from "../money/pricing.ts";
import type { AttemptRow, JobRow } from "./job-rows.ts";

/** True for a job that pauses after its first steps. */
export function isProbing(job: Pick<JobRow, "probe" | "until_step">, { probeSteps }: TrainingFile): boolean {
  return probeSteps !== undefined && job.probe === null && job.until_step === probeSteps;
}

/** Estimate for the whole job from its first steps; undefined if the engine reported no step times. */
export function probeResult(
  spec: TrainingFile,
  attempt: AttemptRow,
  progress: Progress | undefined,
): ProbeResult | undefined {
  const times = progress?.recent ?? [];
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined || attempt.ended_ms === null) return undefined;
  const steps = last[0];
  const estimate = estimateRun(
    {
      startMs: Math.max(0, first[1] - attempt.started_ms),
      stepMs: times.slice(1).map(([, ms], index) => ms - times[index]![1]),
      saveMs: Math.max(0, attempt.ended_ms - last[1]),
    },
    { steps, maxSteps: spec.maxSteps, saveSteps: spec.saveSteps },
  );
  return estimate === undefined ? undefined : priced(estimate, steps, spec.usdPerHour);
}

function priced(estimate: RunEstimate, steps: number, usdPerHour: string | undefined): ProbeResult {
  const hours = (ms: number): number => ms / 3_600_000;
  const usd = (ms: number): string | null => (usdPerHour === undefined ? null : formatMoney(picoFor(usdPerHour, ms)));
  return {
    steps,
    p10Hours: hours(estimate.p10),
    p50Hours: hours(estimate.p50),
    p90Hours: hours(estimate.p90),
    p10Usd: usd(estimate.p10),
    p50Usd: usd(estimate.p50),
    p90Usd: usd(estimate.p90),
  };
}

/**
 * Consequence of a probe: the job continues with its cost reserved at p90 (or the cap, if lower), or ends because its
 * cap is too low even in the best case, or no budget has enough left. Idempotent.
 */
export async function afterProbe(
  store: Store,
  { job, spec, result }: { job: JobRow; spec: TrainingFile; result: ProbeResult | undefined },
  time: { pricing: Pricing; now: Date },
): Promise<{ goesOn: true } | { goesOn: false; reason: string }> {
  if (result !== undefined && result.p90Usd !== null) {
    const { p10Usd, p90Usd } = result;
    if (spec.maxUsd !== undefined && parseMoney(p10Usd!) > parseMoney(spec.maxUsd)) {
      const reason = `after ${result.steps} steps its forecast is ${p10Usd} to ${p90Usd} USD, above its cap`;
      return { goesOn: false, reason };
    }
    const isCapped = spec.maxUsd !== undefined && parseMoney(spec.maxUsd) < parseMoney(p90Usd);
    const usd = isCapped ? spec.maxUsd! : p90Usd;
    await release(store, job.run_id, time.now);
    try {
      await reserve(store, { runId: job.run_id, usd, experiment: spec.experiment, tags: [] }, time);
    } catch (error) {
      if (!(error instanceof Failure) || error.kind !== "over_budget") throw error;
      return { goesOn: false, reason: error.message };
    }
  }
  await store.write((db) =>
    db
      .updateTable("jobs")
      .set({ state: "queued", until_step: null, probe: JSON.stringify(result ?? null) })
      .where("job_no", "=", job.job_no)
      .where("state", "=", "paused")
      .execute(),
  );
  return { goesOn: true };
}

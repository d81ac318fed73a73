import type { FineTuningCheckpoint, FineTuningEvent, FineTuningJob } from "../../../remote/fine-tuning-jobs.ts";
import type { HostedNews } from "../../engines/openai/config.ts";
import type { AttemptSight, TrainerExit } from "../scheduler.ts";

/** States before training starts. */
const WAITING = new Set(["validating_files", "queued"]);

/** Job errors that can be fixed by changing the file or its rows. */
const CONFIG_ERROR = /invalid|validation|format|unsupported|not_found/i;

/**
 * State of the attempt of a provider's job. A status that is not in the schema, such as `paused`, counts as running. A
 * job that was cancelled at the provider counts as failed: it is not started again, because it would be paid for again.
 */
export function hostedSight(job: FineTuningJob): AttemptSight {
  const startedMs = secondsToMs(job.created_at);
  const alive = { isClaimed: true, isAlive: true, exit: undefined, startedMs };
  if (WAITING.has(job.status)) return { ...alive, phase: "queued" };
  const endedMs = secondsToMs(job.finished_at) ?? Date.now();
  const ended = (exit: Pick<TrainerExit, "code">): AttemptSight => ({
    isClaimed: true,
    isAlive: false,
    exit: { ...exit, signal: null, error: null, endedMs },
    startedMs,
    endedMs,
  });
  if (job.status === "succeeded") return ended({ code: 0 });
  if (job.status === "cancelled") return ended({ code: 1 });
  if (job.status === "failed") return ended({ code: CONFIG_ERROR.test(job.error?.code ?? "") ? 2 : 1 });
  return alive;
}

/** The provider's report about a job, in the form that the engine reads. */
export function newsOf(
  job: FineTuningJob,
  { events, checkpoints }: { events: readonly FineTuningEvent[]; checkpoints: readonly FineTuningCheckpoint[] },
): HostedNews {
  const bySteps = new Map<number, Record<string, number>>();
  const note = (step: number, values: Readonly<Record<string, unknown>> | null | undefined): void => {
    const known = bySteps.get(step) ?? {};
    for (const [key, value] of Object.entries(values ?? {})) {
      if (typeof value === "number" && Number.isFinite(value) && !NOT_METRICS.has(key)) known[key] = value;
    }
    bySteps.set(step, known);
  };
  for (const { data } of events) {
    if (typeof data?.["step"] === "number" && Number.isInteger(data["step"])) note(data["step"], data);
  }
  for (const { step_number: step, metrics } of checkpoints) note(step, metrics);
  const metrics = [...bySteps]
    .map(([step, values]) => ({ step, values }))
    .filter(({ values }) => Object.keys(values).length > 0)
    .toSorted((a, b) => a.step - b.step);
  return {
    jobId: job.id,
    status: job.status,
    modelId: job.fine_tuned_model ?? null,
    trainedTokens: job.trained_tokens ?? null,
    step: metrics.at(-1)?.step ?? null,
    metrics,
    checkpoints: checkpoints
      .map(({ step_number: step, fine_tuned_model_checkpoint: modelId }) => ({ step, modelId }))
      .toSorted((a, b) => a.step - b.step),
    answer: null,
    answerError: null,
  };
}

/** Numeric fields of an event's data that are not metrics. */
const NOT_METRICS = new Set(["step", "total_steps", "epoch"]);

/** The log of a job: its events, oldest first, and its error. */
export function logOf(job: FineTuningJob, events: readonly FineTuningEvent[]): string {
  const lines = events
    .toSorted((a, b) => a.created_at - b.created_at)
    .map(({ created_at: sec, message }) => `${new Date(sec * 1000).toISOString()} ${message}`);
  if (job.status === "cancelled") lines.push("the job was cancelled at the provider");
  if (job.error?.message) lines.push(job.error.message);
  return lines.map((line) => `${line}\n`).join("");
}

function secondsToMs(seconds: number | null | undefined): number | undefined {
  return seconds === null || seconds === undefined ? undefined : seconds * 1000;
}

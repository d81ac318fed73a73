import { shellWord } from "../../base/command-line.ts";
import { parseMoney } from "../../base/money.ts";
import { textTable } from "../../base/text-table.ts";
import { counted } from "../../base/words.ts";
import type { RunLog } from "../../domain/run-origin.ts";
import type {
  JobForecast,
  JobList,
  PreflightCheck,
  ProbeResult,
  TrainingJob,
  TrainingPreflight,
} from "../../domain/training-job.ts";
import { terminalText } from "../../report/terminal-text.ts";

/** Table of jobs. */
export function jobListText({ jobs }: JobList): string {
  if (jobs.length === 0) return "no training jobs";
  const table = textTable(
    [
      { head: "job" },
      { head: "name" },
      { head: "state" },
      { head: "attempts", align: "right" },
      { head: "step", align: "right" },
      { head: "spent USD", align: "right" },
      { head: "cap USD", align: "right" },
    ],
    jobs.map((job) => [
      job.id,
      job.name,
      job.state,
      String(job.attempts.length),
      `${job.step ?? 0}/${job.maxSteps}`,
      job.spentUsd ?? "unpriced",
      job.maxUsd ?? "none",
    ]),
  );
  return `${table}\n\n${counted(jobs.length, "job")}`;
}

/** Text of one job with its attempts. */
export function jobText(job: TrainingJob): string {
  const head = textTable(
    [{ head: "job" }, { head: job.id }],
    [
      ["name", job.name],
      ["state", job.reason === null ? job.state : `${job.state}: ${job.reason}`],
      ["step", `${job.step ?? 0} of ${job.maxSteps}`],
      ["model", modelText(job)],
      ["spent", spentText(job)],
      ["cap", job.maxUsd === null ? "none" : `${job.maxUsd} USD`],
      ...(job.probe === null ? [] : [["probe", probeText(job.probe) + actualText(job, job.probe)]]),
      ...(job.forecast === null ? [] : [["forecast", forecastText(job.forecast)]]),
      ...(job.approvedBy === null ? [] : [["approved", `by ${job.approvedBy}`]]),
      ["dataset", job.datasetDigest],
      ["run", job.runId],
      ["folder", job.folder],
    ],
  );
  if (job.attempts.length === 0) return `${head}\n\nnot started yet`;
  const attempts = textTable(
    [
      { head: "attempt", align: "right" },
      { head: "started" },
      { head: "ended" },
      { head: "resumed from" },
      { head: "last step", align: "right" },
      { head: "outcome", wrap: 60 },
    ],
    job.attempts.map((attempt) => [
      String(attempt.attempt),
      attempt.startedAt.slice(0, 19),
      attempt.endedAt?.slice(0, 19) ?? "not yet",
      attempt.resumedFrom?.split("/").at(-1) ?? "the start",
      attempt.lastStep === null ? "unknown" : String(attempt.lastStep),
      attempt.outcome ?? "runs",
    ]),
  );
  return `${head}\n\n${attempts}`;
}

function probeText({ steps, p10Usd, p90Usd, p10Hours, p90Hours }: ProbeResult): string {
  const usd = p10Usd === null ? "unpriced" : `${p10Usd} to ${p90Usd} USD`;
  return `${usd} and ${p10Hours.toPrecision(3)} to ${p90Hours.toPrecision(3)} hours for the complete run (p10 to p90), estimated from ${steps} steps`;
}

/** Text comparing the cost of a finished run with the estimate from its first steps. */
function actualText({ state, spentUsd }: TrainingJob, { p10Usd, p90Usd }: ProbeResult): string {
  if (state !== "done-verified" || spentUsd === null || p10Usd === null || p90Usd === null) return "";
  const spent = parseMoney(spentUsd);
  const place = spent < parseMoney(p10Usd) ? "below" : spent > parseMoney(p90Usd) ? "above" : "within";
  return `; actual cost ${spentUsd} USD, ${place} that range`;
}

function forecastText({ secPerStep, checkpointUsd, endUsd, capStep }: JobForecast): string {
  const speed = `${secPerStep.toPrecision(3)} s per step`;
  if (endUsd === null) return `${speed}, unpriced`;
  const end = capStep === null ? "" : `; WARNING: its cap ends it at about step ${capStep}`;
  return `${speed}, ${checkpointUsd} USD at the next checkpoint, ${endUsd} USD at the end${end}`;
}

function modelText({ modelSha256, modelId }: TrainingJob): string {
  if (modelId !== null) return `verified: ${modelId} answers`;
  return modelSha256 === null ? "not verified" : `verified, SHA-256 ${modelSha256}`;
}

function spentText({ spentUsd, usdPerHour }: TrainingJob): string {
  if (spentUsd === null) return "unpriced";
  return usdPerHour === null ? `${spentUsd} USD for trained tokens` : `${spentUsd} USD at ${usdPerHour} USD per hour`;
}

/** End of the output of a trainer, as a terminal shows it. */
export function logText({ text }: Pick<RunLog, "text">): string {
  return text === "" ? "nothing was written yet" : terminalText(text).trimEnd();
}

/** Text of checks, each with a remedy if it failed. */
export function checksText(checks: readonly PreflightCheck[]): string {
  return textTable(
    [{ head: "check" }, { head: "ok" }, { head: "found", wrap: 70 }, { head: "to fix", wrap: 50 }],
    checks.map(({ check, ok, detail, fix }) => [check, ok ? "yes" : "NO", detail, fix ?? ""]),
  );
}

/** Checks before a start; if all passed, below them what would run, and what it may cost. */
export function preflightText({ ok, checks, command, target, usdPerHour, maxUsd }: TrainingPreflight): string {
  if (!ok) return checksText(checks);
  const cap = maxUsd === null ? "no cap" : `at most ${maxUsd} USD`;
  const price = usdPerHour === null ? "unpriced" : `${usdPerHour} USD per hour`;
  const plan = textTable(
    [{ head: "command" }, { head: command.map(shellWord).join(" ") }],
    [
      ["target", target],
      ["cost", `${price}, ${cap}`],
    ],
  );
  return `${checksText(checks)}\n\n${plan}`;
}

/** Checks of an installation, and below them the commands that install what is missing, each on one line to copy. */
export function doctorText(checks: readonly PreflightCheck[]): string {
  const table = textTable(
    [{ head: "check" }, { head: "ok" }, { head: "found", wrap: 70 }],
    checks.map(({ check, ok, detail }) => [check, ok ? "yes" : "NO", detail]),
  );
  const fixes = [...new Set(checks.flatMap(({ fix }) => (fix === null ? [] : [fix])))];
  return fixes.length === 0 ? table : `${table}\n\nto install what is missing:\n    ${fixes.join("\n    ")}`;
}

import type { MeasuredRuns, TrainingFile } from "../../domain/training-job.ts";
import type { LoggedValue, Progress } from "../../launch/engines/engine.ts";
import { ENGINES } from "../../launch/engines/engines.ts";
import { recomputes } from "../../launch/supervise/memory-ladder.ts";
import { csvText } from "../../report/csv-text.ts";
import type { Store } from "../../store/open-store.ts";
import { type JobRow, specOf } from "./job-rows.ts";
import { stepMsOf } from "./job-sight.ts";

/** Columns of a row, as `plan check training` reads them. */
const COLUMNS = [
  "id",
  "source_group",
  "model",
  "method",
  "stack",
  "precision",
  "lora_rank",
  "lora_targets",
  "gpu",
  "n_gpus",
  "parallelism",
  "seq_len",
  "micro_batch",
  "grad_accum",
  "grad_ckpt",
  "packing",
  "memory_kind",
  "peak_mem_gib",
  "tokens_per_s_per_gpu",
] as const;

/** Libraries as measurements name them. */
const STACKS: Readonly<Record<Exclude<TrainingFile["engine"], "openai">, string>> = {
  trl: "hf-trl",
  axolotl: "axolotl",
  "llama-factory": "llama-factory",
  verl: "verl",
};

/**
 * Measurements of the completed runs of a folder, for `plan calibrate`: trained tokens per second from the median time
 * of the newest steps, and the peak memory. A run with neither is listed with the reason.
 *
 * @param model Hub id or alias of the base model, because a training file names a folder
 */
export async function measuredRuns({ db }: Pick<Store, "db">, { model }: { model: string }): Promise<MeasuredRuns> {
  const jobs = await db.selectFrom("jobs").selectAll().where("state", "=", "done-verified").orderBy("job_no").execute();
  const rows: string[][] = [];
  const skipped: MeasuredRuns["skipped"] = [];
  for (const job of jobs) {
    const found = await measuredRow(job, model);
    if (typeof found === "string") skipped.push({ job: job.job_id, reason: found });
    else rows.push(found);
  }
  return { rows: rows.length, csv: csvText([COLUMNS, ...rows]), skipped };
}

async function measuredRow(job: JobRow, model: string): Promise<string[] | string> {
  const spec = specOf(job);
  if (spec.engine === "openai") return "a provider trained it, on machines that it does not name";
  const engine = ENGINES[spec.engine];
  const progress = await engine.progress(job.folder);
  const speed = progress === undefined ? undefined : tokensPerSec(progress, await engine.logged(job.folder));
  if (speed === undefined && progress?.peakBytes === undefined) {
    return "its trainer reported neither the tokens and times of its steps nor its memory";
  }
  const { gpuCount } = spec;
  const cells: Readonly<Record<(typeof COLUMNS)[number], string>> = {
    id: job.job_id,
    source_group: job.programme,
    model,
    method: spec.method === "sft" ? "lora" : spec.method,
    stack: STACKS[spec.engine],
    precision: spec.device === "cpu" ? "fp32" : "bf16",
    lora_rank: String(spec.loraRank),
    lora_targets: "all-linear",
    gpu: spec.gpu ?? (spec.device === "cpu" ? "cpu" : ""),
    n_gpus: String(gpuCount),
    parallelism: "none",
    seq_len: String(spec.sequenceTokens),
    micro_batch: String(spec.batchSequences),
    grad_accum: String(spec.accumulationSteps),
    grad_ckpt: recomputes(spec) ? "yes" : "no",
    packing: "padded",
    memory_kind: progress?.peakBytes === undefined ? "" : "allocated",
    peak_mem_gib: progress?.peakBytes === undefined ? "" : (progress.peakBytes / 2 ** 30).toFixed(3),
    tokens_per_s_per_gpu: speed === undefined ? "" : (speed / gpuCount).toPrecision(4),
  };
  return COLUMNS.map((name) => cells[name]);
}

/**
 * Trained tokens per second: those of the newest steps over the median time of a step. Undefined if either is unknown.
 */
function tokensPerSec(progress: Progress, values: readonly LoggedValue[]): number | undefined {
  const { recent = [] } = progress;
  const [first, last] = [recent[0], recent.at(-1)];
  if (first === undefined || last === undefined || last[0] - first[0] < 2) return undefined;
  const seen = new Map(values.filter(({ key }) => key === "num_tokens").map(({ step, value }) => [step, value]));
  const [before, after] = [seen.get(first[0]), seen.get(last[0])];
  if (before === undefined || after === undefined || after <= before) return undefined;
  return ((after - before) / (last[0] - first[0]) / stepMsOf(progress)!) * 1000;
}

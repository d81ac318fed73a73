import { counted } from "../../base/words.ts";
import { specifiedTflops } from "../../catalog/peak-tflops.ts";
import { notACount, notPositive } from "../check/decimal.ts";
import type { RowText } from "../check/row-text.ts";
import type { ServingQuantity } from "./serving-columns.ts";
import { degree, isSharedOtherwise, servingGpus } from "./serving-layout.ts";
import type { ServingRow } from "./serving-row.ts";

/** Columns that contain an integer of at least one, or nothing. */
const COUNTS = ["n_gpus", "tp", "pp", "ep", "dp"];

/** Columns that contain a positive number, or nothing. */
const AMOUNTS = ["params_b", "gpu_mem_gb", "total_tokens_per_s"];

/** Reason why a row is implausible regardless of its model: an invalid value, or contradictory facts. */
export function servingContradiction(text: RowText): string | undefined {
  const stated = (columns: readonly string[]): string[] => columns.filter((column) => text(column) !== "");
  const malformed =
    stated(COUNTS)
      .map((column) => notACount(column, text(column)))
      .find(Boolean) ??
    stated(AMOUNTS)
      .map((column) => notPositive(column, text(column)))
      .find(Boolean);
  if (malformed !== undefined) return malformed;
  for (const column of ["input_len", "output_len"])
    if (/^(-|nan|inf|0+(\.0+)?$)/i.test(text(column)))
      return `${column} is "${text(column).slice(0, 40)}", expected tokens`;
  if (/^(-\d|nan\b|0+(\.0+)?$)/i.test(text("concurrency")))
    return `concurrency is "${text("concurrency").slice(0, 40)}", expected requests, a rate or max`;
  const [gpus, tp, pp] = [servingGpus(text), degree(text, "tp") ?? 1, degree(text, "pp") ?? 1];
  if (text("n_gpus") !== "" && tp * pp > gpus)
    return `tp ${tp}${pp > 1 ? ` and pp ${pp}` : ""} split the model over ${tp * pp} GPUs, but the row has ${counted(gpus, "GPU")}`;
  if (text("n_gpus") !== "" && gpus % (tp * pp) !== 0 && !isSharedOtherwise(text))
    return `${counted(gpus, "GPU")} are not a whole number of replicas of tp ${tp}${pp > 1 ? ` and pp ${pp}` : ""}: one of the two values is wrong`;
  return sizeless(text);
}

/** Reason if a total of input and output is less than the output alone; otherwise undefined. */
function sizeless(text: RowText): string | undefined {
  const [total, output] = [Number(text("total_tokens_per_s")), Number(text("output_tokens_per_s_total"))];
  return total > 0 && output > 0 && total < output * 0.99
    ? `total_tokens_per_s is ${text("total_tokens_per_s")}, less than the output alone: is one of them per GPU?`
    : undefined;
}

/** Largest ratio between the stated size of a model and the catalogue's; a larger one means another model. */
const SIZE_TOLERANCE = 1.6;

/** Reason why a row is implausible for the model that it names; otherwise undefined. */
export function servingSizeContradiction(text: RowText, { run: { shape } }: ServingRow): string | undefined {
  const stated = Number(text("params_b"));
  const [all, active] = [shape.paramCount / 1e9, shape.activeParamCount / 1e9];
  if (stated === 0 || (stated <= all * SIZE_TOLERANCE && stated >= active / SIZE_TOLERANCE)) return undefined;
  return `params_b is ${text("params_b")}, but ${shape.id} has ${all.toFixed(1)} billion parameters: another model?`;
}

/**
 * Factor by which a pass may be faster than computed, because weights have fewer bits than stated or drafts are
 * accepted.
 */
const PASS_SLACK = 8;

/**
 * Reason why no machine of the row can have reached a measured value; otherwise undefined. The consistency of several
 * values is checked separately by Little's law.
 */
export function beyondTheMachine(row: ServingRow, quantity: ServingQuantity, value: number): string | undefined {
  const { run } = row;
  if (quantity === "tpotMs" && run.outputTokens.mean < 2) return "an answer of one token has no time per output token";
  if (quantity === "outputTokensPerSec") return beyondCompute(row, value) ?? beyondPasses(row, value);
  const least = passMs(row) / PASS_SLACK;
  if (value >= least) return undefined;
  const column = quantity === "ttftMs" ? "ttft_ms" : "tpot_ms";
  const inSeconds = value * 1000 >= passMs(row) / 2 ? ": is it in seconds?" : "";
  return `${column} is ${round(value)}, less than ${run.gpu.id} needs to read an eighth of the active weights (${round(least)} ms)${inSeconds}`;
}

/**
 * Reason if a value exceeds the compute rate: two operations per active parameter and generated token, in four bits if
 * the GPU supports them.
 */
function beyondCompute({ run, gpus }: ServingRow, value: number): string | undefined {
  const tflops = Math.max(...(["bf16", "fp8", "nvfp4"] as const).map((name) => specifiedTflops(run.gpu, name) ?? 0));
  const most = (tflops * 1e12 * gpus) / (2 * run.shape.activeParamCount);
  if (tflops === 0 || value <= most) return undefined;
  return `${round(value)} output tokens per second are ${(value / most).toFixed(1)} times what ${counted(gpus, run.gpu.id)} can compute: do they include input tokens?`;
}

/** Reason if more tokens are reported than passes over the weights can produce for the number of requests. */
function beyondPasses(row: ServingRow, value: number): string | undefined {
  const { load, replicas } = row;
  if (load.kind !== "concurrency" && load.kind !== "static-batch") return undefined;
  const most = (PASS_SLACK * 1000 * load.requests * replicas) / passMs(row);
  if (value <= most) return undefined;
  return `${round(value)} output tokens per second are more than ${counted(load.requests * replicas, "request")} can get from passes over the weights (${round(most)}, eight tokens from each): is the batch larger?`;
}

/** Milliseconds in which the GPUs of a replica read the active weights once, in the format of the row. */
function passMs({ run }: ServingRow): number {
  const bytes = run.shape.activeParamCount * { bf16: 2, fp8: 1, int8: 1, int4: 0.5, fp4: 0.5 }[run.weights];
  const gpus = run.tensorParallel * run.pipelineParallel * Math.max(1, run.expertParallel / run.tensorParallel);
  return (1000 * bytes) / (run.gpu.bandwidthTbPerSec * 1e12 * gpus);
}

function round(value: number): string {
  return String(Number(value.toPrecision(3)));
}

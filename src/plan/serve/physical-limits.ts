import { specifiedTflops } from "../../catalog/peak-tflops.ts";
import type { Estimate } from "../../domain/estimate.ts";
import { productFormat } from "./products-time.ts";
import type { Replica } from "./replica.ts";
import { tokensPerStep } from "./replica.ts";
import { requestLengths } from "./request-lengths.ts";
import type { ServeMemory } from "./serve-memory.ts";
import type { Load } from "./serve-run.ts";
import type { Times } from "./served.ts";
import { multipliedPerToken, readBytes } from "./weight-bytes.ts";

/** Bounds that no kernel can exceed on the GPUs of a replica, independent of any measurements. */
export type PhysicalLimits = {
  /** Prefill times, ascending over requests: each prompt is multiplied by the weights at the specified rate. */
  prefillSec: Times;
  /** Time of a token of a single sequence: each step reads the weights at the specified bandwidth. */
  tpotSec: number;
  outputPerSec: number;
};

/** Number of prompts that are examined if their lengths differ. */
const PROMPTS = 400;

/**
 * Bounds of one replica from its chips' specification: prompts by FLOPs, tokens by reading the weights of one token,
 * output by both. Attention, collectives and the host only add to these times.
 *
 * @source roofline: Williams, Waterman and Patterson 2009, CACM 52(4); rates of gpus.csv, dense
 */
export function physicalLimits(replica: Replica, { maxRunning }: ServeMemory, load: Load): PhysicalLimits {
  const { run, gpus, tensor, groups } = replica;
  const { inputTokens, outputTokens, prefixHitShare } = run;
  const tokenSec = (2 * multipliedPerToken(replica.shape)) / (gpus * mostFlops(replica));
  const lengths = requestLengths(inputTokens, { count: inputTokens.cv === 0 ? 1 : PROMPTS, which: "input", least: 1 });
  const tpotSec = readBytes(replica) / (tensor * groups * run.gpu.bandwidthTbPerSec * 1e12) / tokensPerStep(replica);
  const computed = 1 + (inputTokens.mean * (1 - prefixHitShare)) / outputTokens.mean;
  const offered = "requests" in load && load.kind !== "rate" ? load.requests : undefined;
  const together = Math.min(maxRunning, offered ?? maxRunning);
  return {
    prefillSec: Float64Array.from(lengths, (length) => length * (1 - prefixHitShare) * tokenSec).toSorted(),
    tpotSec,
    // Requests whose prompts are read elsewhere are counted over replicas of both kinds.
    outputPerSec: run.disaggregated ? Infinity : Math.min(1 / (computed * tokenSec), together / tpotSec),
  };
}

/** Limits an estimated time from below, or an estimated rate from above. */
export function within(
  estimate: Estimate,
  { least = 0, most = Infinity }: { least?: number; most?: number },
): Estimate {
  if (estimate.p10 >= least && estimate.p90 <= most) return estimate;
  const clamp = (value: number): number => Math.min(most, Math.max(least, value));
  const { p10, p50, p90, basis } = estimate;
  const limits = "limited to what the specified FLOPs and bandwidth allow";
  return { ...estimate, p10: clamp(p10), p50: clamp(p50), p90: clamp(p90), basis: `${basis}; ${limits}` };
}

/**
 * Dense FLOPs per second of one GPU in the format of its products. Widened four-bit weights may run in the widest
 * format that the GPU supports.
 */
function mostFlops(replica: Replica): number {
  const { gpu, format } = replica;
  const product = productFormat(replica);
  const formats =
    format === "mxfp4" ? (["nvfp4", "fp8", "bf16"] as const) : ([product === "widened" ? "bf16" : product] as const);
  const most = Math.max(...formats.map((format) => specifiedTflops(gpu, format) ?? 0));
  return most === 0 ? Number.POSITIVE_INFINITY : most * 1e12;
}

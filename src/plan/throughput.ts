import type { Quantity, Refusal } from "../domain/estimate.ts";
import type { Gpu } from "../domain/gpu.ts";
import type { RunSpec } from "../domain/run-spec.ts";
import { isFull, modelFlopsPerToken } from "./flops.ts";
import { multiplyRanges, type Range } from "./lognormal.ts";
import { shardingOf } from "./memory-facts.ts";
import type { TrainRun } from "./memory.ts";
import {
  GPU_RATIOS,
  gpuFamily,
  type SpeedData,
  type SpeedMethod,
  type SpeedStack,
  THROUGHPUT_CELLS,
  type ThroughputCell,
  TYPICAL_SPREAD,
} from "./throughput-cells.ts";

/** What decides the speed of a run; `stack` may be one that a run spec cannot name. */
export type SpeedRequest = {
  gpu: Gpu;
  stack: SpeedStack;
  method: SpeedMethod;
  precision: "bf16" | "fp8";
  data: SpeedData;
};

/** A speed in model TFLOP/s per GPU with how it was found. */
export type Speed = Range & { basis: string; n: number; sources: string[] };

/**
 * Trained tokens per second per GPU: model TFLOP/s that published runs reached on the same GPU, stack, method and
 * data shape, over the model FLOPs of a token. Where a cell is missing the nearest one is scaled by a measured ratio
 * with a wider range; where none is near it is refused.
 *
 * @accuracy the cells' p10-p90; optimizer time is in them, so steps of under about 4k tokens per GPU are slower still
 * @source planning.md §2.1-2.4
 */
export function trainThroughput(run: TrainRun & { stack?: SpeedStack }): Quantity {
  const { shape, spec, gpu } = run;
  const outside = outsideCells(run);
  if (outside) return outside;
  const speed = modelTflops({
    gpu,
    stack: run.stack ?? spec.stack,
    method: spec.method === "qlora" ? "qlora" : isFull(spec) ? "full" : "lora",
    precision: spec.precision === "fp8" ? "fp8" : "bf16",
    data: dataShape(spec),
  });
  if ("refused" in speed) return speed;
  const flops = modelFlopsPerToken(shape, spec);
  const extra = extraTime(spec);
  const range = multiplyRanges(speed, extra.range);
  const scale = 1e12 / flops;
  return {
    p10: range.p10 * scale,
    p50: range.p50 * scale,
    p90: range.p90 * scale,
    unit: "tokens/s/GPU",
    basis: `${speed.basis} / ${(flops / 1e9).toPrecision(3)} GFLOP per token${extra.basis}`,
    n: speed.n,
    sources: [...speed.sources, "planning.md §2.1"],
  };
}

/** Tokens of a micro-step below which the GPU waits for the host, and below which PCIe exchange outweighs the work. */
const MIN_TOKENS = 1024;
const MIN_TOKENS_FULL = 4096;
const MIN_TOKENS_PCIE = 8192;
const MAX_GPUS_PCIE = 8;
const SLOW_LINK_GB_PER_SEC = 100;

/** What no published run is near to: a reason, or undefined. */
function outsideCells({ shape, spec, gpu }: TrainRun): Refusal | undefined {
  if (shape.experts)
    return {
      refused: "no calibration cell for a mixture of experts: published speeds spread 25-fold with the expert kernels",
      hint: "give the hours per run that you measured, or plan a dense model of its active size for an upper bound",
    };
  const attention = 6 * spec.sequenceTokens * shape.hidden * shape.layers;
  if (attention > 0.5 * modelFlopsPerToken(shape, spec))
    return {
      refused: `attention outweighs the matrix products at ${spec.sequenceTokens} tokens per sequence, which no cell covers`,
      hint: "shorten sequenceTokens, or give the hours per run that you measured",
    };
  const tokens = spec.sequenceTokens * spec.batchSequences;
  const least = isFull(spec) ? MIN_TOKENS_FULL : MIN_TOKENS;
  if (spec.packing && spec.stack === "hf" && tokens < least)
    return {
      refused: `${tokens} tokens per micro-step are outside the cells, which begin at ${least} for ${spec.method}`,
      hint: "raise batchSequences: small steps leave the GPU idle",
    };
  return slowExchange({ spec, gpu });
}

/** Sharding over PCIe: published runs are of adapters, on up to 8 cards, with large micro-steps. */
function slowExchange({ spec, gpu }: Pick<TrainRun, "spec" | "gpu">): Refusal | undefined {
  const sharding = shardingOf(spec);
  const tokens = spec.sequenceTokens * spec.batchSequences;
  if ((gpu.linkGbPerSec ?? 0) >= SLOW_LINK_GB_PER_SEC || (sharding !== "fsdp" && sharding !== "zero3"))
    return undefined;
  const which = isFull(spec)
    ? "full training"
    : spec.gpuCount > MAX_GPUS_PCIE
      ? `${spec.method} over more than ${MAX_GPUS_PCIE} cards`
      : tokens < MIN_TOKENS_PCIE
        ? `${spec.method} with under ${MIN_TOKENS_PCIE} tokens per micro-step`
        : undefined;
  if (which === undefined) return undefined;
  return {
    refused: `${gpu.id} has no fast link: no cell covers ${which} with weights gathered over PCIe`,
    hint: "choose cards with NVLink, or a run that needs no gathering: sharding none or zero2",
  };
}

/** Model TFLOP/s of a request: its own cell, or the nearest with the ratio between them. */
export function modelTflops(request: SpeedRequest): Speed | Refusal {
  return ownCell(request) ?? otherData(request) ?? otherMethod(request) ?? otherGpu(request) ?? noCell(request);
}

function dataShape(spec: RunSpec): SpeedData {
  if (!spec.packing) return "short";
  return spec.stack === "hf" && spec.sequenceTokens * spec.batchSequences < 8192 ? "small" : "full";
}

function ownCell({ gpu, stack, method, precision, data }: SpeedRequest): Speed | undefined {
  const cell = THROUGHPUT_CELLS.find(
    (each) =>
      each.gpu === gpuFamily(gpu.id) &&
      each.stack === stack &&
      each.method === method &&
      each.precision === precision &&
      each.data === data,
  );
  return cell && fromCell(cell);
}

function fromCell(cell: ThroughputCell): Speed {
  const spread = cell.p10 === null || cell.p90 === null ? ", spread of the other cells" : "";
  return {
    p10: cell.p10 ?? cell.p50 * TYPICAL_SPREAD.low,
    p50: cell.p50,
    p90: cell.p90 ?? cell.p50 * TYPICAL_SPREAD.high,
    basis: `cell ${cell.id}, ${cell.p50} model TFLOP/s${spread}`,
    n: cell.n,
    sources: [cell.source],
  };
}

/** Share of the full-batch speed that is left on the A100, where both were measured. */
const DATA_RATIOS = {
  small: {
    range: { p10: 53 / 120, p50: 94 / 120, p90: 115 / 120 },
    words: "under 8k tokens per micro-step",
    source: "planning.md §2.3: Qwen scripts, 94 (53-115) of 120 model TFLOP/s",
  },
  short: {
    range: { p10: 39 / 120, p50: 54 / 120, p90: 103 / 120 },
    words: "short padded rows",
    source: "planning.md §2.3: PaddleNLP benchmark, 54 (39-103) of 120 model TFLOP/s",
  },
} as const;

/** Small steps or short padded data without a cell: the full-batch speed times what the A100 keeps of it. */
function otherData(request: SpeedRequest): Speed | undefined {
  if (request.data === "full") return undefined;
  const full = modelTflops({ ...request, data: "full" });
  if ("refused" in full) return undefined;
  const { range, words, source } = DATA_RATIOS[request.data];
  return {
    ...multiplyRanges(full, range),
    basis: `${full.basis} × ${range.p10.toFixed(2)}-${range.p90.toFixed(2)} for ${words} (A100 HF LoRA)`,
    n: Math.min(full.n, 22),
    sources: [...full.sources, source],
  };
}

/** Another method of the same GPU and stack, by the ratio of the two on the A100, with 15 % more on both sides. */
function otherMethod(request: SpeedRequest): Speed | undefined {
  for (const method of ["lora", "full", "qlora"] as const) {
    if (method === request.method) continue;
    const near = ownCell({ ...request, method });
    if (!near) continue;
    const ratio = A100_HF[request.method] / A100_HF[method];
    return {
      ...multiplyRanges(near, { p10: ratio * 0.85, p50: ratio, p90: ratio * 1.15 }),
      basis: `${near.basis} of ${method} × ${ratio.toFixed(2)} as on the A100, ± 15 %`,
      n: near.n,
      sources: near.sources,
    };
  }
  return undefined;
}

const A100_HF = { full: 144, lora: 120, qlora: 127 } as const;

/**
 * Another GPU of the same stack. Newer data-centre GPUs: by the MLPerf ratio to the H100 where the stack is tuned
 * for them (nemo); elsewhere the gain may not arrive (HF LoRA gained 1.29x from A100 to H100 where matrix products
 * gained 2.9x), so the range starts at no gain and its median is the geometric middle. Cards slower than the A100:
 * by their matrix rate, 0.6 to 1.3 times.
 */
function otherGpu(request: SpeedRequest): Speed | undefined {
  const family = gpuFamily(request.gpu.id);
  const known = GPU_RATIOS.find(({ gpu }) => gpu === family);
  if (known) {
    const near = modelTflops({ ...request, gpu: { ...request.gpu, id: known.from } });
    if ("refused" in near) return undefined;
    const tuned = request.stack === "nemo";
    const middle = Math.sqrt(known.low * known.high);
    const ratio = tuned
      ? { p10: known.low * 0.9, p50: middle, p90: known.high * 1.1 }
      : { p10: Math.min(1, known.low) * 0.95, p50: Math.sqrt(middle), p90: Math.max(1, known.high) };
    return {
      ...multiplyRanges(near, ratio),
      basis: `${near.basis} × ${ratio.p10.toFixed(2)}-${ratio.p90.toFixed(2)} for ${family} over ${known.from} (MLPerf, NVIDIA tables)`,
      n: near.n,
      sources: [...near.sources, "planning.md §2.3 conclusion (3)"],
    };
  }
  return slowerThanA100(request);
}

const A100_SPEC_TFLOPS = 312;

function slowerThanA100(request: SpeedRequest): Speed | undefined {
  const { gpu, stack, precision } = request;
  if (stack !== "hf" || precision !== "bf16" || gpu.vendor !== "NVIDIA") return undefined;
  const rate = gpu.bf16Tflops;
  if (rate === null || rate > 1.25 * A100_SPEC_TFLOPS || gpuFamily(gpu.id) === "A100" || !gpu.bf16Native)
    return undefined;
  const near = modelTflops({ ...request, gpu: { ...gpu, id: "A100" } });
  if ("refused" in near) return undefined;
  const ratio = rate / A100_SPEC_TFLOPS;
  return {
    ...multiplyRanges(near, { p10: ratio * 0.6, p50: ratio, p90: ratio * 1.3 }),
    basis: `${near.basis} × ${ratio.toFixed(2)} for the matrix rate of ${gpu.id} (${rate} of ${A100_SPEC_TFLOPS} TFLOP/s), 0.6 to 1.3 times`,
    n: near.n,
    sources: [...near.sources, gpu.source.ref],
  };
}

function noCell({ gpu, stack, method, precision }: SpeedRequest): Refusal {
  return {
    refused: `no calibration cell for ${method} in ${precision} with ${stack} on ${gpu.id}, and none near enough to scale`,
    hint: `choose another GPU or stack (hf has cells on A100, H100, L40S), or give the hours per run that you measured`,
  };
}

/**
 * Share of the supervised speed that rollouts leave; the extra forwards of DPO are FLOPs of their own.
 * @source planning.md §2.4: GRPO whole step 5.4-7.9x the time per token of NeMo SFT (NeMo-RL 8B, 32B on H100); with
 *   rollouts of 0.6 of the step (verl) and the extra forwards of the training part, 3.3x at best
 */
function extraTime(spec: RunSpec): { range: Range; basis: string } {
  if (spec.objective !== "grpo") return { range: { p10: 1, p50: 1, p90: 1 }, basis: "" };
  return {
    range: { p10: 1 / 7.9, p50: 1 / 5.4, p90: 1 / 3.3 },
    basis: " × 1/7.9-1/3.3 for rollouts and log-probability passes of GRPO",
  };
}

import type { Quantity, Refusal } from "../../domain/estimate.ts";
import type { RunSpec } from "../../domain/run-spec.ts";
import { lookUp } from "../calibration/look-up.ts";
import { PUBLISHED } from "../calibration/published.ts";
import { hardwareFlopsPerToken, isFull, modelFlopsPerToken } from "./flops.ts";
import { multiplyRanges, type Range } from "../lognormal.ts";
import { shardingOf } from "../memory/memory-facts.ts";
import type { TrainRun } from "../memory/memory.ts";
import type { Speed } from "./model-tflops.ts";
import { SPEED_LADDER, speedFacets } from "./speed-facets.ts";
import type { SpeedStack } from "./throughput-cells.ts";

/** What a speed is made of: model TFLOP/s that runs reached, model FLOPs of a token, and the share left beside them. */
export type SpeedParts = {
  tflops: Speed;
  flopsPerToken: number;
  /** Undefined where FLOPs say it all. */
  share: { range: Range; basis: string } | undefined;
};

/** The parts of `trainThroughput`, or why there are none. */
export function speedParts(run: TrainRun & { stack?: SpeedStack }): SpeedParts | Refusal {
  const physics = speedPhysics(run);
  if ("refused" in physics) return physics;
  const correction = lookUp(run.calibration ?? PUBLISHED, {
    quantity: "tokensPerSecPerGpu",
    facets: speedFacets(run),
    ladder: SPEED_LADDER,
  });
  if ("refused" in correction) return correction;
  const flopsPerToken = modelFlopsPerToken(run.shape, run.spec);
  const scale = (physics.tokensPerSecPerGpu * flopsPerToken) / 1e12;
  const { p10, p50, p90, basis, n, sources } = correction;
  return {
    tflops: {
      p10: p10 * scale,
      p50: p50 * scale,
      p90: p90 * scale,
      basis: `${physics.basis} ${basis}`,
      n,
      sources,
    },
    flopsPerToken,
    share: undefined,
  };
}

/** Tokens per second per GPU by physics alone, before any measurement corrects it. */
export function speedPhysics(
  run: TrainRun & { stack?: SpeedStack },
): { tokensPerSecPerGpu: number; basis: string } | Refusal {
  const { shape, spec, gpu } = run;
  const outside = outsideCells(run);
  if (outside) return outside;
  const rate =
    spec.precision === "fp8"
      ? (gpu.measuredFp8Tflops ?? (gpu.fp8Tflops ?? 0) * 0.7)
      : (gpu.measuredBf16Tflops ?? (gpu.bf16Tflops ?? 0) * 0.8);
  if (!(rate > 0)) return { refused: `no matrix rate of ${gpu.id} is known`, hint: "choose another GPU" };
  const share = shareLeft(spec)?.range.p50 ?? 1;
  return {
    tokensPerSecPerGpu: (share * rate * 1e12) / hardwareFlopsPerToken(shape, spec),
    basis: `${rate.toFixed(0)} TFLOP/s of matrix products over ${(hardwareFlopsPerToken(shape, spec) / 1e9).toPrecision(3)} GFLOP per token`,
  };
}

/**
 * Trained tokens per second per GPU: model TFLOP/s that published runs reached on the same GPU, stack, method and
 * data shape, over the model FLOPs of a token. Where a cell is missing the nearest one is scaled by a measured ratio
 * with a wider range; where none is near it is refused.
 *
 * @accuracy the cells' p10-p90; optimizer time is in them, so steps of under about 4k tokens per GPU are slower still
 * @source training-model.md §2.1-2.4
 */
export function trainThroughput(run: TrainRun & { stack?: SpeedStack }): Quantity {
  const parts = speedParts(run);
  if ("refused" in parts) return parts;
  const { tflops, flopsPerToken, share } = parts;
  const range = share === undefined ? tflops : multiplyRanges(tflops, share.range);
  const scale = 1e12 / flopsPerToken;
  return {
    p10: range.p10 * scale,
    p50: range.p50 * scale,
    p90: range.p90 * scale,
    unit: "tokens/s/GPU",
    basis: `${tflops.basis} / ${(flopsPerToken / 1e9).toPrecision(3)} GFLOP per token${share === undefined ? "" : ` × ${share.basis}`}`,
    n: tflops.n,
    sources: [...tflops.sources, "training-model.md §2.1"],
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
      hint: "give the hours per run that you measured; a dense model of its active size is faster, so its hours and cost are lower bounds",
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

/**
 * Share of the speed that is left beside what FLOPs say: the norms of DoRA, the rollouts of GRPO. The extra forwards
 * of DPO are FLOPs of their own.
 * @source training-model.md §2.2: DoRA about 20 % below LoRA (PEFT suite). §2.4: GRPO whole step 5.4-7.9x the time per token
 *   of NeMo SFT (NeMo-RL 8B, 32B on H100); with rollouts of 0.6 of the step (verl) and the extra forwards of the
 *   training part, 3.3x at best
 */
function shareLeft(spec: RunSpec): SpeedParts["share"] {
  const dora = spec.method === "dora" ? { range: { p10: 0.8, p50: 0.8, p90: 0.8 }, basis: "0.8 for DoRA" } : undefined;
  if (spec.objective !== "grpo") return dora;
  const grpo = { p10: 1 / 7.9, p50: 1 / 5.4, p90: 1 / 3.3 };
  return {
    range: dora === undefined ? grpo : multiplyRanges(dora.range, grpo),
    basis: `${dora === undefined ? "" : `${dora.basis} × `}1/7.9-1/3.3 for rollouts and log-probability passes of GRPO`,
  };
}

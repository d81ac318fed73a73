import type { Refusal } from "../../domain/estimate.ts";
import type { Gpu } from "../../domain/gpu.ts";
import { multiplyRanges, type Range } from "../lognormal.ts";
import {
  FSDP_STACKS,
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

/** Model TFLOP/s of a request: its own cell, or the nearest with the ratio between them. */
export function modelTflops(request: SpeedRequest): Speed | Refusal {
  return (
    ownCell(request) ??
    otherData(request) ??
    fullWithFsdp(request) ??
    otherMethod(request) ??
    otherGpu(request) ??
    noCell(request)
  );
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
    source: "training-model.md §2.3: Qwen scripts, 94 (53-115) of 120 model TFLOP/s",
  },
  short: {
    range: { p10: 39 / 120, p50: 54 / 120, p90: 103 / 120 },
    words: "short padded rows",
    source: "training-model.md §2.3: PaddleNLP benchmark, 54 (39-103) of 120 model TFLOP/s",
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

/** HF Trainer over llm-foundry, full training on the A100. */
const HF_OVER_FOUNDRY = 144 / 155;

/**
 * Full training with the HF Trainer where that was measured for adapters alone: between the adapter's cell times full
 * over adapter, which carries what held those runs back, and what other PyTorch FSDP stacks reach in full training on
 * the same GPU, as the HF Trainer did on the A100. The range spans both, the median is their geometric middle.
 */
function fullWithFsdp(request: SpeedRequest): Speed | undefined {
  if (request.stack !== "hf" || request.method !== "full") return undefined;
  const low = otherMethod(request);
  const cells = THROUGHPUT_CELLS.filter(
    (cell) =>
      cell.gpu === gpuFamily(request.gpu.id) &&
      FSDP_STACKS.includes(cell.stack) &&
      cell.method === "full" &&
      cell.precision === request.precision &&
      cell.data === request.data,
  );
  if (low === undefined || cells.length === 0) return undefined;
  const most = cells.reduce((best, each) => (each.n > best.n ? each : best));
  const high = fromCell(most);
  const n = cells.reduce((sum, cell) => sum + cell.n, 0);
  const names = cells.map((cell) => `${cell.stack} ${cell.p50}`).join(", ");
  return {
    p10: Math.min(low.p50, high.p10 * HF_OVER_FOUNDRY),
    p50: Math.sqrt(low.p50 * high.p50 * HF_OVER_FOUNDRY),
    p90: Math.max(low.p50, high.p90 * HF_OVER_FOUNDRY),
    basis: `no runs of full training with hf on ${most.gpu}: from ${low.p50.toFixed(0)} (${low.basis}) to full training with PyTorch FSDP there (${names} model TFLOP/s, n = ${n}) × ${HF_OVER_FOUNDRY.toFixed(2)} as hf has it on the A100`,
    n: low.n + n,
    sources: [...low.sources, ...cells.map((cell) => cell.source)],
  };
}

const A100_HF = { full: 144, lora: 120, qlora: 127 } as const;

/**
 * Another GPU of the same stack. Newer data-centre GPUs: by the MLPerf ratio to the H100 where the stack is tuned
 * for them (nemo); elsewhere the gain may not arrive (HF LoRA gained 1.29x from A100 to H100 where matrix products
 * gained 2.9x), so the range starts at no gain and its median is the geometric middle; AMD's have an untuned
 * measurement of their own. Cards slower than the A100:
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
      : (known.untuned ?? { p10: Math.min(1, known.low) * 0.95, p50: Math.sqrt(middle), p90: Math.max(1, known.high) });
    const words = tuned || !known.untuned ? "MLPerf, NVIDIA tables" : known.untuned.words;
    return {
      ...multiplyRanges(near, ratio),
      basis: `${near.basis} × ${ratio.p10.toFixed(2)}-${ratio.p90.toFixed(2)} for ${family} over ${known.from} (${words})`,
      n: near.n,
      sources: [...near.sources, "training-model.md §2.3 conclusion (3)"],
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

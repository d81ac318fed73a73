import type { MemoryKind } from "../domain/memory-plan.ts";

/** How far published measurements lie from the closed form: measured over predicted, by quantile. */
export type MemoryBand = {
  kind: MemoryKind;
  method: "full" | "lora" | "qlora" | "rl";
  /** Ratio that one measurement in ten stays below, the median, and the ratio that nine in ten stay below. */
  low: number;
  mid: number;
  high: number;
  n: number;
  groups: readonly string[];
};

export const MEMORY_BANDS: readonly MemoryBand[] = [];

/** Whose band is it: preference and reward runs stand together, pre-training is full fine-tuning. */
export function bandMethod(method: string, objective: string): MemoryBand["method"] {
  if (objective !== "sft") return "rl";
  if (method === "qlora") return "qlora";
  return method === "lora" || method === "dora" ? "lora" : "full";
}

/** Band of a run. Where nothing measured is like it (a mixture of experts, a card without bf16) both sides double. */
export function memoryBand(
  kind: MemoryKind,
  run: { shape: { experts: unknown }; spec: { method: string; objective: string }; gpu: { bf16Native: boolean } },
): MemoryBand {
  const method = bandMethod(run.spec.method, run.spec.objective);
  const band = MEMORY_BANDS.find((each) => each.kind === kind && each.method === method) ?? {
    kind,
    method,
    low: 1,
    mid: 1,
    high: 1,
    n: 0,
    groups: ["none"],
  };
  if (run.shape.experts === null && run.gpu.bf16Native) return band;
  return {
    ...band,
    low: Math.max(0.2, 1 - 2 * (1 - Math.min(1, band.low))),
    high: 1 + 2 * (Math.max(1, band.high) - 1),
  };
}

import type { MemoryKind } from "../../domain/memory-plan.ts";
import { OBJECTIVES } from "../../domain/objective.ts";
import type { RunSpec } from "../../domain/run-spec.ts";

/** How far published measurements lie from the closed form: measured over predicted, by quantile. */
export type MemoryBand = {
  /** `card`: reserved and device memory together; sources seldom say which of the two they print. */
  kind: "allocated" | "card";
  method: "full" | "lora" | "qlora" | "dpo" | "grpo";
  /** Ratio that one measurement in ten stays below, the median, and the ratio that nine in ten stay below. */
  low: number;
  mid: number;
  high: number;
  n: number;
  groups: readonly string[];
  /** Share of a source's rows inside a band made without that source, per cent; null where there is one source. */
  leftOutCoveragePct: number | null;
};

/**
 * Residuals by kind and method, printed by `bench/training-bands.bench.mjs` from the training measurements (2026-11), each
 * source weighing the same. Sources of unknown unit or rounded figures judge the bands and are not in them, except
 * where no other source ran the method (`swex`, `sec`). The constants of the closed form are not fitted to these
 * rows: the median is shown and not applied, since factors fitted on seen models made unseen ones worse (AgileRL:
 * 6.8-9.2 % against 4.8 %).
 */
const MEMORY_BANDS: readonly MemoryBand[] = [
  band("allocated", "full", { low: 0.557, mid: 1.067, high: 1.694, n: 48, groups: "automodel fms tune", leftOut: 79 }),
  band("allocated", "lora", {
    low: 0.831,
    mid: 0.998,
    high: 2.113,
    n: 84,
    groups: "fms litgpt mlperf tune",
    leftOut: 74,
  }),
  band("allocated", "qlora", { low: 0.775, mid: 0.979, high: 1.321, n: 138, groups: "fms litgpt tune", leftOut: 92 }),
  band("card", "full", { low: 0.857, mid: 0.947, high: 1.364, n: 23, groups: "peft swex swift", leftOut: 61 }),
  band("card", "lora", { low: 0.745, mid: 1.061, high: 1.278, n: 144, groups: "fq peft swift", leftOut: 26 }),
  band("card", "qlora", { low: 0.692, mid: 1.027, high: 1.702, n: 24, groups: "fq swift trlnb", leftOut: 58 }),
  band("card", "dpo", { low: 0.699, mid: 0.729, high: 1.188, n: 4, groups: "sec swex", leftOut: 50 }),
  band("card", "grpo", { low: 0.763, mid: 0.819, high: 1.015, n: 145, groups: "agile", leftOut: null }),
];

/**
 * Band of a run. Preference and reward runs have a band on the card only, which then stands for allocated memory
 * too. Where nothing measured is like the run (full training of a mixture of experts; a card without bf16 other than
 * for QLoRA) both sides are twice as wide.
 */
export function memoryBand(
  kind: MemoryKind,
  run: {
    shape: { experts: unknown };
    spec: Pick<RunSpec, "method" | "objective">;
    gpu: { bf16Native: boolean };
  },
): MemoryBand {
  const method = bandMethod(run.spec);
  const ofMethod = MEMORY_BANDS.filter((each) => each.method === method);
  const found = ofMethod.find((each) => (each.kind === "allocated") === (kind === "allocated")) ?? ofMethod[0]!;
  const isKnown = run.shape.experts === null || method === "lora" || method === "qlora"; // Mixtral, in fms
  if (isKnown && (run.gpu.bf16Native || method === "qlora")) return found;
  return {
    ...found,
    low: Math.max(0.2, 1 - 2 * (1 - Math.min(1, found.low))),
    high: 1 + 2 * (Math.max(1, found.high) - 1),
  };
}

function bandMethod({ method, objective }: Pick<RunSpec, "method" | "objective">): MemoryBand["method"] {
  if (OBJECTIVES[objective].row === "prompt") return "grpo";
  if (objective !== "sft") return "dpo";
  if (method === "qlora") return "qlora";
  return method === "lora" || method === "dora" ? "lora" : "full";
}

function band(
  kind: MemoryBand["kind"],
  method: MemoryBand["method"],
  {
    groups,
    leftOut,
    ...range
  }: { low: number; mid: number; high: number; n: number; groups: string; leftOut: number | null },
): MemoryBand {
  return { kind, method, ...range, groups: groups.split(" "), leftOutCoveragePct: leftOut };
}

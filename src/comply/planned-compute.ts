import type { Quantity } from "../domain/estimate.ts";
import type { Gpu } from "../domain/gpu.ts";
import type { TrainMethod } from "../domain/method.ts";
import type { ModelShape } from "../domain/model-shape.ts";
import type { Programme } from "../domain/programme.ts";
import {
  flopText,
  HARDWARE_UTILISATION,
  hardwareFlopPerGpuHour,
  updateFlopPerToken,
  upperFlopPerToken,
} from "./training-flop.ts";

/** Permitted error of a compute estimate (guidelines, Annex A): the width of the amber band on either side. */
export const FLOP_ERROR = 0.3;

type Range = { p10: number; p50: number; p90: number };

/** All planned training on one base, by its tokens and by its hardware. */
export type PlannedTraining = {
  facts: Programme["compliance"];
  shape: ModelShape;
  method: TrainMethod;
  /** Trained adapter parameters; 0 if all weights are trained. */
  adapterParamCount: number;
  /** Trained tokens of all planned runs, epochs included; null if they are unknown. */
  plannedTokens: Range | null;
  /** GPU-hours of all planned runs, stated or estimated, and the GPU; null if they are unknown. */
  hardware: { gpuHours: Range; gpu: Pick<Gpu, "id" | "bf16Tflops"> } | null;
};

/** Planned compute in FLOP. The bounds include earlier runs and the error of 30 %. */
export type Compute = {
  /** Best estimate, by tokens, without earlier runs. */
  best: Range;
  /** Lowest countable compute. */
  low: number;
  /** Upper bound from parameters and tokens. */
  byTokens: number;
  /** Upper bound from hardware, with its GPU-hours; null if they or the peak of the GPU are unknown. */
  byHardware: { flop: number; gpuHours: number } | null;
};

/** Compute of all planned training; null if its tokens are unknown. */
export function plannedCompute(planned: PlannedTraining): Compute | null {
  const { facts, shape, plannedTokens, method, adapterParamCount, hardware } = planned;
  if (plannedTokens === null) return null;
  const tokens = [plannedTokens.p10, plannedTokens.p50, plannedTokens.p90];
  if (tokens.some((count) => !Number.isFinite(count) || count <= 0)) return null;
  const flopFacts = { activeParamCount: shape.activeParamCount, adapterParamCount, method };
  const [p10, p50, p90] = tokens.map((count) => count * updateFlopPerToken(flopFacts)) as [number, number, number];
  const prior = facts.priorTrainingFlop;
  const most = (flop: number): number => (1 + FLOP_ERROR) * (flop + prior);
  const gpuHours = hardware?.gpuHours.p90;
  const perGpuHour = hardware && hardwareFlopPerGpuHour(hardware.gpu);
  return {
    best: { p10, p50, p90 },
    low: (1 - FLOP_ERROR) * (p10 + prior),
    byTokens: most(plannedTokens.p90 * upperFlopPerToken(flopFacts)),
    byHardware: gpuHours && perGpuHour ? { flop: most(gpuHours * perGpuHour), gpuHours } : null,
  };
}

/** Highest countable compute by either method, FLOP: a "no" must hold for both. */
export function upperFlop({ byTokens, byHardware }: Compute): number {
  return Math.max(byTokens, byHardware?.flop ?? 0);
}

/** Compute of all planned runs by parameters and tokens, FLOP. */
export function plannedFlop(planned: PlannedTraining, compute: Compute | null): Quantity {
  if (compute === null)
    return {
      refused: "the planned tokens are unknown",
      hint: "give data.plannedRows and data.meanTokens, or corpusTokens for continued pre-training",
    };
  const formula = planned.adapterParamCount > 0 ? "(4·P + 6·P_adapter)·D" : "6·P·D";
  return {
    ...compute.best,
    unit: "FLOP",
    basis: `${formula} over the planned tokens of all runs, ${planned.method}${withoutPrior(planned)}; the spread is that of the tokens, the formula itself holds within 30 %`,
    n: 0,
    sources: ["Commission guidelines C(2025) 5045, Annex A.2.2"],
  };
}

/** Compute of all planned runs by hardware, N·L·H·U, FLOP. Refused if GPU-hours or the peak are unknown. */
export function hardwareFlop(planned: PlannedTraining): Quantity {
  const { hardware } = planned;
  const perGpuHour = hardware && hardwareFlopPerGpuHour(hardware.gpu);
  if (!hardware || perGpuHour === null)
    return {
      refused: hardware ? `the bf16 peak of ${hardware.gpu.id} is unknown` : "the GPU-hours are unknown",
      hint: "set training.hoursPerRun, gpu and gpuCount as planned or measured",
    };
  const { gpuHours, gpu } = hardware;
  return {
    p10: gpuHours.p10 * perGpuHour,
    p50: gpuHours.p50 * perGpuHour,
    p90: gpuHours.p90 * perGpuHour,
    unit: "FLOP",
    basis: `GPU-hours of all runs × ${gpu.bf16Tflops} TFLOP/s (dense bf16 of ${gpu.id}) × ${HARDWARE_UTILISATION * 100} %${withoutPrior(planned)}`,
    n: 0,
    sources: ["Commission guidelines C(2025) 5045, Annex A: C = N·L·H·U, with U = 50 % as in its examples"],
  };
}

function withoutPrior({ facts }: PlannedTraining): string {
  return facts.priorTrainingFlop > 0 ? `, without ${flopText(facts.priorTrainingFlop)} FLOP of earlier runs` : "";
}

import { assumptionsWith } from "../../../src/catalog/assumptions.ts";
import { Programme, type ProgrammeInput } from "../../../src/domain/programme.ts";
import type { CostRequest, TrainingFacts } from "../../../src/plan/cost/cost-facts.ts";

/** Training facts made by hand: 48 GPU-hours a run at 1.20-1.80 US dollars, LoRA of a 7.6B model. */
export const TRAINING: TrainingFacts = {
  gpuHoursPerRun: { p10: 40, p50: 48, p90: 60, unit: "GPU-h", basis: "by hand", n: 0, sources: [] },
  usdPerGpuHour: { p10: 1.2, p50: 1.5, p90: 1.8, unit: "USD", basis: "by hand", n: 0, sources: [] },
  runs: undefined,
  method: "lora",
  gpuCount: 8,
  overhead: [
    {
      id: "run.beside.warm-up",
      label: "start-up",
      hours: { p10: 0.2, p50: 0.5, p90: 1.5, unit: "h", basis: "by hand", n: 0, sources: [] },
    },
  ],
  paramCount: 7.6e9,
  figures: [],
};

const BASE: ProgrammeInput = {
  name: "A programme",
  task: { kind: "extraction", goals: ["format"] },
  model: { base: "Qwen/Qwen2.5-7B" },
  data: { plannedRows: 30_000, regulated: true, personalData: "pii", thirdParty: true, syntheticRows: 3_000 },
};

/** A cost request for tests: every data activity applies; `over` replaces whole sections of the programme. */
export function request(over: Partial<ProgrammeInput> = {}, training: Partial<TrainingFacts> = {}): CostRequest {
  const programme = Programme.parse({ ...BASE, ...over, data: { ...BASE.data, ...over.data } });
  return {
    programme,
    assumption: assumptionsWith(programme.assumptions),
    training: { ...TRAINING, ...training },
    draws: 2_000,
  };
}

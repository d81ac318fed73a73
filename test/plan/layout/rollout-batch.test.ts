import { describe, expect, test } from "vitest";

import { assumptionsWith } from "../../../src/catalog/assumptions.ts";
import { isRefusal, type Quantity } from "../../../src/domain/estimate.ts";
import type { RunPlan } from "../../../src/domain/run-plan.ts";
import type { RunSpec } from "../../../src/domain/run-spec.ts";
import { planRun } from "../../../src/plan/run/plan-run.ts";
import { rolloutsOf } from "../../../src/plan/layout/rollouts.ts";
import { run } from "../training-runs.ts";

const rollouts = rolloutsOf({ groupSize: 8, completionTokens: 700 }, assumptionsWith());
const PRICE = { p10: 2, p50: 2.5, p90: 3, unit: "USD", basis: "stated", n: 0, sources: [] };
const plan = (spec: Partial<RunSpec>): RunPlan =>
  planRun({
    ...run("meta-llama/Llama-3.1-8B", { objective: "grpo", ...spec }),
    volume: { rows: 1000, meanTokens: 300, epochs: 1, rollouts },
    usdPerGpuHour: PRICE,
  });
const hours = (quantity: Quantity): number => {
  if (isRefusal(quantity)) throw new Error(quantity.refused);
  return quantity.p50;
};

describe("a step of GRPO", () => {
  test.each([{ batchSequences: 2 }, { batchSequences: 8 }, { batchSequences: 3, gpuCount: 8 }])(
    "has some 512 answers on any batch where nobody says how many micro-steps it has, and says so: %o",
    (spec) => {
      const { spec: made, warnings } = plan(spec);
      const answers = made.batchSequences * made.gradAccum * made.gpuCount;
      expect(answers).toBeGreaterThanOrEqual(512);
      expect(answers).toBeLessThan(512 + made.batchSequences * made.gpuCount);
      expect(warnings.join()).toContain(`${made.gradAccum} micro-steps, ${answers} answers in all`);
    },
  );

  test("keeps the micro-steps that are stated, and takes longer per token with fewer", () => {
    const [stated, usual] = [plan({ batchSequences: 4, gradAccum: 4 }), plan({ batchSequences: 4 })];
    expect(stated.spec.gradAccum).toBe(4);
    expect(stated.warnings).toEqual([]);
    expect(hours(stated.hours)).toBeGreaterThan(hours(usual.hours));
  });

  test("is refused where it splits the answers of one prompt, with the micro-steps that hold them", () => {
    expect(() => plan({ batchSequences: 2, gradAccum: 3 })).toThrow(/6 answers .* each prompt has 8/);
    expect(() => plan({ batchSequences: 2, gradAccum: 4 })).not.toThrow();
    expect(() => plan({ batchSequences: 2, gradAccum: 2, gpuCount: 2 })).not.toThrow();
  });

  test("leaves supervised training as it is", () => {
    const sft = plan({ objective: "sft", batchSequences: 2 });
    expect(sft.spec.gradAccum).toBe(1);
    expect(sft.warnings).toEqual([]);
  });
});

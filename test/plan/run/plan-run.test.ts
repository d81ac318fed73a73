import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { isRefusal } from "../../../src/domain/estimate.ts";
import type { RunSpec } from "../../../src/domain/run-spec.ts";
import type { RunPlan } from "../../../src/domain/run-plan.ts";
import { planRun } from "../../../src/plan/run/plan-run.ts";
import { runCostText } from "../../../src/plan/run/training-text.ts";
import { run } from "../training-runs.ts";

const usdPerGpuHour = { p10: 2, p50: 2.5, p90: 3, unit: "USD", basis: "stated", n: 0, sources: [] };
const plan = (model: string, spec: Partial<RunSpec>, volume: Partial<RunPlan["volume"]> = {}): RunPlan =>
  planRun({
    ...run(model, spec, "H100-80GB-SXM"),
    volume: { rows: 1000, meanTokens: 500, epochs: 3, ...volume },
    usdPerGpuHour,
    statedHours: 2,
  });

describe("a run that does not fit in its GPU at any end of the range", () => {
  const full = plan("meta-llama/Llama-3.1-70B", { method: "full" });

  test("has no price, neither by our hours nor by stated ones, and says why", () => {
    for (const quantity of [full.cost, full.usdPerMillionTokens, full.stated!.cost]) {
      expect(isRefusal(quantity) && quantity.refused).toMatch(
        /^the run does not fit: it needs [\d,]+–[\d,]+ GiB .* 79.6$/,
      );
      expect(isRefusal(quantity) && quantity.hint).toMatch(/^to make it fit.*--[a-z-]+ .*tunewright plan fleet/);
    }
    const text = runCostText(full);
    expect(text).toMatch(/^memory per GPU: does not fit: [\d,]+–[\d,]+ of 79.6 GiB\n/);
    expect(text).toMatch(/total USD, complete run +unknown/);
    expect(text).toContain("tunewright plan fleet lists what fits");
  });

  test("has hours with a warning that they are those of a run that fits", () => {
    expect(full.warnings[0]).toMatch(/^the run does not fit: .*: hours and speed are what they would be if it did$/);
    expect(runCostText(full)).toContain("warning: the run does not fit");
  });
});

test("a run that fits says so and has a price", () => {
  const lora = plan("Qwen/Qwen2.5-7B", { method: "lora" });
  expect(isRefusal(lora.cost)).toBe(false);
  expect(runCostText(lora)).toMatch(/^memory per GPU: fits: [\d.]+–[\d.]+ of 79.6 GiB\n/);
});

describe("rows longer than a sequence", () => {
  test("are cut to it, and it is said how much is lost", () => {
    const { tokens, warnings } = plan("Qwen/Qwen2.5-7B", {}, { meanTokens: 100_000 });
    expect(tokens).toMatchObject({ p50: 1000 * 2048 * 3 });
    expect(warnings).toEqual([
      "rows have 100,000 tokens on average and a sequence has 2,048: 98 % of their tokens are truncated and not trained on",
    ]);
  });

  test.each(["sft", "dpo"] as const)("never give more tokens than full sequences, with %s", (objective) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), (meanTokens) => {
        const { tokens, warnings } = plan("Qwen/Qwen2.5-7B", { objective }, { meanTokens });
        const most = 1000 * 2048 * 3 * (objective === "dpo" ? 2 : 1);
        expect(isRefusal(tokens) ? 0 : tokens.p50).toBeLessThanOrEqual(most);
        expect(warnings.length > 0).toBe(meanTokens > 2048);
      }),
      { numRuns: 20 },
    );
  });
});

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { assumptionsWith } from "../../../src/catalog/assumptions.ts";
import { allGpus } from "../../../src/catalog/gpus.ts";
import { peakTflops } from "../../../src/catalog/peak-tflops.ts";
import { type Estimate, isRefusal, type Quantity } from "../../../src/domain/estimate.ts";
import { type Rollouts, RunSpec } from "../../../src/domain/run-spec.ts";
import { impossibleRun } from "../../../src/plan/layout/check-run.ts";
import { hardwareFlopsPerToken, modelFlopsPerToken } from "../../../src/plan/speed/flops.ts";
import { multiplyRanges } from "../../../src/plan/uncertainty/lognormal.ts";
import { rolloutsOf } from "../../../src/plan/layout/rollouts.ts";
import { runCost, usdPerMillionTokens } from "../../../src/plan/run/run-cost.ts";
import { runTime } from "../../../src/plan/speed/run-time.ts";
import type { SpeedFacts } from "../../../src/plan/speed/step-run.ts";
import { stepTime } from "../../../src/plan/speed/step-time.ts";
import { trainThroughput } from "../../../src/plan/speed/throughput.ts";
import { goldenRows, run } from "../training-runs.ts";
import { longTest } from "../../long-suite.ts";

const estimate = (quantity: Quantity): Estimate => {
  if (isRefusal(quantity)) throw new Error(quantity.refused);
  return quantity;
};
const specOf = (row: Record<string, string>): Partial<RunSpec> => JSON.parse(row["spec"]!) as Partial<RunSpec>;
const price = (p10: number, p50: number, p90: number): Estimate => ({
  p10,
  p50,
  p90,
  unit: "USD",
  basis: "a stated price",
  n: 0,
  sources: [],
});

test.each(goldenRows("train-flops.tsv"))("$model $spec: $gflopPerToken $kind GFLOP per token ($source)", (row) => {
  const { shape, spec } = run(row["model"]!, specOf(row));
  const flops = row["kind"] === "model" ? modelFlopsPerToken(shape, spec) : hardwareFlopsPerToken(shape, spec);
  expect(Math.abs(flops / 1e9 / Number(row["gflopPerToken"]) - 1) * 100).toBeLessThan(Number(row["tolerancePct"]));
});

test.each(goldenRows("train-speed.tsv"))("$model on $gpu: $tokensPerSecPerGpu tokens/s is inside p10-p90", (row) => {
  const speed = JSON.parse(row["speed"] || "{}") as SpeedFacts;
  const { p10, p90 } = estimate(trainThroughput({ ...run(row["model"]!, specOf(row), row["gpu"]), speed }));
  expect(Number(row["tokensPerSecPerGpu"])).toBeGreaterThanOrEqual(p10);
  expect(Number(row["tokensPerSecPerGpu"])).toBeLessThanOrEqual(p90);
});

test("a precision that the card has no rate for is refused by name", () => {
  const speed = trainThroughput(run("Qwen/Qwen2.5-7B", { precision: "fp8" }, "A100-80GB-SXM"));
  expect(isRefusal(speed) && speed.refused).toBe("no fp8 matrix rate of A100-80GB-SXM is known");
});

test("every precision that a card is let plan in has a speed, and four bits are faster than eight", () => {
  for (const gpu of allGpus()) {
    for (const precision of RunSpec.shape.precision.unwrap().options) {
      const asked = run("Qwen/Qwen2.5-7B", { precision }, gpu.id);
      if (impossibleRun(asked.shape, asked.spec, gpu) !== undefined) continue;
      expect(isRefusal(trainThroughput(asked)), `${gpu.id} ${precision}`).toBe(gpu.bf16Tflops === null);
    }
  }
  for (const gpu of ["B200", "GB300", "RTX-PRO-6000-Server"]) {
    const sec = (precision: RunSpec["precision"]): number =>
      stepTime(run("Qwen/Qwen2.5-7B", { precision, stack: "nemo" }, gpu)).matmulSec;
    expect(sec("nvfp4"), gpu).toBeLessThan(sec("fp8"));
  }
});

test("a measured QLoRA run with TRL on MI300X is inside the range", () => {
  // AMD's ROCm blog on fine-tuning Llama-2-7B: 1,373 tokens/s, short padded rows, batch 4
  const short = { method: "qlora", packing: false, sequenceTokens: 512 } as const;
  const { p10, p90 } = estimate(trainThroughput(run("meta-llama/Llama-2-7b-hf", short, "MI300X")));
  expect(p10).toBeLessThanOrEqual(1373);
  expect(p90).toBeGreaterThanOrEqual(1373);
});

longTest("no quantile of speed is above what the best matrix products of a card execute", () => {
  // Stacks and cards whose few measurements spread over more than a factor of twenty.
  let bound = 0;
  for (const gpu of allGpus()) {
    for (const stack of ["hf", "unsloth", "torchtune", "litgpt"] as const) {
      for (const method of ["full", "lora", "qlora"] as const) {
        const asked = run("Qwen/Qwen2.5-7B", { stack, method }, gpu.id);
        const speed = trainThroughput(asked);
        if (isRefusal(speed)) continue;
        const most = (peakTflops(gpu, "bf16")! * 1e12) / hardwareFlopsPerToken(asked.shape, asked.spec);
        expect(speed.p90, `${gpu.id} ${stack} ${method}`).toBeLessThanOrEqual(most * (1 + 1e-9));
        expect(speed.basis.includes("no faster than all executed FLOPs"), speed.basis).toBe(
          speed.p90 > most * (1 - 1e-9),
        );
        if (speed.p90 > most * (1 - 1e-9)) bound += 1;
      }
    }
  }
  expect(bound, "ranges that a card ends").toBeGreaterThan(20);
});

describe("time and money of a run", () => {
  const volume = { rows: 14_000, meanTokens: 900, epochs: 3 };

  test("hours fall with the GPUs, GPU-hours hardly change on fast links, and twice the data takes twice as long", () => {
    fc.assert(
      fc.property(fc.constantFrom(2, 4, 8, 16, 64), fc.integer({ min: 1, max: 1e6 }), (gpuCount, rows) => {
        const few = runTime(run("Qwen/Qwen2.5-7B", { gpuCount }), { ...volume, rows });
        const many = runTime(run("Qwen/Qwen2.5-7B", { gpuCount: gpuCount * 2 }), { ...volume, rows });
        const twice = runTime(run("Qwen/Qwen2.5-7B", { gpuCount }), { ...volume, rows: rows * 2 });
        expect(estimate(many.hours).p50).toBeLessThan(estimate(few.hours).p50);
        expect(estimate(many.gpuHours).p50 / estimate(few.gpuHours).p50).toBeGreaterThan(0.9);
        expect(estimate(many.gpuHours).p50 / estimate(few.gpuHours).p50).toBeLessThan(1.2);
        expect(estimate(twice.hours).p90).toBeCloseTo(2 * estimate(few.hours).p90, 6);
      }),
    );
  });

  test("a preference pair counts both of its sequences", () => {
    const sft = runTime(run("Qwen/Qwen2.5-7B", { method: "full", checkpointing: "none" }), volume);
    const dpo = runTime(run("Qwen/Qwen2.5-7B", { method: "full", checkpointing: "none", objective: "dpo" }), volume);
    expect(estimate(dpo.tokens).p50).toBe(2 * estimate(sft.tokens).p50);
  });

  describe("a run of GRPO", () => {
    const grpo = { objective: "grpo", sequenceTokens: 4096 } as const;
    const fixed = (value: number) => ({ p10: value, p50: value, p90: value });
    const tokens = (rollouts: Rollouts | undefined, spec: Partial<RunSpec> = {}): Quantity =>
      runTime(run("Qwen/Qwen2.5-7B", { ...grpo, ...spec }), { rows: 8000, meanTokens: 300, epochs: 1, rollouts })
        .tokens;

    test("trains on every prompt with every sampled answer: 8,000 × 8 × (300 + 719) tokens, 27 times the prompts", () => {
      const eight = estimate(tokens({ groupSize: fixed(8), completionTokens: fixed(719) }));
      expect(eight.p50).toBeCloseTo(8000 * 8 * 1019, 3);
      expect(eight.p50 / (8000 * 300)).toBeCloseTo(27.2, 1);
      expect(eight.p10).toBe(eight.p90);
    });

    test("cuts an answer to what its prompt leaves of a sequence", () => {
      const long = estimate(tokens({ groupSize: fixed(8), completionTokens: fixed(9000) }));
      expect(long.p50).toBe(8000 * 8 * 4096);
    });

    test("takes the range of both where they are assumed, and the hours have it too", () => {
      const rollouts = rolloutsOf({}, assumptionsWith());
      expect(rollouts.groupSize).toMatchObject({ p10: 8, p90: 16 });
      const volume = { rows: 8000, meanTokens: 300, epochs: 1, rollouts };
      const { gpuHours } = runTime(run("Qwen/Qwen2.5-7B", grpo), volume);
      const known = runTime(run("Qwen/Qwen2.5-7B", grpo), {
        ...volume,
        rollouts: { groupSize: fixed(rollouts.groupSize.p50), completionTokens: fixed(rollouts.completionTokens.p50) },
      });
      expect(estimate(gpuHours).p50).toBeCloseTo(estimate(known.gpuHours).p50, 6);
      expect(estimate(gpuHours).p90).toBeGreaterThan(estimate(known.gpuHours).p90);
      expect(estimate(gpuHours).p10).toBeLessThan(estimate(known.gpuHours).p10);
      expect(estimate(gpuHours).basis).toContain("answers per prompt");
      expect(rolloutsOf({ groupSize: 32 }, assumptionsWith()).groupSize).toEqual(fixed(32));
    });

    test("is refused where neither is said nor assumed", () => {
      expect(tokens(undefined)).toMatchObject({ hint: "give groupSize and completionTokens" });
    });
  });

  test("says that start-up, evaluation and checkpoint writing are not in it", () => {
    const { hours } = runTime(run("Qwen/Qwen2.5-7B"), volume);
    expect(estimate(hours).basis).toContain("without start-up, evaluation and checkpoint writing");
  });

  const anyRange = fc
    .tuple(
      fc.double({ min: 0.01, max: 1e4, noNaN: true }),
      fc.double({ min: 1, max: 4, noNaN: true }),
      fc.double({ min: 1, max: 4, noNaN: true }),
    )
    .map(([p50, down, up]) => price(p50 / down, p50, p50 * up));

  test("a product of ranges is scale-free, in order, and narrower than end times end", () => {
    fc.assert(
      fc.property(anyRange, anyRange, fc.double({ min: 0.1, max: 100, noNaN: true }), (hours, usd, factor) => {
        const cost = estimate(runCost(hours, usd));
        expect(cost.p50).toBeCloseTo(hours.p50 * usd.p50, 6);
        expect(cost.p10).toBeLessThanOrEqual(cost.p50);
        expect(cost.p90).toBeGreaterThanOrEqual(cost.p50);
        expect(cost.p90).toBeLessThanOrEqual(hours.p90 * usd.p90 * (1 + 1e-9));
        expect(cost.p10).toBeGreaterThanOrEqual(hours.p10 * usd.p10 * (1 - 1e-9));
        const scaled = estimate(runCost(hours, price(usd.p10 * factor, usd.p50 * factor, usd.p90 * factor)));
        expect(scaled.p90 / (cost.p90 * factor)).toBeCloseTo(1, 6);
      }),
    );
  });

  test("two equal log-normal ranges multiply to √2 of their width: 2 × 2 gives 2^1.414, not 4", () => {
    const cost = multiplyRanges(price(0.5, 1, 2), price(0.5, 1, 2));
    expect(cost.p90).toBeCloseTo(2 ** Math.SQRT2, 10);
    expect(cost.p10).toBeCloseTo(2 ** -Math.SQRT2, 10);
  });

  test("a million tokens at 1,000 tokens/s and 3.60 USD per hour cost one dollar", () => {
    const speed = { ...price(1000, 1000, 1000), unit: "tokens/s/GPU" };
    expect(estimate(usdPerMillionTokens(speed, price(3.6, 3.6, 3.6))).p50).toBeCloseTo(1, 10);
  });

  test("a price of nothing costs nothing", () => {
    const { p10, p50, p90 } = estimate(runCost(price(1, 2, 3), price(0, 0, 0)));
    expect([p10, p50, p90]).toEqual([0, 0, 0]);
  });

  test("a refusal of the speed or of the price passes through to the cost", () => {
    const refused = { refused: "no price", hint: "give one" };
    expect(runCost(price(1, 2, 3), refused)).toEqual(refused);
    expect(usdPerMillionTokens(refused, price(1, 2, 3))).toEqual(refused);
  });
});

import { describe, expect, test } from "vitest";

import { findGpu } from "../../../src/catalog/gpus.ts";
import { isRefusal, type Quantity } from "../../../src/domain/estimate.ts";
import { replicaOf } from "../../../src/plan/serve/replica.ts";
import { servingCorrection, servingFacets } from "../../../src/plan/serve/serve-calibration.ts";
import { type Load, servePoint, type ServePoint, type ServeRun } from "../../../src/plan/serve/serve-point.ts";
import { accepted, served } from "./served-runs.ts";

const point = (run: ServeRun, load: Load, options = {}): ServePoint => accepted(servePoint(run, load, options));

function middle(quantity: Quantity): number {
  if (isRefusal(quantity)) throw new Error(quantity.refused);
  expect(quantity.p10).toBeLessThanOrEqual(quantity.p50);
  expect(quantity.p50).toBeLessThanOrEqual(quantity.p90);
  expect(quantity.basis).not.toBe("");
  return quantity.p50;
}

describe("an operating point", () => {
  test("has each latency over requests and each rate as a range with its basis", () => {
    const its = point(served(), { kind: "rate", perSec: 10 });
    for (const time of [its.tpotMs, its.ttftMs, its.prefillMs]) {
      expect(middle(time.p50)).toBeLessThanOrEqual(middle(time.p95));
      expect(middle(time.p95)).toBeLessThanOrEqual(middle(time.p99));
      expect(middle(time.mean)).toBeGreaterThan(0);
    }
    expect(middle(its.queueMs.mean) + middle(its.prefillMs.mean)).toBeCloseTo(middle(its.ttftMs.mean), 6);
    expect(middle(its.outputTokensPerSec)).toBeCloseTo(10 * 200, 6);
    expect(middle(its.totalTokensPerSec)).toBeCloseTo(10 * 1200, 6);
    expect(middle(its.requestsPerSec)).toBeCloseTo(10, 6);
    expect(its.boundBy).toBe("demand");
    expect(its.basis[0]).toMatch(/^vllm v1 \(0\.8 and later\)/);
  });

  test("at more than is served refuses its latency and answers with its capacity", () => {
    const its = point(served(), { kind: "rate", perSec: 1000 });
    expect(its.ttftMs.mean).toMatchObject({ refused: expect.stringMatching(/^requests arrive faster/) });
    const capacity = point(served(), { kind: "saturation" });
    expect(middle(its.outputTokensPerSec)).toBeCloseTo(middle(capacity.outputTokensPerSec), -4);
  });

  test("of a benchmark that says how many requests it sent has a latency however fast they come", () => {
    const its = point(served(), { kind: "rate", perSec: 1000, requests: 300 });
    expect(middle(its.ttftMs.mean)).toBeGreaterThan(1000);
  });

  test("at a rate has a range that opens towards saturation, and in a closed loop has that of its cell", () => {
    const full = middle(point(served(), { kind: "saturation" }).requestsPerSec);
    const width = (load: Load): number => {
      const { mean } = point(served(), load).ttftMs;
      return isRefusal(mean) ? 0 : Math.log(mean.p90 / mean.p50);
    };
    const [idle, near] = [0.1, 0.9].map((share) => width({ kind: "rate", perSec: share * full }));
    expect(near).toBeGreaterThan(2 * idle!);
    expect(idle).toBeCloseTo(width({ kind: "concurrency", requests: 4 }), 1);
  });

  test("without a calibration has no range, whatever its load", () => {
    const { mean } = point(served(), { kind: "rate", perSec: 10 }, { isUncorrected: true }).ttftMs;
    expect(mean).toMatchObject({ basis: "as computed" });
    expect(isRefusal(mean) ? 0 : mean.p90 / mean.p10).toBe(1);
  });

  test("with unmerged adapters is slower by what was measured of them, and its range is wider", () => {
    const [merged, adapters] = [0, 8].map((count) =>
      point(served({ adapters: { count, rank: 16 } }), { kind: "concurrency", requests: 16 }),
    );
    const width = ({ tpotMs: { mean } }: ServePoint): number => (isRefusal(mean) ? 0 : mean.p90 / mean.p10);
    expect(middle(adapters!.tpotMs.mean)).toBeGreaterThan(1.3 * middle(merged!.tpotMs.mean));
    expect(width(adapters!)).toBeGreaterThan(1.5 * width(merged!));
    expect(isRefusal(adapters!.tpotMs.mean) ? "" : adapters!.tpotMs.mean.basis).toMatch(/unmerged adapters × 1\.05-2/);
  });

  test("of a model in a format that no product of the GPU was timed in is refused by name", () => {
    const gpu = { ...findGpu("H100-80GB-SXM"), id: "unrated", bf16Tflops: null, measuredBf16Tflops: null };
    expect(servePoint(served({ gpu: "H100-80GB-SXM" }), { kind: "saturation" })).not.toHaveProperty("refused");
    expect(servePoint({ ...served(), gpu }, { kind: "saturation" })).toMatchObject({
      refused: "no measured kernel times cover meta-llama/Llama-3.1-8B in bf16 on unrated",
    });
  });

  test("of a version class that an engine does not have says which it has", () => {
    expect(() => servePoint(served({ engineEra: "v9" }), { kind: "saturation" })).toThrow(
      /no version class "v9" of vllm/,
    );
  });

  test("takes some 20 ms of one core and never 2 s, for a closed loop and a rate with their percentiles", () => {
    point(served(), { kind: "concurrency", requests: 8 });
    for (const load of [
      { kind: "concurrency", requests: 64 },
      { kind: "rate", perSec: 12 },
      { kind: "saturation" },
    ] as const) {
      const runs = [1, 2, 3].map((index) => {
        const run = served({ inputTokens: { mean: 700 + 100 * index, cv: 0.5 }, outputTokens: { mean: 200, cv: 1 } });
        const start = process.cpuUsage();
        point(run, load);
        return process.cpuUsage(start).user / 1e3;
      });
      expect(Math.min(...runs), load.kind).toBeLessThan(2_000);
    }
  });
});

describe("the calibration of an operating point", () => {
  const facets = servingFacets(replicaOf(served()), { kind: "concurrency", requests: 8 }, "tpotMs");

  test("rests on published points of the same kind, and on none of a source that is left out", () => {
    const all = servingCorrection("tpotMs", facets);
    expect(all.n).toBeGreaterThan(0);
    for (const source of all.sources) {
      const without = servingCorrection("tpotMs", facets, source);
      expect(without.sources).not.toContain(source);
      expect(without.sources.length).toBeGreaterThan(0);
    }
  });

  test("of a card, a model and an engine that nobody measured is wider, and moves nothing", () => {
    const known = servingCorrection("tpotMs", facets);
    const unseen = servingCorrection("tpotMs", {
      ...facets,
      model: "new",
      gpu: "new",
      generation: "new",
      weights: "int4",
    });
    expect(unseen.p50).toBe(1);
    expect(unseen.p90 / unseen.p10).toBeGreaterThan(known.p90 / known.p10);
  });

  test("of output at saturation rests on rates above it too, and one source in one cell does not make it narrow", () => {
    const of = (load: Load): ReturnType<typeof servingFacets> =>
      servingFacets(replicaOf(served({ weights: "fp8" })), load, "outputTokensPerSec");
    const saturated = servingCorrection("outputTokensPerSec", of({ kind: "saturation" }));
    expect(servingCorrection("outputTokensPerSec", of({ kind: "rate", perSec: 200 }))).toBe(saturated);
    expect(saturated.n).toBe(1);
    expect(saturated.p90 / saturated.p10).toBeGreaterThan(1.3);
    const others = servingCorrection("outputTokensPerSec", {
      ...of({ kind: "saturation" }),
      model: "new",
      gpu: "new",
      weights: "bf16",
    });
    expect(others.sources).toEqual(expect.arrayContaining(["mlperf51", "vcm"]));
  });
});

describe("the limits of the chips", () => {
  const end = (quantity: Quantity, side: "p10" | "p90"): number => {
    if (isRefusal(quantity)) throw new Error(quantity.refused);
    return quantity[side];
  };

  test("hold first tokens to the FLOPs of their prompts, where measurements of others would have them sooner", () => {
    const run = served({ model: "meta-llama/Llama-3.1-70B", gpu: "MI300X", weights: "fp8", engineEra: "v0" });
    const { ttftMs, prefillMs, queueMs } = point(run, { kind: "concurrency", requests: 1 });
    // 2 × 68.5 billion × 1,000 operations at 2,615 TFLOP/s.
    expect(end(ttftMs.mean, "p10")).toBeCloseTo(52.4, 0);
    expect(end(prefillMs.p99, "p10")).toBeCloseTo(52.4, 0);
    expect(ttftMs.mean).toMatchObject({ basis: expect.stringMatching(/specified FLOPs/) });
    expect(end(queueMs.mean, "p10")).toBe(0);
    const half = point({ ...run, prefixHitShare: 0.5 }, { kind: "concurrency", requests: 1 });
    expect(end(half.ttftMs.mean, "p10")).toBeCloseTo(26.2, 0);
  });

  test("leave no token sooner than its weights are read, and no output above what either allows", () => {
    for (const weights of ["bf16", "fp8", "int4"] as const)
      for (const requests of [1, 64, 1000]) {
        const { tpotMs, outputTokensPerSec } = point(served({ weights }), { kind: "concurrency", requests });
        const bytes = 2 * 128_256 * 4096 + { bf16: 2, fp8: 1, int4: 0.5 }[weights] * 6.97e9;
        expect(end(tpotMs.mean, "p10")).toBeGreaterThan((bytes / 3.35e12) * 1e3);
        const flops = 2 * 6.97e9 * (1 + 1000 / 200);
        const most = Math.min((weights === "fp8" ? 1979e12 : 989e12) / flops, (requests * 3.35e12) / bytes);
        expect(end(outputTokensPerSec, "p90")).toBeLessThan(most * 1.01);
      }
  });
});

describe("what no load test is of", () => {
  const basisOf = (run: ServeRun, load: Load = { kind: "concurrency", requests: 4 }): string => {
    const { mean } = point(run, load).tpotMs;
    return isRefusal(mean) ? "" : mean.basis;
  };
  const widthOf = (run: ServeRun): number => {
    const { mean } = point(run, { kind: "concurrency", requests: 4 }).tpotMs;
    return isRefusal(mean) ? 0 : Math.log(mean.p90 / mean.p10);
  };

  test("widens the range of a vendor that others stand in for, and says so", () => {
    expect(basisOf(served({ gpu: "MI300X" }))).toContain(
      "widened × 1.5: no load test on AMD GPUs with requests as they arrive",
    );
    expect(basisOf(served({ gpu: "H100-80GB-SXM" }))).not.toContain("widened");
    expect(widthOf(served({ gpu: "MI300X" }))).toBeGreaterThan(1.2 * widthOf(served({ gpu: "H100-80GB-SXM" })));
  });

  test("widens the range of weights in four plain bits, and both together more", () => {
    expect(basisOf(served({ weights: "int4" }))).toContain("widened × 1.5: no load test with INT4 weights is known");
    expect(basisOf(served({ weights: "int4", gpu: "MI300X" }))).toMatch(
      /widened × 1\.9: .* and no load test with INT4/,
    );
    expect(basisOf(served({ weights: "fp8" }))).not.toContain("widened");
  });

  test("takes times per token of a vendor from its output, where none of those was measured", () => {
    expect(basisOf(served({ gpu: "MI300X", model: "mistralai/Mixtral-8x7B-v0.1", weights: "fp8" }))).toContain(
      "mlperf51",
    );
    expect(basisOf(served({ model: "mistralai/Mixtral-8x7B-v0.1", weights: "fp8" }))).not.toContain("mlperf51");
  });

  test("leaves alone what the vendor was measured at", () => {
    const { outputTokensPerSec } = point(served({ gpu: "MI300X" }), { kind: "saturation" });
    expect(isRefusal(outputTokensPerSec) ? "widened" : outputTokensPerSec.basis).not.toContain("widened");
  });
});

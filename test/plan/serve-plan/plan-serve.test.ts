import { describe, expect, test } from "vitest";

import { Failure } from "../../../src/base/failure.ts";
import { allGpus, findGpu } from "../../../src/catalog/gpus.ts";
import { findModel } from "../../../src/catalog/models.ts";
import { type Estimate, isRefusal, middleOf, type Quantity } from "../../../src/domain/estimate.ts";
import { ServePlan } from "../../../src/domain/serve-plan.ts";
import { ServeSpec, type ServeSpecInput } from "../../../src/domain/serve-spec.ts";
import { planServe, type ServeRequest } from "../../../src/plan/serve-plan/plan-serve.ts";
import { serveText } from "../../../src/plan/serve-plan/serve-text.ts";
import { catchFailure } from "../../catch-failure.ts";
import { longTest } from "../../long-suite.ts";

const PRICE: Quantity = { p10: 2, p50: 2.5, p90: 4, unit: "USD", basis: "a price", n: 3, sources: [] };
const LLAMA = { model: "meta-llama/Llama-3.1-8B" };
const MIXTURE = { model: "Qwen/Qwen3-30B-A3B" };

function planOf(input: ServeSpecInput, more: Partial<ServeRequest> = {}): ServePlan {
  const spec = ServeSpec.parse(input);
  const [shape, gpu] = [findModel(spec.model), findGpu(spec.gpu)];
  return planServe({ spec: { ...spec, gpu: gpu.id }, shape, gpu, usdPerGpuHour: PRICE, ...more });
}

function known(quantity: Quantity): Estimate {
  if (isRefusal(quantity)) throw new Error(quantity.refused);
  return quantity;
}

const whole = planOf({ ...LLAMA, rate: 20 });

describe("the sums of a plan", () => {
  test("it is of the shape that --json promises, and each range rises", () => {
    expect(ServePlan.parse(whole)).toEqual(whole);
    for (const quantity of [whole.usdPerMonth, whole.usdPerMtokOutput, whole.capacityAtSlo.requestsPerSec]) {
      const { p10, p50, p90 } = known(quantity);
      expect(p10).toBeLessThanOrEqual(p50);
      expect(p50).toBeLessThanOrEqual(p90);
    }
  });

  test("replicas are the peak rate over the capacity of one at the SLO, rounded up, with the spare ones", () => {
    const plan = planOf({ ...LLAMA, rate: 20, spareReplicas: 1, peakOverMean: 4 });
    const capacity = known(plan.capacityAtSlo.requestsPerSec);
    expect(plan.replicas.peakRequestsPerSec).toBe(80);
    expect(known(plan.replicas.needed).p50).toBe(Math.ceil(80 / capacity.p50) + 1);
    expect(known(plan.replicas.needed).p90).toBe(Math.ceil(80 / capacity.p10) + 1);
    expect(plan.replicas.planned).toBe(known(plan.replicas.needed).p50);
  });

  test("utilisation is throughput over the capacity at the SLO of the replicas that work", () => {
    const active = whole.replicas.planned!;
    const capacity = active * known(whole.capacityAtSlo.requestsPerSec).p50;
    expect(known(whole.utilisation).p50).toBeCloseTo(20 / capacity, 6);
  });

  test("what is as fast as the replica is as wide as its speed once: a full replica is about full, however fast it is", () => {
    const { utilisation } = planOf({ ...LLAMA, rate: 100, replicas: 1 });
    expect(known(utilisation).p10).toBeGreaterThan(0.85);
    expect(known(utilisation).p90).toBeLessThan(1.1);
    expect(known(planOf({ ...LLAMA, concurrency: 64, adapters: 8 }).utilisation).p90).toBeLessThan(1.5);
  });

  longTest("a month of GPU-hours is replicas × GPUs × 730.5, and dollars per million tokens follow from it", () => {
    const plan = planOf({ ...LLAMA, rate: 5, replicas: 3, outputTokens: 200 });
    expect(known(plan.gpuHoursPerMonth).p50).toBe(3 * 730.5);
    expect(known(plan.usdPerMonth).p50).toBeCloseTo(3 * 730.5 * 2.5, 6);
    const tokens = 5 * 200 * 730.5 * 3600;
    expect(known(plan.usdPerMtokOutput).p50).toBeCloseTo((3 * 730.5 * 2.5) / (tokens / 1e6), 6);
  });

  test("an output-equivalent token counts a quarter of the input", () => {
    const ratio = known(whole.usdPerMtokOutput).p50 / known(whole.usdPerMtokOutputEquivalent).p50;
    expect(ratio).toBeCloseTo((300 + 1000 / 4) / 300, 6);
  });

  test("half the load is twice the cost of a token", () => {
    const usd = new Map(whole.byLoad.map(({ share, usdPerMtokOutput }) => [share, known(usdPerMtokOutput).p50]));
    expect(usd.get(0.4)! / usd.get(0.8)!).toBeCloseTo(2, 6);
    expect(usd.get(0.1)! / usd.get(1)!).toBeCloseTo(10, 6);
  });

  test("weights, room for keys and values and the rest are all the memory there is", () => {
    const { weightsGib, kvPoolGib, otherGib, deviceGib } = whole.memory;
    expect(weightsGib + kvPoolGib + otherGib).toBeCloseTo(deviceGib, 6);
    expect(weightsGib).toBeCloseTo((8_030_261_248 * 2) / 2 ** 30, 2);
  });
});

describe("the capacity at the SLO", () => {
  test("at it the percentile keeps both limits, and it is at most saturation", () => {
    const { capacityAtSlo, saturation, byLoad } = whole;
    const full = byLoad.at(-1)!;
    expect(known(full.ttftMs).p50).toBeLessThanOrEqual(2000);
    expect(known(full.tpotMs).p50).toBeLessThanOrEqual(100);
    expect(known(capacityAtSlo.requestsPerSec).p50).toBeLessThanOrEqual(known(saturation.requestsPerSec).p50);
  });

  longTest("a narrower limit of TPOT takes capacity, and is what binds", () => {
    const narrow = planOf({ ...LLAMA, rate: 20, sloTpotMs: 20 });
    expect(narrow.capacityAtSlo.boundBy).toBe("tpot");
    expect(known(narrow.capacityAtSlo.requestsPerSec).p50).toBeLessThan(known(whole.capacityAtSlo.requestsPerSec).p50);
    expect(known(narrow.byLoad.at(-1)!.tpotMs).p50).toBeLessThanOrEqual(20);
    expect(known(narrow.byLoad.at(-1)!.tpotMs).p50).toBeGreaterThan(18); // found to within 2 %, not far below
  });

  test("a limit of TTFT near the time of a prompt binds", () => {
    const { alone } = whole;
    const narrow = planOf({ ...LLAMA, sloTtftMs: 1.5 * known(alone.ttftMs.p99).p50 });
    expect(narrow.capacityAtSlo.boundBy).toBe("ttft");
  });

  test("an SLO below the time of one request alone: no rate meets it, and the least is said", () => {
    const plan = planOf({ ...LLAMA, rate: 20, sloTtftMs: 5 });
    const refused = plan.capacityAtSlo.requestsPerSec;
    expect(isRefusal(refused) && refused.refused).toMatch(/^no rate meets the SLO; one request at a time takes/);
    expect(isRefusal(refused) && refused.refused).toContain("TTFT p99");
    expect(plan.replicas.planned).toBeNull();
    expect(isRefusal(plan.usdPerMonth)).toBe(true); // nothing is priced that does not keep it
    expect(plan.byLoad).toEqual([]);
  });
});

describe("loads", () => {
  test("a load below capacity is served whole: as much comes out as goes in", () => {
    const { perReplica } = whole.load as { perReplica: number };
    expect(known(whole.atLoad.outputTokensPerSec).p50).toBeCloseTo(perReplica * 300, 0);
    expect(whole.atLoad.boundBy).toBe("demand");
  });

  test("no load: the plan is of one replica as full as the SLO allows", () => {
    const plan = planOf(LLAMA);
    expect(plan.load.kind).toBe("slo-capacity");
    expect(known(plan.utilisation)).toMatchObject({ p10: 1, p50: 1, p90: 1 });
    expect(known(plan.usdPerMtokOutput).p50).toBeCloseTo(known(plan.byLoad.at(-1)!.usdPerMtokOutput).p50, 6);
  });

  test.each([1, 32, 200])(
    "%d requests under way keep Little's law: they are rate × time in the system",
    (concurrency) => {
      const { atLoad } = planOf({ ...LLAMA, concurrency, inputCv: 0, outputCv: 0, sloTpotMs: 1000 });
      const seconds = (known(atLoad.ttftMs.mean).p50 + 299 * known(atLoad.tpotMs.mean).p50) / 1e3;
      expect(known(atLoad.requestsPerSec).p50 * seconds).toBeCloseTo(concurrency, 6);
      expect(known(atLoad.outputTokensPerSec).p50).toBeCloseTo(300 * known(atLoad.requestsPerSec).p50, 6);
    },
  );

  test("more requests under way than have room give what saturation gives, and the SLO that they break is said", () => {
    const plan = planOf({ ...LLAMA, concurrency: 2000, sloTtftMs: 500 });
    const { atLoad, saturation } = plan;
    const share = known(atLoad.outputTokensPerSec).p50 / known(saturation.outputTokensPerSec).p50;
    expect(share).toBeGreaterThan(0.9);
    expect(share).toBeLessThanOrEqual(1);
    expect(plan.warnings[0]).toMatch(/2,000 requests in flight at each replica miss the SLO: TTFT p99 .* limit 500 ms/);
    expect(serveText(plan)).toContain("too few to meet the SLO with 2,000 requests in flight");
    expect(planOf({ ...LLAMA, concurrency: 8 }).warnings).toEqual([]);
  });

  test("replicas that were stated and are too few are called so in the first sentence", () => {
    const capacity = known(whole.capacityAtSlo.requestsPerSec).p50;
    const overloaded = serveText(planOf({ ...LLAMA, rate: 2 * capacity, replicas: 1 }));
    expect(overloaded).toMatch(/1 replica, too few to meet the SLO at [\d.]+ requests\/s/);
    const peak = planOf({ ...LLAMA, rate: 0.6 * capacity, replicas: 1 });
    expect(serveText(peak).replaceAll("\n", " ")).toMatch(/too few for the [\d.]+ at the peak/);
    expect(peak.warnings[0]).toMatch(/^1 replica meets the SLO at the mean load/);
  });

  test("a rate above saturation is not called within its range", () => {
    const plan = planOf({ ...LLAMA, rate: 100, sloTtftMs: 5 });
    expect(plan.warnings[0]).toMatch(/100 requests\/s at each replica are more than the .* it serves at saturation/);
  });

  test("answers of one token have no later ones: TTFT alone is held to the SLO", () => {
    const plan = planOf({ ...LLAMA, rate: 5, outputTokens: 1, outputCv: 0 });
    expect(plan.capacityAtSlo.boundBy).not.toBe("tpot");
    expect(plan.atLoad.tpotMs.p99).toMatchObject({ refused: "answers of one token have no TPOT" });
    const narrow = planOf({ ...LLAMA, rate: 5, outputTokens: 1, outputCv: 0, sloTpotMs: 1 });
    expect(known(narrow.capacityAtSlo.requestsPerSec)).toEqual(known(plan.capacityAtSlo.requestsPerSec));
    expect(ServePlan.parse(plan)).toEqual(plan);
    const { atLoad } = planOf({ ...LLAMA, concurrency: 4, outputTokens: 1, outputCv: 0 });
    expect(known(atLoad.requestsPerSec).p50 * known(atLoad.ttftMs.mean).p50).toBeCloseTo(4000, 6);
  });

  test("an SLO that only the slow end of the range breaks leaves the median and the fast end, and says so of the other", () => {
    const alone = known(whole.alone.ttftMs.p99).p50;
    const plan = planOf({ ...LLAMA, rate: 0.05, sloTtftMs: 1.1 * alone, outputTokens: 20 });
    const { requestsPerSec, slowEnd } = plan.capacityAtSlo;
    expect(known(requestsPerSec).p10).toBe(0);
    expect(known(requestsPerSec).p50).toBeGreaterThan(0);
    expect(slowEnd?.refused).toMatch(/as estimated, a replica meets it up to [\d.]+ requests\/s/);
    expect(plan.warnings.join()).toContain("the slow end meets no SLO");
    for (const quantity of [plan.replicas.needed, plan.usdPerMonth, plan.usdPerMtokOutput, plan.utilisation]) {
      expect(quantity).toMatchObject({ refused: expect.any(String), known: { p10: expect.any(Number) } });
      expect(quantity).not.toHaveProperty("known.p90");
    }
    const month = 730.5 * 2.5;
    expect(middleOf(plan.usdPerMonth)).toBeCloseTo(month, 6);
    expect(middleOf(plan.usdPerMtokOutput)).toBeCloseTo((month * 1e6) / (0.05 * 20 * 730.5 * 3600), 6);
    expect(ServePlan.parse(plan)).toEqual(plan);
    expect(serveText(plan)).toMatch(/USD a month, GPUs only +[\d,]+ +1,830 +unknown/);
  });

  test("more than the SLO allows is said, and so is a peak that is", () => {
    const capacity = known(whole.capacityAtSlo.requestsPerSec).p50;
    expect(planOf({ ...LLAMA, rate: 2 * capacity, replicas: 1 }).warnings[0]).toContain("missed at the mean load");
    expect(planOf({ ...LLAMA, rate: 0.6 * capacity, replicas: 1 }).warnings[0]).toContain("not at the peak");
    expect(planOf({ ...LLAMA, rate: 0.6 * capacity, replicas: 2 }).warnings).toEqual([]);
    const near = planOf({ ...LLAMA, rate: 0.98 * capacity, replicas: 1, peakOverMean: 1 });
    expect(near.warnings[0]).toContain("within the range of saturation");
    // But for the scatter of arrivals.
    const [offered, most] = [known(near.atLoad.outputTokensPerSec).p10, known(near.saturation.outputTokensPerSec).p10];
    expect(offered / most).toBeLessThanOrEqual(1);
    expect(offered / most).toBeGreaterThan(0.98);
  });

  longTest("a prefix cache and eight bits a weight raise the capacity, unmerged adapters lower it", () => {
    const base = known(whole.capacityAtSlo.requestsPerSec).p50;
    const of = (more: Partial<ServeSpecInput>): number =>
      known(planOf({ ...LLAMA, rate: 20, ...more }).capacityAtSlo.requestsPerSec).p50;
    expect(of({ prefixHitShare: 0.6 })).toBeGreaterThan(base);
    expect(of({ weights: "fp8" })).toBeGreaterThan(base);
    const adapted = planOf({ ...LLAMA, rate: 20, adapters: 8 });
    expect(known(adapted.capacityAtSlo.requestsPerSec).p50).toBeLessThan(base);
    expect(adapted.adapters).toMatchObject({ count: 8 });
  });
});

describe("contradictions", () => {
  const gpus = allGpus().filter(({ consumer }) => !consumer);
  const of = (input: Partial<ServeSpecInput>, message: RegExp, hint: RegExp) => ({
    input: { ...LLAMA, ...input },
    message,
    hint,
  });
  test.each([
    of({ rate: 1, concurrency: 2 }, /rate 1 and concurrency 2 together/, /give the rate/),
    of({ tensorParallel: 3 }, /3 does not divide the 32 heads/, /possible: 1, 2, 4, 8/),
    of({ draftTokens: 4 }, /without a measured acceptance/, /--accepted-per-step/),
    of({ acceptedPerStep: 2 }, /no tokens are proposed/, /--draft-tokens/),
    of({ draftTokens: 2, acceptedPerStep: 3 }, /more than the 2/, /only accepted drafts/),
    of({ expertParallel: 2 }, /has no experts/, /omit expert-parallel/),
    of({ ...MIXTURE, expertParallel: 3 }, /3 does not divide the 128 experts/, /possible: 2, 4, 8, 16, 32, 64/),
    of({ inputTokens: 200_000 }, /longer than the context/, /longer context/),
    of({ tensorParallel: 32 }, /of one machine/, /--pipeline-parallel 4/),
    of({ pipelineParallel: 33 }, /more than the 32 layers/, /usual/),
    of(
      { model: "meta-llama/Llama-3.3-70B-Instruct" },
      /leave no room/,
      /--tensor-parallel 2, or --gpu .*, or --weights fp8/,
    ),
    of({ engineEra: "v7" }, /no version class "v7" of vllm/, /v1/),
  ])("$message", ({ input, message, hint }) => {
    const failure = catchFailure(() => planOf(input, { gpus }));
    expect(failure).toBeInstanceOf(Failure);
    expect(failure.message).toMatch(message);
    expect(failure.hint).toMatch(hint);
  });

  test("experts and heads that split over other GPUs", () => {
    const shape = { ...findModel(MIXTURE.model), heads: 48, kvHeads: 6 };
    const failure = catchFailure(() => planOf({ ...MIXTURE, tensorParallel: 6, expertParallel: 4 }, { shape, gpus }));
    expect(failure.message).toContain("expert parallel 4 and tensor parallel 6: one must be a multiple of the other");
  });

  test("layers that keep a state in place of keys and values have no formula", () => {
    const hybrid = { ...findModel(LLAMA.model), linearLayers: 8 };
    expect(catchFailure(() => planOf(LLAMA, { shape: hybrid })).message).toContain("its size is unknown");
  });
});

longTest("a format that the GPU has no arithmetic for is said", () => {
  expect(planOf({ ...LLAMA, gpu: "A100-80GB-SXM", weights: "fp8" }).warnings.join()).toContain("no fp8 arithmetic");
  expect(whole.warnings.join()).not.toContain("arithmetic");
});

test("a price that is not known leaves the rest of the plan, with what would give one", () => {
  const refusal = { refused: "no price of it", hint: "give one" };
  const plan = planOf({ ...LLAMA, rate: 20 }, { usdPerGpuHour: refusal });
  expect(plan.usdPerMtokOutput).toEqual(refusal);
  expect(known(plan.replicas.needed).p50).toBeGreaterThan(0);
  expect(serveText(plan)).toContain("unknown: no price of it");
});

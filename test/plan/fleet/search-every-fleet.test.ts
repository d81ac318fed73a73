import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { assumptionsWith } from "../../../src/catalog/assumptions.ts";
import { findGpu } from "../../../src/catalog/gpus.ts";
import { type Estimate, isRefusal, type Quantity } from "../../../src/domain/estimate.ts";
import { FleetSearch } from "../../../src/domain/fleet-search.ts";
import type { Residual } from "../../../src/domain/calibration.ts";
import type { Term } from "../../../src/domain/price.ts";
import type { RunSpec } from "../../../src/domain/run-spec.ts";
import { PUBLISHED } from "../../../src/plan/calibration/published.ts";
import { fleetPage } from "../../../src/plan/fleet/fleet-page.ts";
import type { FleetPrice, FleetRequest } from "../../../src/plan/fleet/fleet-request.ts";
import { searchEveryFleet } from "../../../src/plan/fleet/search-every-fleet.ts";
import { spotFacts } from "../../../src/plan/fleet/spot.ts";
import { nestingErrors } from "../../report/well-formed.ts";
import { run } from "../training-runs.ts";
import { lawRuns } from "../../law-runs.ts";
import { longTest } from "../../long-suite.ts";

const USD: Record<string, number> = { "H100-80GB-SXM": 2.4, "A100-80GB-SXM": 1.5, L40S: 0.9, "RTX-4090": 0.4 };
const SHARE: Partial<Record<Term, number>> = { "on-demand": 1, spot: 0.5 };

function priceOf(gpu: string, term: Term): FleetPrice {
  const usd = (USD[gpu] ?? Number.NaN) * (SHARE[term] ?? Number.NaN);
  if (Number.isNaN(usd)) return { usd: { refused: `no ${term} price of ${gpu}`, hint: "give one" }, note: undefined };
  const quantity = {
    p10: usd * 0.9,
    p50: usd,
    p90: usd * 1.2,
    unit: "USD",
    basis: "a stated price",
    n: 1,
    sources: [],
  };
  return { usd: quantity, note: undefined };
}

function request(model: string, spec: Partial<RunSpec>, more: Partial<FleetRequest> = {}): FleetRequest {
  return {
    ...run(model, spec),
    volume: { rows: 14_000, meanTokens: 900, epochs: 3 },
    gpus: Object.keys(USD).map(findGpu),
    terms: ["on-demand", "spot", "reserved"],
    priceOf,
    spot: spotFacts(assumptionsWith()),
    assumption: assumptionsWith(),
    maxGpus: 16,
    rank: "cost",
    ...more,
  };
}

const p50 = (quantity: Quantity): number => (isRefusal(quantity) ? Number.NaN : quantity.p50);
const p90 = (quantity: Quantity): number => (isRefusal(quantity) ? Number.NaN : quantity.p90);
const total = ({ rejected }: FleetSearch): number => rejected.reduce((sum, { count }) => sum + count, 0);

const anySearch = fc.record({
  model: fc.constantFrom("Qwen/Qwen2.5-7B", "meta-llama/Llama-3.1-70B"),
  method: fc.constantFrom("full" as const, "lora" as const, "qlora" as const),
  stack: fc.constantFrom("hf" as const, "torchtune" as const),
  batchSequences: fc.constantFrom(1, 4, 6),
  globalBatch: fc.constantFrom(undefined, 8, 48),
  deadlineHours: fc.constantFrom(undefined, 1.5, 6),
  budgetUsd: fc.constantFrom(undefined, "20", "200"),
});

test("every candidate is an option or is counted as rejected, and no option is beaten on the front", () => {
  fc.assert(
    fc.property(anySearch, ({ model, globalBatch, deadlineHours, budgetUsd, ...spec }) => {
      const search = searchEveryFleet(
        request(model, spec, { globalBatch, deadlineHours, budgetUsd, listRejected: true }),
      );
      FleetSearch.parse(search);
      expect(search.options.length + total(search)).toBe(search.candidates);
      expect(search.each).toHaveLength(total(search));
      for (const { onFront, dominatedBy, hours, cost, memory, gpu } of search.options) {
        expect(onFront).toBe(dominatedBy === null);
        const beaten = search.options.some(
          (other) => p50(other.hours) <= p50(hours) * (1 - 1e-9) && p50(other.cost) <= p50(cost) * (1 - 1e-9),
        );
        if (onFront) expect(beaten).toBe(false);
        expect(p90(memory)).toBeLessThanOrEqual(findGpu(gpu).usableGib);
        if (deadlineHours !== undefined) expect(p90(hours)).toBeLessThanOrEqual(deadlineHours);
        if (budgetUsd !== undefined) expect(p90(cost)).toBeLessThanOrEqual(Number(budgetUsd));
      }
    }),
    { numRuns: lawRuns(25) },
  );
});

test("micro-batches keep the batch of an optimizer step, also where it is stated over all GPUs", () => {
  for (const globalBatch of [undefined, 32]) {
    const { options } = searchEveryFleet(request("Qwen/Qwen2.5-7B", { method: "qlora" }, { globalBatch }));
    expect(options.length).toBeGreaterThan(0);
    for (const { batchSequences, gradAccum, gpuCount } of options)
      expect(batchSequences * gradAccum).toBe(globalBatch === undefined ? 4 : globalBatch / gpuCount);
  }
});

test("a global batch that does not split over the GPUs is rejected by name", () => {
  const { rejected } = searchEveryFleet(request("Qwen/Qwen2.5-7B", { method: "lora" }, { globalBatch: 6 }));
  expect(rejected.find(({ reason }) => reason === "batch-split")!.example).toContain(
    "6 sequences per step cannot be divided among 16 ranks",
  );
});

test("the order is by cost or by time, and spot takes longer than on demand on the same GPUs", () => {
  const byCost = searchEveryFleet(request("Qwen/Qwen2.5-7B", { method: "lora" }));
  const byTime = searchEveryFleet(request("Qwen/Qwen2.5-7B", { method: "lora" }, { rank: "time" }));
  const costs = byCost.options.map(({ cost }) => p50(cost));
  const hours = byTime.options.map((option) => p50(option.hours));
  expect(costs).toEqual(costs.toSorted((a, b) => a - b));
  expect(hours).toEqual(hours.toSorted((a, b) => a - b));
  for (const spot of byCost.options.filter(({ term }) => term === "spot")) {
    const other = byCost.options.find(
      ({ term, gpu, gpuCount }) => term === "on-demand" && gpu === spot.gpu && gpuCount === spot.gpuCount,
    )!;
    for (const end of ["p10", "p50", "p90"] as const)
      expect((spot.hours as Estimate)[end]).toBeGreaterThan((other.hours as Estimate)[end]);
    expect(spot.spot!.interruptions).toBeGreaterThan(0);
  }
});

describe("GPUs without a price", () => {
  const listed = (more: Partial<FleetRequest>, spec: Partial<RunSpec> = {}) =>
    searchEveryFleet(request("Qwen/Qwen2.5-7B", { method: "lora", ...spec }, { listUnpriced: true, ...more }));
  const gpus = ["H100-80GB-SXM", "A30", "A100-40GB-SXM", "T4"].map(findGpu);

  test("stand apart by hours, each with the price at which it costs what the cheapest option does", () => {
    const { options, unpriced, rejected } = listed({ gpus });
    expect(unpriced.map(({ gpu }) => gpu)).toContain("A100-40GB-SXM");
    expect(options.every(({ gpu }) => gpu === "H100-80GB-SXM")).toBe(true);
    const cheapest = Math.min(...options.map(({ cost }) => p50(cost)));
    for (const { gpu, hours, gpuHours, gpuCount, breakEvenUsdPerGpuHour } of unpriced) {
      expect(p50(breakEvenUsdPerGpuHour!) * p50(gpuHours), gpu).toBeCloseTo(cheapest, 6);
      expect(p50(hours) * gpuCount, gpu).toBeCloseTo(p50(gpuHours), 6);
      expect(rejected.some((each) => each.reason === "no-price" && each.gpu === gpu)).toBe(true);
    }
    const hours = unpriced.map((each) => p50(each.hours));
    expect(hours).toEqual(hours.toSorted((a, b) => a - b));
  });

  test("given that price, cost what the cheapest did", () => {
    const { options, unpriced } = listed({ gpus, terms: ["on-demand"] });
    const own = unpriced.find(({ gpu }) => gpu === "A100-40GB-SXM")!;
    const usd = own.breakEvenUsdPerGpuHour!;
    const bought = searchEveryFleet(
      request(
        "Qwen/Qwen2.5-7B",
        { method: "lora" },
        { gpus: [findGpu("A100-40GB-SXM")], terms: ["on-demand"], priceOf: () => ({ usd, note: undefined }) },
      ),
    ).options.find(({ gpuCount }) => gpuCount === own.gpuCount)!;
    expect(p50(bought.cost)).toBeCloseTo(Math.min(...options.map(({ cost }) => p50(cost))), 6);
  });

  test("are listed at every number where one alone is asked for, with the prices that others ask and no break-even", () => {
    const { unpriced } = listed({ gpus: [findGpu("A100-40GB-SXM")] });
    expect(unpriced.map(({ gpuCount }) => gpuCount).toSorted((a, b) => a - b)).toEqual([1, 2, 4, 8, 16]);
    for (const { breakEvenUsdPerGpuHour, priceHint } of unpriced) {
      expect(breakEvenUsdPerGpuHour).toBeNull();
      expect(priceHint).toBe("give one");
    }
  });

  test("are not listed where they miss the deadline or do not hold the run", () => {
    expect(listed({ gpus, deadlineHours: 0.01 }).unpriced).toEqual([]);
    expect(
      listed({ gpus: [findGpu("T4")] }, { precision: "fp16", method: "full" }).unpriced.map((each) => each.gpuCount),
    ).not.toContain(1);
  });
});

describe("what is rejected says why", () => {
  test("a term or GPU without a price", () => {
    const { rejected, options } = searchEveryFleet(
      request("Qwen/Qwen2.5-7B", { method: "lora" }, { gpus: [findGpu("H100"), findGpu("A30")] }),
    );
    const unpriced = rejected.filter(({ reason }) => reason === "no-price");
    expect(unpriced.map(({ gpu }) => gpu)).toEqual(["H100-80GB-SXM", "A30"]);
    expect(options.some(({ term }) => term === "reserved")).toBe(false);
  });

  test("a run that does not fit, by its largest term", () => {
    const { rejected } = searchEveryFleet(
      request("meta-llama/Llama-3.1-70B", { method: "full" }, { gpus: [findGpu("RTX-4090")] }),
    );
    const misfit = rejected.find(({ reason }) => reason === "does-not-fit")!;
    expect(misfit.example).toMatch(/RTX-4090 .*: needs [\d.,–]+ of 24 GiB, most of it /);
  });

  test.each([
    ["V100-32GB-SXM", { precision: "bf16" }, "V100-32GB-SXM has no bf16", "precision to fp16"],
    ["T4", { precision: "bf16-mixed", method: "full" }, "T4 has no bf16", "precision to fp16"],
    ["A100-80GB-SXM", { precision: "fp8" }, "A100-80GB-SXM has no fp8", "Hopper, Ada"],
  ] as const)("%s, which lacks the format of %j, with a price or without one", (...[id, spec, why, remedy]) => {
    for (const price of [priceOf, () => priceOf("L40S", "on-demand")]) {
      const { options, rejected } = searchEveryFleet(
        request("Qwen/Qwen2.5-7B", spec, { gpus: [findGpu(id)], priceOf: price }),
      );
      expect(options).toEqual([]);
      expect(new Set(rejected.map(({ reason }) => reason))).toEqual(new Set(["impossible"]));
      expect(rejected[0]!.example).toContain(why);
      expect(rejected[0]!.example).toContain(remedy);
    }
  });

  test("a V100 holds in fp16 what it cannot in bf16", () => {
    const v100 = { gpus: [findGpu("V100-32GB-SXM")], priceOf: () => priceOf("L40S", "on-demand") };
    const spec = { method: "qlora", precision: "fp16" } as const;
    expect(searchEveryFleet(request("Qwen/Qwen2.5-7B", spec, v100)).options.length).toBeGreaterThan(0);
  });
});

test("a GPU whose only price is an old published range never leads and dominates none, and says why", () => {
  const note = { text: "its price is a published range of 2026-05-01, 208 days old", isOld: true };
  const cheap: Quantity = { p10: 0.1, p50: 0.1, p90: 0.1, unit: "USD", basis: "stated", n: 1, sources: [] };
  const search = (isOld: boolean): FleetSearch["options"] =>
    searchEveryFleet(
      request(
        "Qwen/Qwen2.5-7B",
        { method: "lora" },
        {
          gpus: ["H100-80GB-SXM", "A100-80GB-SXM"].map(findGpu),
          terms: ["on-demand"],
          priceOf: (gpu, term) =>
            gpu.startsWith("A100") ? { usd: cheap, note: isOld ? note : undefined } : priceOf(gpu, term),
        },
      ),
    ).options;
  expect(search(false)[0]!.gpu).toBe("A100-80GB-SXM");
  const [first, ...others] = search(true);
  expect(first).toMatchObject({ gpu: "H100-80GB-SXM", onFront: true });
  expect(others.find(({ gpu }) => gpu === "A100-80GB-SXM")!.notes).toEqual([note.text]);
});

describe("a GPU of a vendor whose speed one source alone measured", () => {
  const search = (own: Residual[] = []): FleetSearch =>
    searchEveryFleet(
      request(
        "Qwen/Qwen2.5-7B",
        { method: "lora" },
        {
          gpus: ["H100-80GB-SXM", "H200-141GB-SXM", "MI300X"].map(findGpu),
          terms: ["on-demand"],
          priceOf: (gpu, term) => priceOf(gpu === "MI300X" ? "RTX-4090" : "H100-80GB-SXM", term),
          calibration: { ...PUBLISHED, own },
        },
      ),
    );

  test("comes after the others however cheap it is, beats none of them, and says why", () => {
    const { options } = search();
    const places = options.map(({ gpu }) => gpu);
    expect(places.indexOf("MI300X")).toBeGreaterThan(Math.max(places.lastIndexOf("H100-80GB-SXM"), 0));
    const thin = options.find(({ gpu }) => gpu === "MI300X")!;
    expect(thin).toMatchObject({ isLessSure: true, priceIsOld: false, vendorSpeedSources: 1 });
    expect(thin.notes.join(" ")).toContain("on GPUs of AMD");
    expect(p50(thin.cost)).toBeLessThan(p50(options[0]!.cost));
    for (const { dominatedBy, isLessSure } of options)
      if (!isLessSure) expect(dominatedBy ?? "").not.toContain("MI300X");
  });

  longTest("stands with the others once its user has measured it", () => {
    const facets = PUBLISHED.published.find((row) => row.facets["gpu"] === "MI300X" && row.facets["stack"] === "hf")!;
    const { options } = search([{ ...facets, source: "mine", n: 3, logRatios: [-0.3, -0.2, -0.1] }]);
    expect(options.find(({ gpu }) => gpu === "MI300X")).toMatchObject({ isLessSure: false });
  });

  test("an unmeasured GPU of a vendor that many measured is not less sure, and the count says so", () => {
    const { options } = search();
    const h200 = options.find(({ gpu }) => gpu === "H200-141GB-SXM")!;
    expect(h200).toMatchObject({ isLessSure: false, speedSources: 0, notes: [] });
    expect(h200.vendorSpeedSources).toBeGreaterThan(4);
  });
});

test("a short run stands on few GPUs, since each of them is paid for while the run starts", () => {
  const short = { volume: { rows: 2000, meanTokens: 500, epochs: 1 }, terms: ["on-demand" as const], maxGpus: 64 };
  const { options } = searchEveryFleet(request("Qwen/Qwen2.5-7B", { method: "lora" }, short));
  for (const gpu of new Set(options.map((option) => option.gpu))) {
    const costs = options.filter((option) => option.gpu === gpu).map(({ gpuCount, cost }) => [gpuCount, p50(cost)]);
    expect(costs.map(([count]) => count)).toEqual(costs.map(([count]) => count).toSorted((a, b) => a! - b!));
  }
  expect(options[0]!.gpuCount).toBe(1);
});

test("a number of GPUs that a plan states is tried in addition to the usual ones", () => {
  const stated = { statedGpus: 6, terms: ["on-demand" as const] };
  const { options } = searchEveryFleet(request("Qwen/Qwen2.5-7B", { method: "lora" }, stated));
  expect(options.some(({ gpuCount }) => gpuCount === 6)).toBe(true);
});

test("Megatron is laid out by tensor and pipeline splits within a machine too", () => {
  const { each } = searchEveryFleet(
    request(
      "meta-llama/Llama-3.1-8B",
      { method: "lora", stack: "nemo" },
      { gpus: [findGpu("H100")], listRejected: true },
    ),
  );
  const layouts = each.map(({ fleet }) => fleet);
  expect(layouts.some((fleet) => fleet.startsWith("16 × H100-80GB-SXM on-demand, zero1, TP 8"))).toBe(true);
  expect(layouts.some((fleet) => fleet.includes("TP 2 × PP 4"))).toBe(true);
  expect(layouts.some((fleet) => fleet.includes("TP 4 × PP 4"))).toBe(false);
});

test("the page of a search is one file without scripts that names every option", () => {
  const search = searchEveryFleet(request("Qwen/Qwen2.5-14B", { method: "lora" }, { deadlineHours: 40 }));
  expect(search.options.length).toBeGreaterThan(3);
  const page = fleetPage(search, { title: "Qwen2.5-14B", stack: "hf", day: "2026-11-25" });
  expect(nestingErrors(page)).toEqual([]);
  expect(page).not.toContain("<script");
  for (const { gpu, gpuCount } of search.options) expect(page).toContain(`${gpuCount} × ${gpu}`);
});

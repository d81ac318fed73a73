import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { allApiPrices, findApiPrice } from "../../../src/catalog/api-prices.ts";
import { findGpu } from "../../../src/catalog/gpus.ts";
import { findModel } from "../../../src/catalog/models.ts";
import { Comparison } from "../../../src/domain/comparison.ts";
import { type Estimate, isRefusal, middleOf, type Quantity } from "../../../src/domain/estimate.ts";
import type { ApiPrice } from "../../../src/domain/price.ts";
import { ServeSpec } from "../../../src/domain/serve-spec.ts";
import { Traffic } from "../../../src/domain/traffic.ts";
import { compare, type CompareRequest } from "../../../src/plan/compare/compare.ts";
import { comparePage } from "../../../src/plan/compare/compare-page.ts";
import { compareText } from "../../../src/plan/compare/compare-text.ts";
import { gpuOption, scaleToZeroOption } from "../../../src/plan/compare/gpu-option.ts";
import { pickApis } from "../../../src/plan/compare/pick-apis.ts";
import { planServe } from "../../../src/plan/serve-plan/plan-serve.ts";
import { readTsv } from "../../catalog/read-tsv.ts";

const exactly = (value: number, unit: string): Estimate => ({
  p10: value,
  p50: value,
  p90: value,
  unit,
  basis: "stated",
  n: 0,
  sources: [],
});
const SOURCE = { kind: "user", ref: "by hand" } as const;

const spec = ServeSpec.parse({
  model: "mistralai/Mistral-Nemo-Instruct-2407",
  tensorParallel: 2,
  inputTokens: 216,
  outputTokens: 162,
  gpu: "H100-80GB-SXM",
});
const PLAN = planServe({
  spec,
  shape: findModel(spec.model),
  gpu: findGpu(spec.gpu),
  usdPerGpuHour: exactly(2.5, "USD"),
});

/** The plan with a capacity of so many output tokens per second. */
function planAt(tokensPerSec: number, spread = 1): CompareRequest["plan"] {
  const of = (value: number): Quantity => ({ ...exactly(value, "1/s"), p10: value / spread, p90: value * spread });
  return {
    ...PLAN,
    capacityAtSlo: {
      ...PLAN.capacityAtSlo,
      requestsPerSec: of(tokensPerSec / 162),
      outputTokensPerSec: of(tokensPerSec),
      totalTokensPerSec: of((tokensPerSec * 378) / 162),
    },
  };
}

function apiPrice(model: string, input: string, output: string): ApiPrice {
  const price = allApiPrices()[0]!;
  return { ...price, model, inputUsdPerMtok: input, outputUsdPerMtok: output, tiers: [], tunedFrom: null, note: "" };
}

/** USD 120 a day for two H100, nothing else counted: the setting of the reference. */
function requestOf(over: Partial<CompareRequest> = {}, month: Partial<Traffic> = {}): CompareRequest {
  const none = { refused: "not known", hint: "give it" };
  return {
    on: "2026-11-25",
    traffic: Traffic.parse({
      inputTokensPerMonth: 800e6,
      outputTokensPerMonth: 600e6,
      peakOverMean: 1,
      source: SOURCE,
      ...month,
    }),
    plan: planAt(5109),
    apis: [{ price: apiPrice("seller/model", "0.15", "0.6") }],
    hourly: [{ kind: "own-on-demand", label: "own GPUs on demand", usdPerGpuHour: exactly(2.5, "USD"), notes: [] }],
    refused: [],
    terms: { discountPerYear: 0.08, priceDropPerYear: 0, qualityParity: 1 },
    engineer: { hoursPerMonth: exactly(0, "hours"), usdPerHour: exactly(180, "USD/hour") },
    coldStart: { seconds: exactly(80, "s"), idleSeconds: 300 },
    tuning: { investment: none, maintenance: none },
    seed: 1,
    draws: 100,
    warnings: [],
    ...over,
  };
}

function known(quantity: Quantity): Estimate {
  if (isRefusal(quantity)) throw new Error(quantity.refused);
  return quantity;
}

const own = ({ options }: Comparison) => options.find(({ kind }) => kind === "own-on-demand")!;

test("maintenance that is not known is not taken for none: nothing over time is said, and a warning stands", () => {
  const launch = { investment: exactly(50_000, "USD"), investmentDraws: new Float64Array(100).fill(50_000) };
  const none = { refused: "the maintenance is not known", hint: "give --maintenance-usd-per-month" };
  const { options, warnings } = compare(requestOf({ tuning: { ...launch, maintenance: none } }));
  const { overTime } = options.find(({ kind }) => kind === "own-on-demand")!;
  expect(overTime.npv24Months).toEqual(none);
  expect(overTime.paybackMonth).toEqual(none);
  expect(warnings.join()).toContain(
    "the maintenance is not known: options that serve the tuned model do not include it",
  );
});

test("labour of today stands under people, not under GPUs or tokens: as stated, and where the API in use keeps it", () => {
  const price = apiPrice("seller/model", "0.15", "0.6");
  const kept = compare(requestOf({ apis: [{ price, otherUsdPerMonth: 9_000 }] }));
  const stated = compare(requestOf({ today: { apiUsd: 480, laborUsd: 9_000, text: "as stated" } }));
  const [api, today] = [
    kept.options.find(({ kind }) => kind === "api")!,
    stated.options.find(({ kind }) => kind === "today")!,
  ];
  for (const { costs } of [api, today]) {
    expect(middleOf(costs.servingUsdPerMonth)).toBeCloseTo(480);
    expect(middleOf(costs.engineerUsdPerMonth)).toBe(9_000);
    expect(middleOf(costs.usdPerMonth)).toBeCloseTo(9_480);
  }
});

test("months of payback are whole, and an end of a break-even that is never in many draws is not a number", () => {
  const known = { investment: exactly(9000, "USD"), maintenance: exactly(0, "USD") };
  const price = apiPrice("seller/model", "2.5", "10");
  const draws = Float64Array.from({ length: 100 }, (_, index) => 9000 + 700 * index);
  const flow = compare(requestOf({ apis: [{ price }], tuning: { ...known, investmentDraws: draws } }));
  const month = flow.options.find(({ kind }) => kind === "own-on-demand")!.overTime.paybackMonth;
  if (isRefusal(month)) throw new Error(month.refused);
  expect([month.p10, month.p50, month.p90].every(Number.isInteger)).toBe(true);
  const weak = compare(requestOf({ plan: planAt(2200, 1.6) }));
  expect(weak.breakEven[0]!.neverShare).toBeGreaterThan(0.1);
  expect(weak.breakEven[0]!.neverShare).toBeLessThan(0.5);
  expect(compareText(weak)).toMatch(/ – never /);
});

test("an option that is ruled out follows those that are allowed, and each table marks it", () => {
  const seller = compare(requestOf()).options.find(({ kind }) => kind === "api")!;
  const found = compare(requestOf({ ruledOutBy: ({ isApi }) => (isApi ? "it is an API" : undefined) }));
  expect(middleOf(seller.costs.usdPerMonth)).toBeLessThan(middleOf(own(found).costs.usdPerMonth)!);
  expect(found.options.map(({ kind }) => kind)).toEqual(["own-on-demand", "api"]);
  const rows = compareText(found)
    .split("\n")
    .filter((line) => line.includes(seller.label) && / {2}/.test(line));
  expect(rows.length).toBeGreaterThan(3);
  expect(rows.filter((row) => !row.includes(`${seller.label} (ruled out)`) && !row.includes("ruled out:"))).toEqual([]);
});

test("work that can wait does not need replicas for the peak", () => {
  const peak = { outputTokensPerMonth: 10e9, inputTokensPerMonth: 13e9, peakOverMean: 4 };
  const replicas = (batchShare: number): number =>
    known(own(compare(requestOf({}, { ...peak, batchShare }))).capacity!.replicas).p50;
  expect(replicas(0)).toBe(3);
  expect(replicas(0.5)).toBe(2);
  expect(replicas(0.75)).toBe(1);
  expect(compare(requestOf({}, { ...peak, batchShare: 0.5 })).warnings.join()).toContain("50 % of the tokens can wait");
});

test("a replica whose slow end keeps no SLO has a median and a fast end, and the other is not known", () => {
  const why = { refused: "the slow end keeps no SLO", hint: "measure one" };
  const { capacityAtSlo } = planAt(5109);
  const from = (quantity: Quantity): Estimate => ({ ...known(quantity), p10: 0, p90: known(quantity).p50 * 1.5 });
  const plan = {
    ...PLAN,
    capacityAtSlo: {
      ...capacityAtSlo,
      requestsPerSec: from(capacityAtSlo.requestsPerSec),
      outputTokensPerSec: from(capacityAtSlo.outputTokensPerSec),
      slowEnd: why,
    },
  };
  const volume = { outputTokensPerMonth: 30e9, inputTokensPerMonth: 40e9 };
  const open = compare(requestOf({ plan, draws: 500 }, volume));
  const { costs, byVolume } = own(open);
  expect(Comparison.parse(open)).toEqual(open);
  expect(costs.usdPerMonth).toMatchObject({ ...why, known: { p50: expect.any(Number), p10: expect.any(Number) } });
  expect(middleOf(costs.usdPerMonth)).toBe(known(own(compare(requestOf({}, volume))).costs.usdPerMonth).p50);
  expect(costs.usdPerMonth).not.toHaveProperty("known.p90");
  expect(byVolume.every(({ p90 }) => p90 === null)).toBe(true);
  expect(compareText(open)).toMatch(/own GPUs on demand +[\d,]+ \([\d,]+ – unknown\)/);
  expect(comparePage(open)).toContain("– unknown");
});

test("a winner whose price is that of another way to buy is named with that", () => {
  const hourly = [
    {
      kind: "scale-to-zero" as const,
      label: "GPUs that scale to zero",
      usdPerGpuHour: exactly(2.5, "USD"),
      standIn: "counted at the on-demand GPU-hour",
      notes: [],
    },
  ];
  const price = apiPrice("seller/model", "25", "100");
  expect(compare(requestOf({ apis: [{ price }], hourly })).verdict).toMatch(
    /\. It is counted at the on-demand GPU-hour$/,
  );
  expect(compare(requestOf({ hourly })).verdict).not.toContain("on-demand GPU-hour");
});

test("a name too long for the side of the chart is cut with an ellipsis there", () => {
  const price = apiPrice("deepinfra/Meta-Llama-3.1-8B-Instruct-Turbo", "0.15", "0.6");
  expect(comparePage(compare(requestOf({ apis: [{ price }] })))).toContain(">deepinfra/Meta-Llama-3…<");
});

describe("break-even at USD 120 a day", () => {
  test.each(readTsv("break-even-120-usd-a-day.tsv"))("$model: $tokensPerDayM M a day ($source)", (row) => {
    const price = apiPrice(row["model"]!, row["inputUsdPerMtok"]!, row["outputUsdPerMtok"]!);
    const { breakEven } = compare(requestOf({ apis: [{ price }] }));
    const [pair] = breakEven;
    if (row["tokensPerDayM"] === "never") {
      expect(pair).toMatchObject({ never: true, neverShare: 1 });
      return;
    }
    expect(known(pair!.outputTokensPerDay).p50 / 1e6 / Number(row["tokensPerDayM"])).toBeCloseTo(1, 1);
    expect(Math.abs(known(pair!.capacityShare).p50 - Number(row["capacityShare"]))).toBeLessThan(0.006);
  });
});

describe("the sums of a comparison", () => {
  const whole = compare(
    requestOf({
      plan: planAt(5109, 1.3),
      hourly: [
        { kind: "own-on-demand", label: "own GPUs on demand", usdPerGpuHour: exactly(2.5, "USD"), notes: [] },
        { kind: "own-reserved", label: "own GPUs reserved", usdPerGpuHour: exactly(1.8, "USD"), notes: [] },
        { kind: "scale-to-zero", label: "GPUs that scale to zero", usdPerGpuHour: exactly(3.5, "USD"), notes: [] },
      ],
      engineer: { hoursPerMonth: { ...exactly(10, "hours"), p10: 4, p90: 30 }, usdPerHour: exactly(180, "USD/hour") },
      draws: 300,
    }),
  );

  test("it is of the shape that --json promises, and has a page", () => {
    expect(Comparison.parse(whole)).toEqual(whole);
    expect(comparePage(whole)).toContain("chart-volume");
  });

  test("idle capacity is the part of the hourly cost that the load does not use", () => {
    const { costs, capacity } = own(compare(requestOf()));
    const month = 2 * 730.5 * 2.5;
    expect(known(costs.usdPerMonth).p50).toBeCloseTo(month, 6);
    const used = 600e6 / (5109 * 730.5 * 3600);
    expect(known(capacity!.usedShare).p50).toBeCloseTo(used, 9);
    expect(known(costs.idleUsdPerMonth).p50).toBeCloseTo(month * (1 - used), 6);
  });

  test("what is not known is not a zero: net present value and payback of a tuned model wait for its cost to launch", () => {
    expect(own(whole).overTime.npv24Months).toMatchObject({ refused: "not known" });
    expect(whole.options.find(({ kind }) => kind === "api")!.overTime.usd24Months).not.toHaveProperty("refused");
  });

  test("an option without a price is named and never wins", () => {
    const request = requestOf({
      hourly: [
        {
          kind: "dedicated-endpoint",
          label: "dedicated endpoint",
          usdPerGpuHour: { refused: "no price", hint: "give one" },
          notes: [],
        },
      ],
    });
    const { options, winner, winners } = compare(request);
    expect(options.at(-1)).toMatchObject({
      kind: "dedicated-endpoint",
      costs: { usdPerMonth: { refused: "no price" } },
    });
    expect(winner).toBe("api:seller/model");
    expect(winners.map(({ option }) => option)).toEqual(["api:seller/model"]);
  });

  test("answers that the tuned model does not give as well are paid to the baseline", () => {
    const [all, most] = [1, 0.9].map((qualityParity) =>
      own(compare(requestOf({ terms: { discountPerYear: 0, priceDropPerYear: 0, qualityParity } }))),
    );
    expect(known(most!.costs.fallbackUsdPerMonth).p50).toBeCloseTo(48, 6); // a tenth of 480 USD
    expect(known(most!.costs.usdPerMonth).p50 - known(all!.costs.usdPerMonth).p50).toBeCloseTo(48, 6);
  });

  test("the winner by volume changes where the curves cross", () => {
    const { winners, breakEven } = compare(requestOf());
    expect(winners.map(({ option }) => option).slice(0, 2)).toEqual(["api:seller/model", "own-on-demand"]);
    expect(winners[0]!.toOutputTokensPerDay / known(breakEven[0]!.outputTokensPerDay).p50).toBeCloseTo(1, 6);
  });

  test("the break-even does not move with the traffic of today, or with the currency", () => {
    const at = (over: Partial<CompareRequest>, month: Partial<Traffic> = {}): number =>
      known(compare(requestOf(over, month)).breakEven[0]!.outputTokensPerDay).p50;
    const base = at({});
    expect(at({}, { inputTokensPerMonth: 80e6, outputTokensPerMonth: 60e6 }) / base).toBeCloseTo(1, 9);
    const doubled = {
      apis: [{ price: apiPrice("seller/model", "0.3", "1.2") }],
      hourly: [{ kind: "own-on-demand", label: "own", usdPerGpuHour: exactly(5, "USD"), notes: [] }],
    } satisfies Partial<CompareRequest>;
    expect(at(doubled) / base).toBeCloseTo(1, 9);
  });

  test("a served model that makes more tokens of a text has less capacity for it", () => {
    const ratio = { ...exactly(1.25, "factor"), p10: 1.1, p90: 1.4 };
    const [alike, more] = [undefined, ratio].map(
      (ownTokensPerToken) => known(own(compare(requestOf({}, { ownTokensPerToken }))).capacity!.usedShare).p50,
    );
    expect(more! / alike!).toBeCloseTo(1.25, 1);
  });

  test("the text", async () => {
    await expect(`${compareText(whole)}\n`).toMatchFileSnapshot("../../golden/plan/compare.txt");
  });
});

describe("what replicas cost", () => {
  const deployment = { perSec: 2, peakOverMean: 3, spareReplicas: 1, gpus: 2 };
  const offer = { label: "own", basis: [], notes: [] };
  const anyInputs = fc.record({
    capacity: fc.double({ min: 0.1, max: 100, noNaN: true }),
    price: fc.double({ min: 0.5, max: 15, noNaN: true }),
    cold: fc.double({ min: 1, max: 900, noNaN: true }),
    active: fc.double({ min: 0.05, max: 1, noNaN: true }),
  });
  const options = [
    gpuOption({ ...offer, kind: "own-on-demand" }, deployment),
    scaleToZeroOption(offer, deployment, 300),
  ];

  test.each(options)("$id: more traffic never costs less, and never needs fewer replicas", (option) => {
    const volume = fc.double({ min: 1e-6, max: 1e3, noNaN: true });
    fc.assert(
      fc.property(anyInputs, volume, volume, ({ capacity, price, cold, active }, one, other) => {
        const values: Record<string, number> = {
          "serving.capacity": capacity,
          "traffic.ownTokensPerToken": 1,
          "serving.usdPerGpuHour": price,
          "price.scale-to-zero": price,
          "assumption.serving.cold-start.seconds": cold,
          "traffic.activeShare": active,
        };
        const x = (id: string): number => values[id]!;
        const [less, more] = [Math.min(one, other), Math.max(one, other)].map((each) => option.cost(each, x));
        expect(more!.usd).toBeGreaterThanOrEqual(less!.usd * (1 - 1e-9));
        expect(more!.replicas).toBeGreaterThanOrEqual(less!.replicas);
        expect(less!.idleUsd).toBeGreaterThanOrEqual(0);
        expect(less!.idleUsd).toBeLessThanOrEqual(less!.usd * (1 + 1e-9));
      }),
    );
  });

  test("a model that is asked once an hour is paid for until it stops, and for its cold starts", () => {
    const values: Record<string, number> = {
      "serving.capacity": 10,
      "traffic.ownTokensPerToken": 1,
      "price.scale-to-zero": 3.6,
      "assumption.serving.cold-start.seconds": 100,
      "traffic.activeShare": 1,
    };
    const hourly = scaleToZeroOption(offer, { ...deployment, perSec: 1 / 3600, gpus: 1 }, 300);
    const { usd, coldStarts } = hourly.cost(1, (id) => values[id]!);
    const missed = Math.exp(-300 / 3600);
    expect(coldStarts).toBeCloseTo(730.5 * missed, 6);
    expect(usd).toBeCloseTo(730.5 * 3.6 * (1 - missed + (100 / 3600) * missed), 6);
  });
});

describe("the sellers of a comparison", () => {
  const prices = allApiPrices();
  const pick = (model: string, named: string[] = []) =>
    pickApis(
      { prices, model, traffic: undefined, requirements: { apiAllowed: true, residency: "none" } },
      { named: named.map((name) => findApiPrice(name, "2026-11-25")), today: undefined },
    );

  test("hosts of the same open weights are found by the name of the model", () => {
    const { prices: found, refused } = pick("Qwen/Qwen3-14B", ["openai/gpt-4o-mini"]);
    expect(found.map(({ model }) => model)).toContain("deepinfra/Qwen3-14B fp8");
    expect(refused.map(({ id }) => id)).toEqual(["fine-tuned-api"]);
  });

  test("where no host has a price, that is said by name", () => {
    const { refused } = pick("acme/Own-3B");
    expect(refused.find(({ id }) => id === "open-weight-host")!.refused).toContain("acme/Own-3B");
  });
});

import { describe, expect, test } from "vitest";

import type { Estimate, Quantity } from "../../../src/domain/estimate.ts";
import type { ApiPrice } from "../../../src/domain/price.ts";
import { Programme, type ProgrammeInput } from "../../../src/domain/programme.ts";
import { Traffic } from "../../../src/domain/traffic.ts";
import { alternativesOf } from "../../../src/plan/compare/alternatives.ts";

function price(model: string, input: string, output: string): ApiPrice {
  return {
    model,
    sellerClass: model.startsWith("deepinfra/") ? "open-weight-host" : "first-party",
    inputUsdPerMtok: input,
    outputUsdPerMtok: output,
    cachedInputUsdPerMtok: null,
    cacheWriteUsdPerMtok: null,
    tiers: [],
    batchInputUsdPerMtok: null,
    batchOutputUsdPerMtok: null,
    tunedFrom: null,
    trainingUsdPerMtok: null,
    validFrom: null,
    validTo: null,
    seenOn: "2026-11-01",
    source: { kind: "catalogue", ref: "by hand" },
    note: "",
  };
}

const usd = (value: number): Quantity => ({
  p10: value,
  p50: value,
  p90: value,
  unit: "USD",
  basis: "by hand",
  n: 0,
  sources: [],
});
const PRICES = [
  price("a/large", "2.50", "10.00"),
  price("b/small", "0.10", "0.40"),
  price("deepinfra/Qwen3-32B", "0.10", "0.30"),
];

/** 3,000 million input and 200 million output tokens: 9,500 USD at a/large, 380 at b/small, 360 at the host. */
function alternatives(over: Partial<ProgrammeInput> = {}, prices = PRICES, ownTokensPerToken?: Estimate) {
  const programme = Programme.parse({
    name: "A programme",
    task: { kind: "chat", goals: ["cost"] },
    model: { base: "Qwen/Qwen3-32B" },
    data: { plannedRows: 1000 },
    today: { api: "a/large", apiUsdPerMonth: "9500" },
    ...over,
  });
  return alternativesOf({
    programme,
    traffic: Traffic.parse({
      inputTokensPerMonth: 3e9,
      outputTokensPerMonth: 2e8,
      source: { kind: "user", ref: "by hand" },
      ownTokensPerToken,
    }),
    prices,
    today: PRICES[0],
    model: "Qwen/Qwen3-32B",
    payback: {
      monthlyServing: usd(3_000),
      monthlyPeople: usd(1_000),
      spent24Months: usd(194_000),
    },
    evaluationUsd: usd(8_000),
  });
}

function monthly(found: ReturnType<typeof alternatives>): Record<string, number | string> {
  return Object.fromEntries(
    found.options.map(({ id, usdPerMonth }) => [
      id,
      "refused" in usdPerMonth ? usdPerMonth.refused : Number(usdPerMonth.p50.toFixed(6)),
    ]),
  );
}

describe("the alternatives of a programme", () => {
  test("cost the stated spend, the list price, the cheapest API and the cheapest host for the same tokens", () => {
    expect(monthly(alternatives())).toEqual({
      nothing: 9_500,
      "list-price": 9_500,
      "cheapest-api": 380,
      "open-weight-host": 360,
      prompting: 360,
    });
  });

  test("count a host of the open model in that model's own tokens, and no other", () => {
    const ratio = { ...usd(1.1), p10: 0.9, p90: 1.2 } as Estimate;
    const { options } = alternatives({}, PRICES, ratio);
    const of = (id: string) => options.find((option) => option.id === id)!.usdPerMonth as Estimate;
    for (const id of ["open-weight-host", "prompting"]) {
      const { p10, p50, p90 } = of(id);
      expect([p10, p50, p90].map((value) => Number(value.toFixed(6)))).toEqual([324, 396, 432]);
    }
    expect(of("cheapest-api").p50).toBe(380);
  });

  test("are compared over 24 months with launch, serving, people and maintenance", () => {
    const { own24Months, options, best } = alternatives();
    expect(own24Months).toMatchObject({ p50: 194_000 });
    expect(best).toBe("open-weight-host");
    expect(options.find(({ id }) => id === "prompting")!.usd24Months).toMatchObject({ p50: 8_000 + 24 * 360 });
  });

  test("offer no model that its seller withdraws", () => {
    const note = "the seller withdraws this model; 0.08 in and 0.30 out from 01:00:00Z to 04:00:00Z each day";
    const withdrawn = [
      { ...price("c/old", "0.01", "0.02"), note },
      { ...price("deepinfra/Qwen3-32B-fp8", "0.01", "0.02"), note },
    ];
    expect(monthly(alternatives({}, [...PRICES, ...withdrawn]))).toMatchObject({
      "cheapest-api": 380,
      "open-weight-host": 360,
    });
  });

  test.each([{ apiAllowed: false }, { residency: "on-premises" as const }, { latencyMsP95: 100 }])(
    "leave out what the programme rules out by %o",
    (requirements) => {
      const { options, best } = alternatives({ requirements });
      expect(options.filter(({ isAllowed }) => !isAllowed).map(({ id }) => id)).toEqual([
        "nothing",
        "list-price",
        "cheapest-api",
        "open-weight-host",
      ]);
      // The open model with prompts alone runs on the programme's own GPUs.
      expect(options.find(({ id }) => id === "prompting")!.usdPerMonth).toMatchObject({ p50: 4_000 });
      expect(best).toBe("prompting");
    },
  );

  test("leave work that no API does as it is, and an API that is not ruled out", () => {
    const allowed = (over: Partial<ProgrammeInput>): boolean | undefined =>
      alternatives(over).options.find(({ id }) => id === "nothing")?.isAllowed;
    expect(allowed({ requirements: { apiAllowed: false }, today: { laborUsdPerMonth: "9000" } })).toBe(true);
    expect(allowed({ requirements: { apiAllowed: false }, today: { apiUsdPerMonth: "9000" } })).toBe(false);
    expect(allowed({})).toBe(true);
  });

  test("count what is replaced today as the payback does, with work that people do", () => {
    const nothingOf = (today: ProgrammeInput["today"]): number | string | undefined =>
      monthly(alternatives({ today }))["nothing"];
    expect(nothingOf({ laborUsdPerMonth: "9000" })).toBe(9_000);
    expect(nothingOf({ apiUsdPerMonth: "4000", shareReplaced: 0.5, laborUsdPerMonth: "9000" })).toBe(11_000);
    // The share is one of a stated spend; the list price is that of the tokens that are taken over.
    expect(nothingOf({ api: "a/large", shareReplaced: 0.5 })).toBe(9_500);
    expect(nothingOf({})).toBe("today's spend is not stated");
  });

  test("say where the stated spend is not what the stated tokens cost", () => {
    expect(alternatives().findings).toEqual([]);
    const [finding] = alternatives({ today: { api: "a/large", apiUsdPerMonth: "19000" } }).findings;
    expect(finding).toContain("19,000 USD a month are stated as spent and replaced");
    expect(finding).toMatch(/2 times as much, 9,500 USD a month more.*other traffic\. Savings .* the stated spend$/);
    const [discount] = alternatives({ today: { api: "a/large", apiUsdPerMonth: "4750" } }).findings;
    expect(discount).toMatch(
      /4,750 USD .* cost 9,500 .*2 times as little, 4,750 USD a month less.*includes a discount\. Savings/,
    );
  });

  test("count the replaced share of a stated spend, and the tokens that are taken over at every price", () => {
    const half = alternatives({ today: { api: "a/large", apiUsdPerMonth: "19000", shareReplaced: 0.5 } });
    expect(monthly(half)).toMatchObject({ nothing: 9_500, "list-price": 9_500, "cheapest-api": 380 });
    expect(half.findings).toEqual([]);
  });

  test("leave the other cost of today with the API in use, and let every other option save it", () => {
    const found = alternatives({ today: { api: "a/large", apiUsdPerMonth: "9500", laborUsdPerMonth: "1000" } });
    expect(monthly(found)).toMatchObject({
      nothing: 10_500,
      "list-price": 10_500,
      "cheapest-api": 380,
      "open-weight-host": 360,
    });
  });

  test("include prompts alone on the same GPUs, if they cost least", () => {
    const dear = [PRICES[0]!];
    expect(alternatives({}, dear)).toMatchObject({ best: "prompting" });
  });
});

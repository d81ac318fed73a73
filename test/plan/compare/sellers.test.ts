import { describe, expect, test } from "vitest";

import { allApiPrices, apiPricesOn } from "../../../src/catalog/api-prices.ts";
import { allApiResidencies, regionalPrices } from "../../../src/catalog/api-residency.ts";
import type { ApiPrice } from "../../../src/domain/price.ts";
import { Traffic } from "../../../src/domain/traffic.ts";
import { apiBlend } from "../../../src/plan/compare/api-blend.ts";
import { pickApis } from "../../../src/plan/compare/pick-apis.ts";
import {
  apiRuledOutBy,
  residencyNote,
  ruledOutBy,
  type ServingRequirements,
} from "../../../src/plan/compare/ruled-out.ts";
import { cheapestApi, hostsOf, type SellersRequest } from "../../../src/plan/compare/sellers.ts";

const prices = apiPricesOn("2026-11-25");
const traffic = Traffic.parse({
  inputTokensPerMonth: 3e9,
  outputTokensPerMonth: 2e8,
  source: { kind: "user", ref: "by hand" },
});
const asked = (residency: ServingRequirements["residency"] = "none"): SellersRequest => ({
  prices,
  traffic,
  model: "Qwen/Qwen3-32B",
  requirements: { apiAllowed: true, residency },
});
const monthly = (price: ApiPrice): number => apiBlend(price, traffic).usdPerMonth;

describe("the sellers of a study and of a comparison", () => {
  test.each(["none", "eu", "us", "on-premises"] as const)("are the same where data must stay: %s", (residency) => {
    const request = asked(residency);
    const today = prices.find(({ model }) => model === "openai/gpt-4o")!;
    const picked = pickApis(request, { named: [], today }).prices.map(({ model }) => model);
    expect(picked).toContain(cheapestApi(request)!.model);
    expect(picked).toContain(hostsOf(request)[0]!.model);
    expect(picked[0]).toBe("openai/gpt-4o");
  });

  test("are only the named ones where APIs are named", () => {
    const named = [prices.find(({ model }) => model === "groq/qwen/qwen3-32b")!];
    expect(pickApis(asked(), { named, today: undefined }).prices).toEqual(named);
  });

  test("are the cheapest that the requirements allow, for the traffic as a whole", () => {
    const any = cheapestApi(asked())!;
    const inEurope = cheapestApi(asked("eu"))!;
    expect(monthly(any)).toBeLessThanOrEqual(monthly(inEurope));
    expect(apiRuledOutBy(inEurope, asked("eu").requirements)).toBeUndefined();
    const hosts = hostsOf(asked()).map(monthly);
    expect(hosts).toEqual(hosts.toSorted((a, b) => a - b));
  });
});

describe("data that must stay in a region", () => {
  const of = (model: string): ApiPrice => prices.find((price) => price.model === model)!;

  test("rules out a seller that is not known to process it there, by name", () => {
    const eu: ServingRequirements = { apiAllowed: true, residency: "eu" };
    expect(apiRuledOutBy(of("deepseek/deepseek-chat"), eu)).toBe(
      "data must stay in the EU, and no offer to process it there with deepseek/deepseek-chat is known",
    );
    expect(apiRuledOutBy(of("openai/gpt-4o"), eu)).toBeUndefined();
    expect(apiRuledOutBy({ ...of("deepseek/deepseek-chat"), sellerClass: "own-contract" }, eu)).toBeUndefined();
    expect(apiRuledOutBy(of("deepseek/deepseek-chat"), { ...eu, residency: "none" })).toBeUndefined();
  });

  test("is a rule against every API and every rented machine on the premises", () => {
    const here: ServingRequirements = { apiAllowed: true, residency: "on-premises" };
    const kinds = ["own-on-demand", "own-reserved", "dedicated-endpoint", "scale-to-zero"] as const;
    expect(kinds.filter((kind) => ruledOutBy({ kind, isApi: false }, here) === undefined)).toEqual(["own-on-demand"]);
    expect(ruledOutBy({ kind: "today", isApi: false }, here)).toBeUndefined();
    expect(apiRuledOutBy(of("openai/gpt-4o"), here)).toBe("data must stay on the premises");
  });

  test("costs what the seller charges more for it, for the models that it is about", () => {
    const inputOf = (model: string, residency: "none" | "eu" | "us"): string =>
      regionalPrices([of(model)], { residency })[0]!.inputUsdPerMtok;
    const times = (model: string, residency: "eu" | "us"): number =>
      Number(inputOf(model, residency)) / Number(inputOf(model, "none"));
    expect(times("openai/gpt-5.5", "eu")).toBeCloseTo(1.1, 12);
    expect(times("openai/gpt-4o", "eu")).toBe(1); // released before March 2026
    expect(times("anthropic/claude-sonnet-5", "us")).toBeCloseTo(1.1, 12);
    const us: ServingRequirements = { apiAllowed: true, residency: "us" };
    expect(apiRuledOutBy(of("anthropic/claude-sonnet-5"), us)).toBeUndefined();
    expect(apiRuledOutBy(of("anthropic/claude-haiku-4-5"), us)).toContain("no offer to process it there");
    const mine = { ...of("openai/gpt-5.5"), source: { kind: "user", ref: "a contract" } } as const;
    expect(regionalPrices([mine], { residency: "eu" })).toEqual([mine]);
    expect(residencyNote(of("openai/gpt-5.5"), us)).toContain("at 1.1 times the list price");
  });

  test("multiplies every price of a model, its tiers and its batches too", () => {
    const tier = { aboveInputTokens: 1000, inputUsdPerMtok: "4", outputUsdPerMtok: "20" };
    const price: ApiPrice = {
      ...of("openai/gpt-5.5"),
      inputUsdPerMtok: "2",
      outputUsdPerMtok: "10",
      cachedInputUsdPerMtok: "0.2",
      cacheWriteUsdPerMtok: null,
      batchInputUsdPerMtok: "1",
      batchOutputUsdPerMtok: "5",
      tiers: [{ ...tier, cachedInputUsdPerMtok: null, cacheWriteUsdPerMtok: null }],
    };
    expect(regionalPrices([price], { residency: "eu" })[0]).toMatchObject({
      inputUsdPerMtok: "2.20",
      outputUsdPerMtok: "11.00",
      cachedInputUsdPerMtok: "0.22",
      cacheWriteUsdPerMtok: null,
      batchInputUsdPerMtok: "1.10",
      batchOutputUsdPerMtok: "5.50",
      tiers: [{ inputUsdPerMtok: "4.40", outputUsdPerMtok: "22.00" }],
    });
  });

  test("is known of sellers that have prices, each with an address", () => {
    const sellers = new Set(allApiPrices().map(({ model }) => model.slice(0, model.indexOf("/"))));
    for (const { seller, source } of allApiResidencies()) {
      expect(sellers).toContain(seller);
      expect(source).toMatch(/^https:/);
    }
  });
});

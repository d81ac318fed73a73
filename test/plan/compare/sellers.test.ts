import { describe, expect, test } from "vitest";

import { allApiPrices, apiPricesOn } from "../../../src/catalog/api-prices.ts";
import { allApiResidencies } from "../../../src/catalog/api-residency.ts";
import type { ApiPrice } from "../../../src/domain/price.ts";
import { Traffic } from "../../../src/domain/traffic.ts";
import { apiBlend } from "../../../src/plan/compare/api-blend.ts";
import { pickApis } from "../../../src/plan/compare/pick-apis.ts";
import { apiRuledOutBy, ruledOutBy, type ServingRequirements } from "../../../src/plan/compare/ruled-out.ts";
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
      "data must stay in the EU, and no offer of deepseek to process it there is known",
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

  test("is known of sellers that have prices, each with an address", () => {
    const sellers = new Set(allApiPrices().map(({ model }) => model.slice(0, model.indexOf("/"))));
    for (const { seller, source } of allApiResidencies()) {
      expect(sellers).toContain(seller);
      expect(source).toMatch(/^https:/);
    }
  });
});

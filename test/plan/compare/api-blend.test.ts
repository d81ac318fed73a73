import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { findApiPrice } from "../../../src/catalog/api-prices.ts";
import type { ApiPrice } from "../../../src/domain/price.ts";
import { apiBlend, type TokenMix } from "../../../src/plan/compare/api-blend.ts";
import { readTsv } from "../../catalog/read-tsv.ts";

const MIX: TokenMix = { inputTokensPerMonth: 3e6, outputTokensPerMonth: 1e6 };

function price(over: Partial<ApiPrice> = {}): ApiPrice {
  return {
    model: "seller/model",
    sellerClass: "first-party",
    inputUsdPerMtok: "2",
    outputUsdPerMtok: "10",
    cachedInputUsdPerMtok: "0.2",
    cacheWriteUsdPerMtok: "2.5",
    tiers: [],
    batchInputUsdPerMtok: "1",
    batchOutputUsdPerMtok: "5",
    tunedFrom: null,
    trainingUsdPerMtok: null,
    validFrom: null,
    validTo: null,
    seenOn: "2026-09-23",
    source: { kind: "catalogue", ref: "by hand" },
    note: "",
    ...over,
  };
}

describe("an API on a mix, per million output tokens", () => {
  test.each(readTsv("api-blend.tsv"))("$model: $usdPerMtokOutput ($source)", (row) => {
    const mix = { inputTokensPerMonth: Number(row["inputTokens"]), outputTokensPerMonth: Number(row["outputTokens"]) };
    const digits = row["usdPerMtokOutput"]!.split(".")[1]!.length;
    expect(apiBlend(findApiPrice(row["model"]!, row["on"]), mix).usdPerMtokOutput).toBeCloseTo(
      Number(row["usdPerMtokOutput"]),
      digits,
    );
  });

  test("a cache takes its share of the input at its own prices", () => {
    // 10 + 3 × (0.4 × 2 + 0.5 × 0.2 + 0.1 × 2.5) = 13.45
    const cached = { ...MIX, cachedInputShare: 0.5, cacheWriteShare: 0.1 };
    expect(apiBlend(price(), cached).usdPerMtokOutput).toBeCloseTo(13.45, 9);
  });

  test("in a batch a cached token has the larger discount, not both", () => {
    // half of it in batches: 0.5 × (10 + 3 × 1.1) + 0.5 × (5 + 3 × (0.5 × 1 + 0.5 × 0.2)) = 6.65 + 3.4 = 10.05
    const mix = { ...MIX, cachedInputShare: 0.5, batchShare: 0.5 };
    expect(apiBlend(price(), mix).usdPerMtokOutput).toBeCloseTo(10.05, 9);
    // no cache price: 0.5 × (10 + 3 × 2) + 0.5 × (5 + 3 × 1) = 12
    const blend = apiBlend(price({ cachedInputUsdPerMtok: null }), mix);
    expect(blend.usdPerMtokOutput).toBeCloseTo(12, 9);
    expect(blend.notes).toEqual([
      "seller/model has no price for cached input: cached tokens are counted at its input price",
    ]);
  });

  test("what is not offered in batches is paid at the standard price, which is said", () => {
    const blend = apiBlend(price({ batchInputUsdPerMtok: null }), { ...MIX, batchShare: 1 });
    expect(blend.usdPerMtokOutput).toBeCloseTo(16, 9);
    expect(blend.notes).toEqual(["seller/model has no batch price: batch tokens are counted at its standard price"]);
  });

  test("longer requests pay their tier for all of their tokens", () => {
    const tiers = [
      {
        aboveInputTokens: 1000,
        inputUsdPerMtok: "4",
        outputUsdPerMtok: "15",
        cachedInputUsdPerMtok: null,
        cacheWriteUsdPerMtok: null,
      },
    ];
    const histogram = [
      { fromTokens: 256, toTokens: 512, requests: 90, tokens: 36_000 },
      { fromTokens: 2048, toTokens: 4096, requests: 10, tokens: 36_000 },
    ];
    const inputLengths = { mean: 720, cv: 1, histogram };
    // half of the input at 2 and half at 4; nine tenths of the output at 10 and one at 15: 10.5 + 3 × 3 = 19.5
    expect(apiBlend(price({ tiers }), { ...MIX, inputLengths }).usdPerMtokOutput).toBeCloseTo(19.5, 9);
    expect(apiBlend(price({ tiers }), MIX).notes).toEqual([
      "seller/model costs more above 1000 input tokens: the lengths of requests are unknown, and none is assumed to be longer",
    ]);
  });

  test("without output there is a cost per month and no cost per output token", () => {
    expect(apiBlend(price(), { inputTokensPerMonth: 1e6, outputTokensPerMonth: 0 })).toMatchObject({
      usdPerMonth: 2,
      usdPerMtokOutput: null,
    });
  });
});

describe("for every mix", () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const anyMix = fc
    .record({ input: fc.nat(1e9), output: fc.nat(1e9), cached: share, write: share, batch: share })
    .map(({ input, output, cached, write, batch }) => ({
      inputTokensPerMonth: input,
      outputTokensPerMonth: output,
      cachedInputShare: cached,
      cacheWriteShare: write * (1 - cached),
      batchShare: batch,
    }));

  test("every token is paid once", () => {
    fc.assert(
      fc.property(anyMix, (mix) => {
        const tokens = apiBlend(price(), mix).parts.reduce((sum, part) => sum + part.tokensPerMonth, 0);
        expect(tokens).toBeCloseTo(mix.inputTokensPerMonth + mix.outputTokensPerMonth, 3);
      }),
    );
  });

  test("waiting for a batch never costs more", () => {
    fc.assert(
      fc.property(anyMix, (mix) => {
        const now = apiBlend(price(), { ...mix, batchShare: 0 }).usdPerMonth;
        expect(apiBlend(price(), mix).usdPerMonth).toBeLessThanOrEqual(now * (1 + 1e-9));
      }),
    );
  });
});

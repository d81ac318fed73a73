import { describe, expect, test } from "vitest";

import { readApiPriceFile, readApiPriceYaml, writeApiPriceFile } from "../../src/catalog/api-price-file.ts";
import { API_PRICE_GUARDS, guardApiPrices } from "../../src/catalog/api-price-guards.ts";
import { allApiPrices, apiPriceNote, apiPricesWith, findApiPrice } from "../../src/catalog/api-prices.ts";
import { readApiList } from "../../src/catalog/importers/api-price-list.ts";
import { catchFailure } from "../catch-failure.ts";

const HEAD = "model,input_usd_per_mtok,output_usd_per_mtok,cached_input_usd_per_mtok,valid_from";
const OWN = { sellerClass: "own-contract", kind: "user", seenOn: null } as const;

function checked(...rows: string[]): { kept: string[]; broken: string[] } {
  const file = readApiPriceFile([HEAD, ...rows].join("\n"), "own.csv", OWN);
  const { kept, quarantined } = guardApiPrices(file.rows, allApiPrices());
  return {
    kept: kept.map(({ price }) => price.model),
    broken: [...file.quarantined, ...quarantined].map(({ line, guard, reason }) => `${line} ${guard}: ${reason}`),
  };
}

describe("a price in another unit is found, with its line and the likely unit", () => {
  test.each([
    ["openai/gpt-4o,0.0000025,0.00001,,2026-11-01", "per token: 2.5 per million"],
    ["openai/gpt-4o,0.0025,0.01,,2026-11-01", "per thousand tokens: 2.5 per million"],
    ["openai/gpt-4o,250,1000,,2026-11-01", "in cents per million tokens: 2.5 per million"],
    // Within 0.005-200, but 1000 times below what the same model costs elsewhere.
    ["openai/gpt-5.5-pro,0.03,0.18,,2026-11-01", "per thousand tokens: 30 per million"],
    ["acme/own-model,0.002,0.008,,2026-11-01", "per thousand tokens: 2 per million"],
  ])("%s", (row, likely) => {
    const { kept, broken } = checked("acme/fine,1,4,,2026-11-01", row);
    expect(kept).toEqual(["acme/fine"]);
    expect(broken).toEqual([expect.stringContaining(likely)]);
    expect(broken[0]).toMatch(/^3 (?:per-million|api-peers): /);
  });

  test("also where one column alone is in another unit", () => {
    expect(checked("acme/m,2,0.008,,2026-11-01").broken).toEqual([expect.stringMatching(/^2 output-over-input: /)]);
  });

  test("a dearer model than any known is not given a unit that nobody used", () => {
    expect(checked("acme/m,150,600,,2026-11-01").broken).toEqual([
      "2 per-million: output at 600 USD per million tokens is not plausible",
    ]);
  });

  test("a cache read above the input, or next to nothing, is no price", () => {
    expect(checked("acme/m,2,8,2.5,2026-11-01", "acme/n,2,8,0.001,2026-11-01").broken).toHaveLength(2);
    expect(API_PRICE_GUARDS.map(({ id }) => id)).toContain("cached-below-input");
  });
});

describe("the prices in addition to the two main ones are in their unit", () => {
  const more = `${HEAD},valid_to,tiers,batch_input_usd_per_mtok,cache_write_usd_per_mtok,training_usd_per_mtok`;
  const guardsOf = (...rows: string[]): string[] => {
    const file = readApiPriceFile([more, ...rows].join("\n"), "own.csv", OWN);
    return guardApiPrices(file.rows).quarantined.map(({ line, guard }) => `${line} ${guard}`);
  };
  test.each([
    ["a tier per token", "acme/m,2,8,,2026-11-01,,200000:0.000004:0.000012,,,", "2 parts-in-one-unit"],
    ["a batch per thousand tokens", "acme/m,2,8,,2026-11-01,,,0.001,,", "2 parts-in-one-unit"],
    ["a cache write a thousand times dearer", "acme/m,2,8,,2026-11-01,,,,2500,", "2 parts-in-one-unit"],
    ["training per billion tokens", "acme/m,2,8,,2026-11-01,,,,,25000", "2 parts-in-one-unit"],
    ["an end before its beginning", "acme/m,2,8,,2026-11-01,2026-10-01,,,,", "2 api-ends-after-it-begins"],
  ])("%s is none", (_name, row, guard) => {
    expect(guardsOf(row)).toEqual([guard]);
  });

  test("those that are sold are kept", () => {
    expect(guardsOf("acme/m,2,8,0.2,2026-11-01,2027-01-01,200000:4:12:0.4:5,1,2.5,25")).toEqual([]);
  });

  test("a second price of a model from one day on is none, unless it is the same", () => {
    const [one, other, later] = ["acme/m,2,8,,2026-10-01", "acme/m,3,9,,2026-10-01", "acme/m,3,9,,2026-11-01"];
    const { kept, broken } = checked(one, one, other, later);
    expect(kept).toHaveLength(3);
    expect(broken).toEqual([expect.stringMatching(/^4 one-price-per-model-and-day: .* by line 2/)]);
  });
});

describe("a row that is not a price is quarantined, never read as 0", () => {
  test.each([
    ["acme/m,,8,,2026-11-01", "2 price: input_usd_per_mtok is empty, which does not mean 0"],
    ["acme/m,-1,8,,2026-11-01", "2 price: input_usd_per_mtok: an amount must not be negative"],
    ["acme/m,free,8,,2026-11-01", '2 price: input_usd_per_mtok: expected an amount such as "1234.50"'],
    ["acme/m,2,8,,", "2 day: neither valid_from nor seen_on: a price without a date has no known age"],
    ["acme/m,2,8,,2026-02-30", "2 price: valid_from: expected a date as YYYY-MM-DD"],
    ["acme/m,0,8,,2026-11-01", "2 per-million: input at 0 USD per million tokens is not plausible"],
  ])("%s", (row, reason) => {
    expect(checked(row)).toEqual({ kept: [], broken: [reason] });
  });

  test("an element of YAML with a list in it, or that is none, is not read without it", () => {
    const price = "inputUsdPerMtok: 2\n  outputUsdPerMtok: 8\n  seenOn: 2026-11-01";
    const tiers = "tiers: [{ aboveInputTokens: 200000, inputUsdPerMtok: 4, outputUsdPerMtok: 12 }]";
    const text = `- model: a/fine\n  ${price}\n- model: a/m\n  ${price}\n  ${tiers}\n- 7\n`;
    const { rows, quarantined } = readApiPriceYaml(text, "own.yaml", OWN);
    expect(rows.map(({ price: { model } }) => model)).toEqual(["a/fine"]);
    expect(quarantined.map(({ line, reason }) => `${line}: ${reason}`)).toEqual([
      expect.stringMatching(/^5: tiers is a list or a group, expected tiers as text: "200000:5:20"/),
      expect.stringMatching(/^10: it has no fields/),
    ]);
  });

  test("a column that is misspelt is refused with the near name", () => {
    const read = (): unknown =>
      readApiPriceFile("model,input_usd_per_mtok,ouput_usd_per_mtok\nx,1,2\n", "own.csv", OWN);
    expect(catchFailure(read)).toMatchObject({
      message: 'own.csv, line 1: unknown column "ouput_usd_per_mtok"',
      hint: expect.stringContaining('"output_usd_per_mtok"'),
    });
  });

  test("what is written is read back", () => {
    const some = allApiPrices().filter(({ model }) => /luna|ft:gpt-4o|claude-sonnet-4-5/.test(model));
    const { rows } = readApiPriceFile(writeApiPriceFile(some), "again.csv", { ...OWN, kind: "catalogue" });
    const key = ({ model, validFrom, validTo }: (typeof some)[number]): string => `${model} ${validFrom} ${validTo}`;
    const again = new Map(rows.map(({ price }) => [key(price), price]));
    for (const price of some) {
      const { source, ...read } = again.get(key(price))!;
      const { source: _, ...wanted } = price;
      expect(read).toEqual(wanted);
      expect(source.ref).toBe(price.source.ref);
    }
  });
});

describe("a contract of one's own", () => {
  const own = readApiPriceFile(`${HEAD}\nopenai/gpt-4o,2,8,,2026-10-01\n`, "api-prices.csv", OWN).rows[0]!.price;

  test("replaces the list price, with its line as the source", () => {
    const { prices } = apiPricesWith([own]);
    expect(findApiPrice("gpt-4o", "2026-11-25", prices)).toMatchObject({
      inputUsdPerMtok: "2",
      sellerClass: "own-contract",
      source: { kind: "user", ref: "api-prices.csv, line 2", asOf: "2026-10-01" },
    });
    expect(prices.filter(({ model }) => model === "openai/gpt-4o")).toHaveLength(1);
  });

  test("is old after half a year, not in force before its day, and said to be", () => {
    expect(apiPriceNote(own, "2026-11-25")).toBeUndefined();
    expect(apiPriceNote(own, "2026-09-01")).toBe(
      "the price of openai/gpt-4o is valid from 2026-10-01; no price is known for 2026-09-01",
    );
    expect(apiPriceNote(own, "2027-06-01")).toMatch(/last seen on 2026-10-01, 243 days before/);
    const seen = { ...own, validFrom: null, seenOn: "2027-10-01" };
    expect(apiPriceNote(seen, "2026-11-25")).toBe(
      "the price of openai/gpt-4o was first seen on 2027-10-01; no price is known for 2026-11-25",
    );
    expect(apiPriceNote(seen, "2027-10-01")).toBeUndefined();
    expect(apiPriceNote({ ...own, validTo: "2026-11-01" }, "2026-11-01")).toMatch(/ended on 2026-11-01/);
  });
});

describe("lists of others, per token", () => {
  const options = { seenOn: "2026-11-01", source: "a list", classOf: () => "reseller" as const };

  test("LiteLLM's, with cache, batch and tiers", () => {
    const list = {
      sample_spec: { input_cost_per_token: 0 },
      "gpt-4o": {
        litellm_provider: "openai",
        mode: "chat",
        input_cost_per_token: 2.5e-6,
        output_cost_per_token: 1e-5,
        cache_read_input_token_cost: 1.25e-6,
        input_cost_per_token_batches: 1.25e-6,
        output_cost_per_token_batches: 5e-6,
      },
      "gemini/gemini-2.5-pro": {
        litellm_provider: "gemini",
        mode: "chat",
        input_cost_per_token: 1.25e-6,
        output_cost_per_token: 1e-5,
        input_cost_per_token_above_200k_tokens: 2.5e-6,
        output_cost_per_token_above_200k_tokens: 1.5e-5,
      },
      "text-embedding-3-small": { litellm_provider: "openai", mode: "embedding", input_cost_per_token: 2e-8 },
      "free-model": { litellm_provider: "acme", mode: "chat", input_cost_per_token: 0, output_cost_per_token: 0 },
      "per-million": { litellm_provider: "acme", mode: "chat", input_cost_per_token: 2.5, output_cost_per_token: 10 },
      "per-thousand": {
        litellm_provider: "acme",
        mode: "chat",
        input_cost_per_token: 0.0025,
        output_cost_per_token: 0.01,
      },
    };
    const { format, rows, quarantined } = readApiList(JSON.stringify(list, undefined, 2), "list.json", options);
    expect(format).toBe("litellm");
    const { kept, quarantined: broken } = guardApiPrices(rows, allApiPrices());
    expect(kept.map(({ price }) => price)).toMatchObject([
      {
        model: "openai/gpt-4o",
        inputUsdPerMtok: "2.5",
        outputUsdPerMtok: "10",
        cachedInputUsdPerMtok: "1.25",
        batchOutputUsdPerMtok: "5",
      },
      {
        model: "google/gemini-2.5-pro",
        tiers: [{ aboveInputTokens: 200_000, inputUsdPerMtok: "2.5", outputUsdPerMtok: "15" }],
      },
    ]);
    expect(quarantined.map(({ text, reason }) => `${text}: ${reason}`)).toEqual([
      "text-embedding-3-small: mode embedding: not priced per text token",
      "free-model: a price of 0: free, or not priced; null is not 0",
    ]);
    expect(broken.map(({ line, reason }) => `${line}: ${reason}`)).toEqual([
      expect.stringMatching(/^33: .* 2\.5 looks like a price per million tokens: 2\.5 per million/),
      expect.stringMatching(/^39: .* 0\.0025 looks like a price per thousand tokens: 2\.5 per million/),
    ]);
  });

  test("OpenRouter's, whose prices are decimal strings", () => {
    const list = {
      data: [
        {
          id: "openai/gpt-4o",
          pricing: { prompt: "0.0000025", completion: "0.00001", input_cache_read: "0.00000125" },
        },
        { id: "openrouter/auto", pricing: { prompt: "-1", completion: "-1" } },
        { id: "meta/free", pricing: { prompt: "0", completion: "0" } },
      ],
    };
    const { format, rows, quarantined } = readApiList(JSON.stringify(list), "models.json", options);
    expect(format).toBe("openrouter");
    expect(rows.map(({ price }) => price)).toMatchObject([
      {
        model: "openrouter/openai/gpt-4o",
        inputUsdPerMtok: "2.5",
        outputUsdPerMtok: "10",
        cachedInputUsdPerMtok: "1.25",
      },
    ]);
    expect(quarantined.map(({ reason }) => reason)).toEqual([
      "its price depends on the model that it is routed to",
      "a price of 0: free, or not priced; null is not 0",
    ]);
  });

  test("a file that is neither is refused", () => {
    expect(catchFailure(() => readApiList('{"a":1}', "x.json", options)).hint).toContain("OpenRouter");
  });
});

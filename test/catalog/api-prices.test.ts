import { existsSync, readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { parseCsv } from "../../src/base/csv.ts";
import { allApiPrices, apiPricesOn, findApiPrice } from "../../src/catalog/api-prices.ts";
import { catchFailure } from "../catch-failure.ts";

const SAMPLE = new URL("../../../shared/data/prices/api_prices_sample.csv", import.meta.url);
/** Rows of the sample, a copy of 2026-08-21, that its own source has since dated otherwise, with what it says now. */
const CHANGED = new Map([
  ["openai/gpt-5.6-sol", "4 and 20 from that very day"],
  ["deepseek/deepseek-v4-flash", "0.22 and 0.66 from 2026-08-17, dearer in peak hours"],
  ["deepseek/deepseek-v4-pro", "0.66 and 1.98 from 2026-08-17, dearer in peak hours"],
]);

describe("API prices are per million tokens", () => {
  test.each([
    ["openai/gpt-4o-mini", "0.15", "0.6"],
    ["openai/gpt-4o", "2.5", "10"],
    ["anthropic/claude-sonnet-4-5", "3", "15"],
    ["anthropic/claude-opus-5", "5", "25"],
    ["openai/gpt-5.5", "5", "30"],
    ["google/gemini-3.7-flash", "0.75", "3.75"],
    ["openai/gpt-5.6-luna", "0.2", "1.2"],
  ])("%s: %s in, %s out (reference on serving, table of the claim)", (model, input, output) => {
    expect(findApiPrice(model, "2026-08-21")).toMatchObject({ inputUsdPerMtok: input, outputUsdPerMtok: output });
  });

  test.skipIf(!existsSync(SAMPLE))(
    "every row of the sample is there, but for what has changed (needs ../shared)",
    () => {
      const { rows } = parseCsv(readFileSync(SAMPLE, "utf8"), "sample");
      expect(rows).toHaveLength(53);
      for (const { fields } of rows) {
        const name = fields["model"]!.replace(/ \(.*\)$/, "");
        if (CHANGED.has(name)) continue;
        expect(findApiPrice(name, fields["as_of"]), name).toMatchObject({
          inputUsdPerMtok: fields["input_per_mtok"],
          outputUsdPerMtok: fields["output_per_mtok"],
        });
      }
    },
  );
});

describe("a model is found", () => {
  test("in any case, and without its seller where only one has it", () => {
    expect(findApiPrice("OpenAI/GPT-4o").model).toBe("openai/gpt-4o");
    expect(findApiPrice("gpt-4o").model).toBe("openai/gpt-4o");
  });

  test("not where two sellers have it", () => {
    const failure = catchFailure(() => findApiPrice("gpt-oss-120b"));
    expect(failure).toMatchObject({ kind: "not_found", hint: expect.stringContaining("groq/openai/gpt-oss-120b") });
  });

  test("or the near names are said", () => {
    expect(catchFailure(() => findApiPrice("openai/gtp-4o"))).toMatchObject({
      kind: "not_found",
      hint: expect.stringContaining('"openai/gpt-4o"'),
    });
  });
});

describe("a price holds from its day", () => {
  test("a dated change comes into force on its day (Luna fell by 80 % on 2026-07-30)", () => {
    expect(findApiPrice("gpt-5.6-luna", "2026-07-29")).toMatchObject({ outputUsdPerMtok: "6", validTo: "2026-07-30" });
    expect(findApiPrice("gpt-5.6-luna", "2026-07-30")).toMatchObject({ outputUsdPerMtok: "1.2", validTo: null });
    expect(findApiPrice("gemini-3.7-flash", "2027-01-01").outputUsdPerMtok).toBe("7.5");
  });

  test("an increase that was cancelled is not announced any more (Sonnet 5, 2026-09-01)", () => {
    expect(findApiPrice("claude-sonnet-5", "2026-08-31").outputUsdPerMtok).toBe("10");
    expect(findApiPrice("claude-sonnet-5", "2026-09-01").outputUsdPerMtok).toBe("10");
  });

  test("the list of a day has each model once", () => {
    const names = apiPricesOn("2026-11-25").map((price) => price.model);
    expect(new Set(names)).toEqual(new Set(allApiPrices().map((price) => price.model)));
    expect(names).toHaveLength(new Set(names).size);
  });
});

test.each([
  // 0.44 and 1.32 for 7 hours, 0.22 and 0.66 for 17
  ["deepseek/deepseek-v4-flash", (0.44 * 7 + 0.22 * 17) / 24, (1.32 * 7 + 0.66 * 17) / 24],
  // 0.27 and 1.10 for 16 hours, 0.135 and 0.55 for 8
  ["deepseek/deepseek-chat", (0.27 * 16 + 0.135 * 8) / 24, (1.1 * 16 + 0.55 * 8) / 24],
])("a price of %s that depends on the hour is averaged over the day (hours of its list)", (model, input, output) => {
  const { inputUsdPerMtok, outputUsdPerMtok } = findApiPrice(model, "2026-11-25");
  expect(Number(inputUsdPerMtok)).toBeCloseTo(input, 5);
  expect(Number(outputUsdPerMtok)).toBeCloseTo(output, 5);
});

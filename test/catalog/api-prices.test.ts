import { existsSync, readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { parseCsv } from "../../src/base/csv.ts";
import { allApiPrices, apiPricesOn, findApiPrice, readApiPrices } from "../../src/catalog/api-prices.ts";
import { catchFailure } from "../catch-failure.ts";

const SAMPLE = new URL("../../../shared/data/prices/api_prices_sample.csv", import.meta.url);
const HEAD =
  "model,input_usd_per_mtok,output_usd_per_mtok,cached_input_usd_per_mtok,open_weights,valid_from,source,note";

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

  test.skipIf(!existsSync(SAMPLE))("every row of the sample is there (needs ../shared)", () => {
    const { rows } = parseCsv(readFileSync(SAMPLE, "utf8"), "sample");
    expect(rows).toHaveLength(53);
    for (const { fields } of rows) {
      const name = fields["model"]!.replace(/ \(.*\)$/, "");
      expect(findApiPrice(name, fields["as_of"])).toMatchObject({
        inputUsdPerMtok: fields["input_per_mtok"],
        outputUsdPerMtok: fields["output_per_mtok"],
        cachedInputUsdPerMtok: fields["cached_input_per_mtok"] === "" ? null : fields["cached_input_per_mtok"],
        validFrom: fields["as_of"],
      });
    }
  });

  test("a price per token or per thousand million is refused", () => {
    const file = (input: string, output: string): string => `${HEAD}\nx/y,${input},${output},,no,2026-08-21,a list,`;
    const per = (input: string, output: string): string =>
      catchFailure(() => readApiPrices(file(input, output), "api.csv")).message;
    expect(per("0.0000025", "0.00001")).toMatch(/api.csv, line 2: 0.0000025 USD per million tokens cannot be/);
    expect(per("2500", "10000")).toMatch(/2500 USD per million tokens cannot be/);
    expect(per("-1", "2")).toMatch(/line 2: an amount here cannot be negative/);
  });
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
  test("a dated change comes into force on its day", () => {
    expect(findApiPrice("claude-sonnet-5", "2026-08-31").outputUsdPerMtok).toBe("10");
    expect(findApiPrice("claude-sonnet-5", "2026-09-01").outputUsdPerMtok).toBe("15");
    expect(findApiPrice("claude-sonnet-5").outputUsdPerMtok).toBe("15");
  });

  test("before the first known day the first row is given, with its own date", () => {
    expect(findApiPrice("openai/gpt-4o", "2026-05-26").validFrom).toBe("2026-08-21");
    expect(apiPricesOn("2026-05-26")).toEqual([]);
  });

  test("the list of a day has each model once", () => {
    const names = apiPricesOn("2026-11-25").map((price) => price.model);
    expect(new Set(names)).toEqual(new Set(allApiPrices().map((price) => price.model)));
    expect(names).toHaveLength(new Set(names).size);
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { parseMoney } from "../../src/base/money.ts";
import { decodeText } from "../../src/base/read-text.ts";
import { perGpu, PRICE_COLUMNS, priceSku, readPriceFile, writePriceFile } from "../../src/catalog/price-file.ts";
import { GpuPrice, PriceKind, SellerClass, Term } from "../../src/domain/price.ts";
import { catchFailure } from "../catch-failure.ts";

const HEAD = PRICE_COLUMNS.join(",");
const ROW = "lambda,neocloud,us-east-1,gpu_8x,H100-80GB-SXM,8,on-demand,31.92,31.92,2026-09-25,,list,a list,,";
const read = (...lines: string[]) => readPriceFile([HEAD, ...lines].join("\n"), "prices.csv");

test("an instance price is divided by its GPUs exactly", () => {
  expect(perGpu("31.92", 8)).toBe("3.99");
  expect(perGpu("21.957642", 8)).toBe("2.74470525");
  expect(perGpu("10", 3)).toBe("3.333333333333");
  expect(perGpu("20", 3)).toBe("6.666666666667");
});

test("a price per GPU times the GPUs is the instance price again", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000_000 }), fc.constantFrom(1, 2, 4, 8, 16), (tenthsOfMills, gpus) => {
      const usd = (tenthsOfMills / 10_000).toFixed(4);
      expect(parseMoney(perGpu(usd, gpus)) * BigInt(gpus)).toBe(parseMoney(usd));
    }),
  );
});

test("a row is read with all it says", () => {
  const { rows, quarantined } = read(ROW);
  expect(quarantined).toEqual([]);
  expect(rows[0]!.line).toBe(2);
  expect(GpuPrice.parse(rows[0]!.price)).toEqual({
    sku: "lambda/neocloud/us-east-1/gpu_8x/H100-80GB-SXM/8/on-demand",
    gpu: "H100-80GB-SXM",
    seller: "lambda",
    sellerClass: "neocloud",
    instance: "gpu_8x",
    region: "us-east-1",
    term: "on-demand",
    lowUsd: "3.99",
    highUsd: "3.99",
    gpusPerInstance: 8,
    validFrom: "2026-09-25",
    validTo: null,
    kind: "list",
    source: { kind: "catalogue", ref: "a list", asOf: "2026-09-25" },
    note: "",
  });
});

test("a GPU may be named by an alias, and is kept by its id", () => {
  expect(read(ROW.replace("H100-80GB-SXM", "H100-SXM5")).rows[0]!.price).toEqual(read(ROW).rows[0]!.price);
});

const word = fc.stringMatching(/^[a-z][a-z0-9 ,"#._-]{0,12}[a-z0-9]$/);
const anyPrice = fc
  .record({
    gpu: fc.constantFrom("H100-80GB-SXM", "B200"),
    seller: word,
    sellerClass: fc.constantFrom(...SellerClass.options),
    instance: fc.option(word),
    region: fc.option(word),
    term: fc.constantFrom(...Term.options),
    cents: fc.integer({ min: 1, max: 4000 }),
    gpusPerInstance: fc.constantFrom(1, 2, 8),
    validFrom: fc.option(fc.constantFrom("2026-05-26", "2026-10-01")),
    validTo: fc.option(fc.constant("2027-01-01")),
    kind: fc.constantFrom(...PriceKind.options),
    note: fc.oneof(word, fc.constant("")),
    ref: word,
  })
  .map(({ cents, ref, ...rest }): GpuPrice => {
    const usd = perGpu((cents / 100).toFixed(2), 1);
    const asOf = rest.validFrom === null ? {} : { asOf: rest.validFrom };
    const price = { ...rest, lowUsd: usd, highUsd: usd, source: { kind: "catalogue" as const, ref, ...asOf } };
    return { sku: priceSku(price), ...price };
  });

test("what is written is read back the same", () => {
  fc.assert(
    fc.property(fc.array(anyPrice, { maxLength: 8 }), (prices) => {
      const back = readPriceFile(writePriceFile(prices), "prices.csv");
      expect(back.quarantined).toEqual([]);
      const texts = (list: readonly GpuPrice[]): string[] =>
        list.map((price) => JSON.stringify(sorted(price))).toSorted();
      expect(texts(back.rows.map((row) => row.price))).toEqual(texts(prices));
    }),
  );
});

describe("a row that is not a price is quarantined with its line and reason", () => {
  test.each([
    ["no price", ROW.replaceAll("31.92", ""), /which does not mean 0/],
    ["NaN", ROW.replaceAll("31.92", "NaN"), /"NaN" is not a price/],
    ["a negative price", ROW.replaceAll("31.92", "-31.92"), /"-31.92" is not a price/],
    ["a decimal comma", ROW.replaceAll("31.92", '"31,92"'), /"31,92" is not a price/],
    ["no GPUs", ROW.replace(",8,", ",0,"), /"0" is not a number of GPUs/],
    ["half a GPU", ROW.replace(",8,", ",0.5,"), /"0.5" is not a number of GPUs/],
    ["a day that does not exist", ROW.replace("2026-09-25", "2026-02-30"), /"2026-02-30" is not a day/],
    [
      "an unknown term",
      ROW.replace("on-demand", "ondemand"),
      /term "ondemand" is not one of on-demand, spot, reserved/,
    ],
    ["an unknown class", ROW.replace("neocloud", "cloud"), /seller class "cloud" is not one of/],
    [
      "a GPU that does not exist",
      ROW.replace("H100-80GB-SXM", "H1000"),
      /the catalogue has no GPU "H1000".*did you mean "H100"/,
    ],
    ["no source", ROW.replace("a list", ""), /seller, GPU and source are required/],
    ["a reason to withhold it", `${ROW}known wrong`, /^known wrong$/],
  ])("%s", (_what, row, reason) => {
    const { rows, quarantined } = read(ROW, row);
    expect(rows).toHaveLength(1);
    expect(quarantined).toHaveLength(1);
    expect(quarantined[0]!.line).toBe(3);
    expect(quarantined[0]!.reason).toMatch(reason);
  });
});

describe("a file that is not a price file is refused with a sentence", () => {
  test.each([
    ["empty", "", /prices.csv is empty/],
    ["an unknown column", `${HEAD},seler\n`, /line 1: unknown column "seler"/],
    ["a missing column", "seller,gpu\na,b\n", /"seller_class".*missing/],
    ["a column twice", `${HEAD},gpu\n`, /duplicate column "gpu"/],
    ["a truncated row", `${HEAD}\nlambda,neocloud,us\n`, /line 2: the row has 3 fields/],
    ["an open quote", `${HEAD}\n"lambda,neocloud\n`, /a quoted field is not closed/],
    [
      "a million columns",
      `${Array.from({ length: 1_000_000 }, (_x, index) => `c${index}`).join(",")}\n`,
      /(\d+ columns|1 MiB)/,
    ],
  ])("%s", (_what, text, message) => {
    expect(catchFailure(() => readPriceFile(text, "prices.csv")).message).toMatch(message);
  });

  test("an unknown column comes with the near one", () => {
    expect(catchFailure(() => readPriceFile(`${HEAD},seler\n`, "prices.csv")).hint).toMatch(/seller/);
  });

  test.each([
    ["binary", Buffer.from([80, 65, 0, 1, 2]), /is binary/],
    ["UTF-16", Buffer.from(`\ufeff${HEAD}`, "utf16le"), /is UTF-16/],
    ["Latin-1", Buffer.from(`${HEAD}\nZürich,`, "latin1"), /line 2: byte 0xfc is not UTF-8/],
  ])("%s", (_what, bytes, message) => {
    expect(catchFailure(() => readPriceFile(decodeText(bytes, "prices.csv"), "prices.csv")).message).toMatch(message);
  });
});

test("a byte-order mark and CRLF change nothing", () => {
  const text = decodeText(Buffer.from(`\ufeff${HEAD}\r\n${ROW}\r\n`), "prices.csv");
  expect(readPriceFile(text, "prices.csv").rows.map((row) => row.price)).toEqual(
    read(ROW).rows.map((row) => row.price),
  );
});

function sorted(price: GpuPrice): Record<string, unknown> {
  return Object.fromEntries(Object.entries(price).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

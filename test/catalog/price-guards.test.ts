import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { type PricedRow, readPriceFile } from "../../src/catalog/price-file.ts";
import { guardPrices, PRICE_GUARDS } from "../../src/catalog/price-guards.ts";
import { readTsv } from "./read-tsv.ts";

const cases = readTsv("price-guards.tsv");
const HEAD = "seller,seller_class,region,instance,gpu,gpus,term,low_usd_per_hour,high_usd_per_hour,valid_from,source";

function rowsOf(list: readonly Record<string, string>[]): PricedRow[] {
  const lines = list.map((row) =>
    [row["seller"], "neocloud", row["region"], row["instance"], row["gpu"], row["gpus"], row["term"]]
      .concat([row["usd_per_hour"], row["high"] ?? "", "2026-06-01", "a list"])
      .join(","),
  );
  const file = readPriceFile([HEAD, ...lines].join("\n"), "prices.csv");
  expect(file.quarantined).toEqual([]);
  return file.rows;
}

describe("errors that were really made are caught, and true prices in addition to them pass", () => {
  test.each([...new Set(cases.map((row) => row["case"]!))])("%s", (name) => {
    const list = cases.filter((row) => row["case"] === name);
    const { quarantined } = guardPrices(rowsOf(list));
    const broken = list.map((_row, index) => quarantined.find((each) => each.line === index + 2)?.guard ?? "");
    expect(broken).toEqual(list.map((row) => row["breaks"]));
  });

  test("each guard has a case that breaks it", () => {
    const broken = new Set(cases.map((row) => row["breaks"]));
    const withoutCase = PRICE_GUARDS.map(({ id }) => id).filter((id) => !broken.has(id));
    expect(withoutCase).toEqual(["ends-after-it-begins", "low-not-above-high"]); // days and ranges: the tests below
  });
});

test("a range whose low end is above its high end is quarantined", () => {
  const [row] = cases;
  const rows = rowsOf([{ ...row!, usd_per_hour: "3.00", high: "2.00" }]);
  expect(guardPrices(rows).quarantined).toMatchObject([{ guard: "low-not-above-high", line: 2 }]);
});

test("a price that ends before it begins is quarantined", () => {
  const [{ price, line, text }] = rowsOf(cases.slice(0, 1)) as [PricedRow];
  const ending = (validTo: string): PricedRow => ({
    line,
    text,
    price: { ...price, lowUsd: "3", highUsd: "3", validTo },
  });
  expect(guardPrices([ending("2026-05-31")]).quarantined).toMatchObject([{ guard: "ends-after-it-begins", line: 2 }]);
  expect(guardPrices([ending("2026-06-01")]).quarantined).toEqual([]);
});

test("the median of the same GPU counts prices of other lists", () => {
  const known = rowsOf(cases.filter((row) => row["case"] === "peers" && row["breaks"] === "")).map((row) => row.price);
  const dear = rowsOf(cases.filter((row) => row["case"] === "peers" && row["breaks"] !== ""));
  expect(guardPrices(dear).quarantined).toEqual([]);
  expect(guardPrices(dear, known).quarantined).toMatchObject([{ guard: "peers-within-20x" }]);
});

const anyRow = fc.record({
  seller: fc.constantFrom("a", "mithril", "aws"),
  region: fc.constantFrom("eu", "us"),
  instance: fc.constantFrom("one", "two"),
  gpu: fc.constantFrom("B200", "L4"),
  gpus: fc.constantFrom("1", "2", "8"),
  term: fc.constantFrom("on-demand", "spot", "reserved"),
  usd_per_hour: fc.constantFrom("0", "0.01", "0.5", "1", "2.5", "8", "20", "400"),
});

test("every row comes out once, kept or quarantined, and what is kept passes again", () => {
  fc.assert(
    fc.property(fc.array(anyRow, { maxLength: 30 }), (list) => {
      const rows = rowsOf(list);
      const { kept, quarantined } = guardPrices(rows);
      const lines = [...kept.map((row) => row.line), ...quarantined.map((row) => row.line)];
      expect(lines.toSorted((a, b) => a! - b!)).toEqual(rows.map((row) => row.line));
      for (const { price } of kept) expect(Number(price.lowUsd)).toBeGreaterThanOrEqual(0.2);
    }),
  );
});

test("the order of the rows changes nothing", () => {
  fc.assert(
    fc.property(fc.array(anyRow, { maxLength: 20 }), (list) => {
      const rows = rowsOf(list);
      const texts = (each: readonly PricedRow[]): string[] =>
        guardPrices(each)
          .quarantined.map((row) => `${row.line} ${row.guard}`)
          .toSorted();
      expect(texts(rows.toReversed())).toEqual(texts(rows));
    }),
  );
});

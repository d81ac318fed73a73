import { existsSync, readFileSync } from "node:fs";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { parseCsv } from "../../src/base/csv.ts";
import { findGpu } from "../../src/catalog/gpus.ts";
import { perGpu } from "../../src/catalog/price-file.ts";
import { allPrices, gpuHourPrice, pricesOn, pricesWith } from "../../src/catalog/prices.ts";
import { type Estimate, isRefusal } from "../../src/domain/estimate.ts";
import { GpuPrice, SellerClass, Term } from "../../src/domain/price.ts";
import { catchFailure } from "../catch-failure.ts";
import { readTsv } from "./read-tsv.ts";

const SAMPLE = new URL("../../../shared/data/prices/gpu_prices_sample.csv", import.meta.url);
const HEAD =
  "seller,seller_class,region,instance,gpu,gpus,term,low_usd_per_hour,high_usd_per_hour,valid_from,valid_to,source";

/** A book with nothing but these rows: seller, class, gpu, term, price, day. */
function bookOf(...rows: string[]): readonly GpuPrice[] {
  const lines = rows.map((row) => {
    const [seller, cls, gpu, term, usd, from, to = ""] = row.split(" ");
    return `${seller},${cls},,,${gpu},1,${term},${usd},${usd},${from === "undated" ? "" : from},${to},a list`;
  });
  const own = pricesWith([HEAD, ...lines].join("\n")).prices;
  return own.filter((price) => price.source.ref === "a list");
}

function estimateOf(filter: Parameters<typeof gpuHourPrice>[0], prices?: readonly GpuPrice[]): Estimate {
  const { quantity } = gpuHourPrice(filter, prices);
  if (isRefusal(quantity)) throw new Error(quantity.refused);
  return quantity;
}

describe("a single seller", () => {
  const of = { term: "on-demand", sellerClass: "neocloud", on: "2026-05-02" } as const;
  const alone = "one neocloud L4 on-demand 2 2026-05-01";
  const three = ["a 1", "b 2", "c 3"].map((row) => `${row[0]} neocloud H100-80GB-SXM on-demand ${row[2]} 2026-05-01`);

  test("is a range by the spread between the sellers of other GPUs, with its list price in the middle", () => {
    // Quantiles of 1, 2, 3 by hand: 1.2, 2, 2.8, so ×0.6 and ×1.4 of its 2 USD.
    const { p10, p50, p90, basis, n } = estimateOf({ ...of, gpu: "L4" }, bookOf(alone, ...three));
    expect([p10, p50, p90, n]).toEqual([1.2, 2, 2.8, 1]);
    expect(basis).toContain("×0.60 to ×1.40, the median of 1 offer with 3 sellers or more: on-demand, neocloud");
  });

  test("is one price where it is a contract of one's own, or where nothing says how far sellers differ", () => {
    const own = bookOf("me own-contract L4 on-demand 2 2026-05-01", ...three);
    expect(estimateOf({ ...of, sellerClass: "own-contract", gpu: "L4" }, own)).toMatchObject({ p10: 2, p90: 2 });
    expect(estimateOf({ ...of, gpu: "L4" }, bookOf(alone))).toMatchObject({ p10: 2, p90: 2 });
  });

  test("has a width for every GPU and class of the catalogue", () => {
    for (const { gpu, term, sellerClass } of allPrices()) {
      const { quantity } = gpuHourPrice({ gpu, term, sellerClass, on: "2026-11-25" });
      if (!isRefusal(quantity)) expect(quantity.p10).toBeLessThan(quantity.p90);
    }
  });
});

describe("the catalogue's price book", () => {
  test("every row is whole, names a GPU of the catalogue and has a source", () => {
    for (const price of allPrices()) {
      expect(GpuPrice.parse(price)).toEqual(price);
      expect(findGpu(price.gpu).id).toBe(price.gpu);
    }
  });

  test.each(readTsv("article-gpu-prices.tsv"))(
    "holds $low-$high for $gpu, $seller_class, $term ($source)",
    ({ gpu, seller_class, term, low, high }) => {
      const filter = {
        gpu: gpu!,
        sellerClass: SellerClass.parse(seller_class),
        term: Term.parse(term),
        on: "2026-05-15",
      };
      const [row, ...more] = pricesOn(filter);
      expect(more).toEqual([]);
      expect(row).toMatchObject({ lowUsd: low, highUsd: high, validFrom: "2026-05-01", kind: "range" });
      expect(row!.source.ref).toContain("as of May 2026, last updated 2026-05-26");
      const { p10, p50, p90, n } = estimateOf(filter);
      expect([p10, p90, n]).toEqual([Number(low), Number(high), 1]);
      expect(p50).toBeCloseTo(Math.sqrt(Number(low) * Number(high)), 5);
    },
  );

  test("keeps a limited offer unknown, not 0", () => {
    const { quantity } = gpuHourPrice({ gpu: "B200", term: "spot", sellerClass: "neocloud", on: "2026-06-01" });
    expect(quantity).toMatchObject({ refused: expect.stringContaining("no spot price of B200 from a neocloud") });
    expect(pricesWith(undefined).quarantined.filter((row) => /limited/.test(row.reason))).toHaveLength(2);
  });

  test.skipIf(!existsSync(SAMPLE))(
    "holds every price of the sample of dated list prices, per GPU to the last digit (needs ../shared)",
    () => {
      const { rows } = parseCsv(readFileSync(SAMPLE, "utf8"), "sample");
      expect(rows).toHaveLength(102);
      const kept = new Set(allPrices().map((price) => `${price.term} ${price.lowUsd}`));
      const withheld = pricesWith(undefined).quarantined.map((row) => row.text);
      let count = 0;
      for (const { fields } of rows) {
        for (const [column, term] of [
          ["price_per_hour", "on-demand"],
          ["spot_price", "spot"],
        ] as const) {
          const usd = fields[column]!;
          if (usd === "") continue;
          count += 1;
          const isKept = kept.has(`${term} ${perGpu(usd, Number(fields["count"]))}`);
          expect(
            isKept || withheld.some((text) => text.includes(` | ${term} | ${usd} | `)),
            `${fields["provider"]} ${usd}`,
          ).toBe(true);
        }
      }
      const fromArticle = [...allPrices(), ...pricesWith(undefined).quarantined].filter((row) =>
        "seller" in row ? row.seller === "article" : row.text.startsWith("article"),
      );
      const listed = readTsv("gpu-prices-listed.tsv").length;
      expect(count + fromArticle.length + listed).toBe(allPrices().length + pricesWith(undefined).quarantined.length);
    },
  );

  test.each(readTsv("gpu-prices-listed.tsv"))(
    "$gpus × $gpu, $term: $usd an hour at $seller on $day ($source)",
    ({ seller, gpu, gpus, term, usd, day }) => {
      const found = allPrices().filter(
        (price) =>
          price.seller === seller &&
          price.gpu === gpu &&
          price.gpusPerInstance === Number(gpus) &&
          price.term === term &&
          price.validFrom === day,
      );
      expect(found.map((price) => price.lowUsd)).toEqual([perGpu(usd!, Number(gpus))]);
    },
  );

  test.each([
    ["L4", "on-demand", "hyperscaler"],
    ["A10G", "on-demand", "hyperscaler"],
    ["L40S", "on-demand", "neocloud"],
    ["RTX-4090", "on-demand", "neocloud"],
    ["H100-80GB-PCIe", "on-demand", "neocloud"],
    ["H100-80GB-SXM", "reserved", "neocloud"],
    ["H100-80GB-SXM", "endpoint", "neocloud"],
    ["H100-80GB-SXM", "serverless", "neocloud"],
  ] as const)("%s has a price %s from a %s", (gpu, term, sellerClass) => {
    const { quantity, rows } = gpuHourPrice({ gpu, term, sellerClass, on: "2026-11-25" });
    expect(quantity).toMatchObject({ p50: expect.any(Number) });
    expect(rows.every(({ source, validFrom }) => source.ref !== "" && validFrom !== null)).toBe(true);
  });

  test("never uses the floor of an auction, a typed estimate or a price without a seller", () => {
    const sellers = allPrices().map((price) => price.seller);
    expect(sellers).not.toContain("mithril");
    expect(sellers).not.toContain("unnamed");
    expect(pricesWith(undefined).quarantined.every((row) => row.guard === "withheld")).toBe(true);
  });
});

describe("a price is in force from its day until its end or until a later one", () => {
  const book = bookOf(
    "a neocloud B200 on-demand 5 2026-01-10",
    "a neocloud B200 on-demand 6 2026-03-01",
    "b neocloud B200 on-demand 7 2026-02-01 2026-04-01",
    "c neocloud B200 on-demand 9 undated",
  );
  test.each([
    ["2026-01-09", []],
    ["2026-01-10", ["5.00"]],
    ["2026-02-15", ["5.00", "7.00"]],
    ["2026-03-01", ["6.00", "7.00"]],
    ["2026-03-31", ["6.00", "7.00"]],
    ["2026-04-01", ["6.00"]],
  ])("on %s: %j", (on, expected) => {
    expect(pricesOn({ on }, book).map((price) => price.lowUsd)).toEqual(expected);
  });

  const day = fc
    .integer({ min: 0, max: 600 })
    .map((days) => new Date(Date.UTC(2025, 6, 1 + days)).toISOString().slice(0, 10));

  test("on any day each offer has at most one price, and none that begins later, has ended or has no day", () => {
    fc.assert(
      fc.property(day, (on) => {
        const prices = pricesOn({ on });
        expect(new Set(prices.map((price) => price.sku)).size).toBe(prices.length);
        for (const price of prices) {
          expect(price.validFrom !== null && price.validFrom <= on).toBe(true);
          expect(price.validTo === null || on < price.validTo).toBe(true);
        }
      }),
    );
  });

  test("a filter only leaves out", () => {
    fc.assert(
      fc.property(
        day,
        fc.constantFrom("H100-80GB-SXM", "B200", "MI300X"),
        fc.constantFrom(...Term.options),
        (on, gpu, term) => {
          const some = pricesOn({ on, gpu, term });
          const all = pricesOn({ on }).filter((price) => price.gpu === gpu && price.term === term);
          expect(some.map((price) => price.sku).toSorted()).toEqual(all.map((price) => price.sku).toSorted());
        },
      ),
    );
  });

  test("a price of today does not change what was in force yesterday", () => {
    fc.assert(
      fc.property(day, fc.integer({ min: 1, max: 20 }), (on, usd) => {
        const later = bookOf(`z neocloud B200 on-demand ${usd} 2027-06-01`);
        expect(pricesOn({ on }, [...allPrices(), ...later])).toEqual(pricesOn({ on }));
      }),
    );
  });
});

describe("the price of a GPU-hour is a range over sellers", () => {
  const filter = { gpu: "B200", term: "on-demand", sellerClass: "neocloud", on: "2026-06-01" } as const;

  test("each seller counts once, however many regions it lists", () => {
    const rows = [
      "a neocloud B200 on-demand 4 2026-05-01",
      "b neocloud B200 on-demand 5 2026-05-01",
      "c neocloud B200 on-demand 9 2026-05-01",
    ];
    const one = estimateOf(filter, bookOf(...rows));
    const lines = ["eu", "us", "asia"].map((region) => `c,neocloud,${region},,B200,1,on-demand,9,9,2026-05-01,,a list`);
    const many = pricesWith([HEAD, ...lines].join("\n")).prices.filter((price) => price.seller === "c");
    const book = [...bookOf(...rows.slice(0, 2)), ...many];
    expect(estimateOf(filter, book)).toMatchObject({ p10: one.p10, p50: 5, p90: one.p90, n: 5 });
  });

  test("a seller's older price gives way to its newer one, also under another instance name", () => {
    const book = bookOf("a neocloud B200 on-demand 4 2026-01-01");
    const lines = [`a,neocloud,eu,new,B200,1,on-demand,6,6,2026-05-01,,a list`];
    const newer = pricesWith([HEAD, ...lines].join("\n")).prices.filter((price) => price.instance === "new");
    expect(estimateOf(filter, [...book, ...newer])).toMatchObject({ p10: 6, p50: 6, p90: 6 });
  });

  test("three sellers are enough to leave a published range aside, two are not", () => {
    const on = "2026-06-01";
    const range = allPrices().filter((price) => price.kind === "range");
    const two = ["a neocloud B200 on-demand 7 2026-05-30", "b neocloud B200 on-demand 8 2026-05-30"];
    expect(gpuHourPrice({ ...filter, on }, [...range, ...bookOf(...two)]).rows.map((row) => row.seller)).toContain(
      "article",
    );
    const three = [...two, "c neocloud B200 on-demand 9 2026-05-30"];
    expect(gpuHourPrice({ ...filter, on }, [...range, ...bookOf(...three)]).rows.map((row) => row.seller)).toEqual([
      "a",
      "b",
      "c",
    ]);
  });

  test("a published range has one vote, half of it at either end", () => {
    const range = allPrices().filter((price) => price.kind === "range" && price.sellerClass === "neocloud");
    const [low, high] = [4, 6]; // neocloud B200 in article-gpu-prices.tsv
    const one = estimateOf(filter, [...range, ...bookOf("a neocloud B200 on-demand 20 2026-05-30")]);
    expect(one.p50).toBe((high + 20) / 2);
    expect(one.p10).toBeGreaterThanOrEqual(low);
    expect(one.p90).toBe(20);
    expect(one.basis).toContain("a range as one seller");
    const two = ["a neocloud B200 on-demand 20 2026-05-30", "b neocloud B200 on-demand 20 2026-05-30"];
    expect(estimateOf(filter, [...range, ...bookOf(...two)]).p50).toBe(20);
  });

  test("another class, term or form never stands in, and the refusal names what there is", () => {
    const book = bookOf("a hyperscaler B200 on-demand 14 2026-05-01", "b neocloud B200 spot 3 2026-05-01");
    expect(gpuHourPrice(filter, book)).toEqual({
      rows: [],
      quantity: {
        refused: "no on-demand price of B200 from a neocloud on 2026-06-01: the price book has none",
        hint: "in force that day: on-demand from a hyperscaler (--seller-class hyperscaler), spot from a neocloud; or give yours: --usd-per-gpu-hour, gpuUsdPerHour in programme.yaml, or a row of prices.csv",
      },
    });
  });

  test("before the first dated row it is refused, with the day of that row", () => {
    const { quantity } = gpuHourPrice({
      gpu: "H100-80GB-SXM",
      term: "spot",
      sellerClass: "neocloud",
      on: "2026-04-30",
    });
    expect(quantity).toMatchObject({ refused: expect.stringContaining("the first dated one is from 2026-05-01") });
  });

  test("a GPU may be named by an alias; one that does not exist is not found", () => {
    expect(gpuHourPrice({ ...filter, gpu: "H100-SXM5" })).toEqual(gpuHourPrice({ ...filter, gpu: "H100-80GB-SXM" }));
    expect(catchFailure(() => gpuHourPrice({ ...filter, gpu: "H1000" })).kind).toBe("not_found");
  });

  test("a price of over a year ago is not used", () => {
    const book = bookOf("a neocloud B200 on-demand 4 2026-01-01");
    expect(estimateOf({ ...filter, on: "2027-01-01" }, book).p50).toBe(4);
    expect(gpuHourPrice({ ...filter, on: "2027-01-02" }, book).quantity).toMatchObject({
      refused: expect.stringContaining("more than 365 days old"),
    });
  });

  test("its ends are in order and within the prices it rests on", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 39 }), { minLength: 1, maxLength: 12 }), (prices) => {
        const book = bookOf(...prices.map((usd, index) => `s${index} neocloud T4 on-demand ${usd} 2026-05-01`));
        const { p10, p50, p90 } = estimateOf({ ...filter, gpu: "T4" }, book);
        const used = book.map((price) => Number(price.lowUsd));
        expect(Math.min(...used)).toBeLessThanOrEqual(p10);
        expect(p10).toBeLessThanOrEqual(p50);
        expect(p50).toBeLessThanOrEqual(p90);
        expect(p90).toBeLessThanOrEqual(Math.max(...used));
      }),
    );
  });
});

describe("a user's own prices", () => {
  test("stand in addition to the catalogue's and are found by their class", () => {
    const text = `${HEAD}\nacme,own-contract,,,H100-80GB-SXM,8,reserved,16.00,16.00,2026-06-01,,contract 7`;
    const { prices, quarantined } = pricesWith(text);
    expect(quarantined).toEqual([]);
    expect(prices).toHaveLength(allPrices().length + 1);
    expect(
      estimateOf({ gpu: "H100-80GB-SXM", term: "reserved", sellerClass: "own-contract", on: "2026-06-01" }, prices),
    ).toMatchObject({ p10: 2, p50: 2, p90: 2, n: 1, sources: ["contract 7, since 2026-06-01"] });
  });

  test("that break a guard are quarantined, compared with the catalogue's", () => {
    const text = `${HEAD}\nacme,own-contract,,,H100-80GB-SXM,1,reserved,0.02,0.02,2026-06-01,,contract 7`;
    expect(pricesWith(text).quarantined).toMatchObject([{ guard: "gpu-hour-range", line: 2 }]);
  });

  test("replace the catalogue's row of the same offer and day", () => {
    const text = `${HEAD}\nrunpod-secure,neocloud,,,H100-80GB-SXM,1,on-demand,3.70,3.70,2026-11-09,,a quote`;
    const { prices } = pricesWith(text);
    expect(prices).toHaveLength(allPrices().length);
    expect(
      pricesOn({ on: "2026-11-20", gpu: "H100-80GB-SXM" }, prices).find((row) => row.seller === "runpod-secure")
        ?.lowUsd,
    ).toBe("3.70");
  });

  test("in a file that is none are refused", () => {
    expect(catchFailure(() => pricesWith("a,b\n1,2\n")).message).toMatch(/prices.csv, line 1: unknown column "a"/);
  });
});

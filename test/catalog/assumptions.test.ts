import { readdirSync, readFileSync } from "node:fs";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { spread } from "../../src/base/quantile.ts";
import { allAssumptions, assumptionsWith, readAssumptions } from "../../src/catalog/assumptions.ts";
import { Assumption } from "../../src/domain/assumption.ts";
import { catchFailure } from "../catch-failure.ts";
import { readTsv } from "./read-tsv.ts";

const find = assumptionsWith();
const HEAD = "id,label,unit,p10,p50,p90,use,kind,source,as_of,note";

const SOURCE = new URL("../../src/", import.meta.url);
const CODE = readdirSync(SOURCE, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .map((path) => readFileSync(new URL(path, SOURCE), "utf8"))
  .join("\n");

/** Ids that the code puts together from parts. */
const COMPOSED = [
  /^shape\..*\.share$/,
  /^serving\.h100\.output-tokens-per-sec\./,
  /^serving\.relative\./,
  /^maintenance\.(reevaluation|drift|data)\.usd-per-quarter$/,
  /^method\.dpo\.(full|lora)\.multiple-per-pair$/,
  /^envelope\.(lora|full|pretrain)-[\d-]+b/,
];

test.each(allAssumptions())("$id is of use $use: the code reads it, or does not", ({ id, use }) => {
  const isRead = CODE.includes(`"${id}"`) || COMPOSED.some((pattern) => pattern.test(id));
  expect(use).toBe(isRead ? "estimate" : "reference");
});

describe("each figure stands as published or as calculated by hand", () => {
  test.each(readTsv("article-assumptions.tsv"))("$id: $low to $high ($source)", ({ id, low, high }) => {
    const { p10, p90 } = find(id!);
    expect(p10).toBeCloseTo(Number(low), 3);
    expect(p90).toBeCloseTo(Number(high), 3);
  });

  test("the dataset lines sum to the published total at both ends", () => {
    const lines = ["rights", "redaction", "experts", "synthetic", "agreement", "decontamination"].map((line) =>
      find(`dataset.${line}.usd`),
    );
    const total = find("dataset.total-30k.usd");
    expect(lines.reduce((sum, line) => sum + line.p10, 0)).toBe(total.p10);
    expect(lines.reduce((sum, line) => sum + line.p90, 0)).toBe(total.p90);
  });

  test("the maintenance lines sum to the corrected row, not to the headline", () => {
    const lines = ["reevaluation", "drift", "data", "retrain"].map((line) =>
      find(`maintenance.${line}.usd-per-quarter`),
    );
    const sum = (end: "p10" | "p90"): number => lines.reduce((total, line) => total + line[end], 0);
    expect([sum("p10"), sum("p90")]).toEqual([7000, 46000]);
    expect(find("maintenance.headline.usd-per-quarter")).toMatchObject({ p10: 8000, p90: 25000 });
    expect(find("maintenance.parts.usd-per-quarter")).toMatchObject({ p10: 7000, p90: 46000 });
  });

  test("the measured speed-up of LoRA is the quantiles of the published pairs", () => {
    const pairs = [1.43, 1.4, 1.47, 1.39, 1.47, 1.44, 1.44, 1.61, 1.61, 1.55, 1.07, 1.14];
    const { p10, p50, p90 } = spread(pairs);
    const row = find("method.lora.speed-up");
    expect([row.p10, row.p50, row.p90]).toEqual([p10, p50, p90].map((value) => Number(value.toFixed(3))));
  });
});

test("every row is whole, in order and dated or sourced", () => {
  expect(allAssumptions().length).toBeGreaterThan(100);
  for (const row of allAssumptions()) {
    expect(Assumption.parse(row)).toEqual(row);
    expect(row.p10 <= row.p50 && row.p50 <= row.p90, row.id).toBe(true);
    if (row.source.ref.startsWith("YuSMP")) expect(row.source.asOf, row.id).toBe("2026-05-26");
  }
});

test("the middle of a range is its geometric mean", () => {
  expect(find("dataset.rights.usd").p50).toBe(5477);
  expect(find("spend.no-tune-below.usd-per-month").p50).toBe(5000);
});

test("a row that corrects another names one that exists", () => {
  for (const { id, note } of allAssumptions()) {
    for (const [, other] of note.matchAll(/(?:see|corrects) ([a-z0-9][a-z0-9.-]*[a-z0-9])/g)) {
      if (other!.includes(".")) expect(() => find(other!), `${id} names ${other}`).not.toThrow();
    }
  }
});

describe("a user's value replaces the catalogue's", () => {
  test("as one number, which becomes the whole range, with its place as the source", () => {
    expect(assumptionsWith({ "dataset.rights.usd": 9000 })("dataset.rights.usd")).toMatchObject({
      p10: 9000,
      p50: 9000,
      p90: 9000,
      unit: "USD",
      source: { kind: "user", ref: "programme.yaml, assumptions.dataset.rights.usd" },
    });
  });

  test("as a range with a reason", () => {
    const override = { p10: 1, p50: 2, p90: 3, note: "three quotes" };
    expect(assumptionsWith({ "migration.per-year": override })("migration.per-year")).toMatchObject(override);
  });

  test("and touches no other", () => {
    fc.assert(
      fc.property(fc.constantFrom(...allAssumptions()), fc.constantFrom(...allAssumptions()), (changed, other) => {
        const look = assumptionsWith({ [changed.id]: changed.unit === "share" ? 0.5 : 7 });
        if (other.id !== changed.id) expect(look(other.id)).toEqual(other);
        expect(look(changed.id).source.kind).toBe("user");
      }),
    );
  });

  test.each([
    { what: "an unknown id", overrides: { "dataset.right.usd": 1 }, message: /unknown assumption "dataset.right.usd"/ },
    {
      what: "a reversed range",
      overrides: { "leak.share": { p10: 0.5, p50: 0.4, p90: 0.3 } },
      message: /must not decrease/,
    },
    { what: "a negative value", overrides: { "migration.usd": -1 }, message: /-1 USD is below zero/ },
    { what: "per cent for a share", overrides: { "leak.share": 30 }, message: /30 is not a share/ },
    { what: "NaN", overrides: { "migration.usd": Number.NaN }, message: /not a number/ },
  ])("but not $what", ({ overrides, message }) => {
    const failure = catchFailure(() => assumptionsWith(overrides));
    expect(failure.kind).toBe("bad_input");
    expect(failure.message).toMatch(message);
  });

  test("and where it may not, the near name or what to write is said", () => {
    expect(catchFailure(() => assumptionsWith({ "dataset.right.usd": 1 })).hint).toMatch(/dataset.rights.usd/);
    expect(catchFailure(() => assumptionsWith({ "leak.share": 30 })).hint).toMatch(/0.15 for 15 %/);
  });

  test("an id that does not exist is not found, with the near one", () => {
    expect(catchFailure(() => find("leak.shares"))).toMatchObject({
      kind: "not_found",
      hint: 'did you mean "leak.share"?',
    });
  });
});

describe("the file of assumptions", () => {
  test.each([
    ["no number", `${HEAD}\na.b,A,USD,x,,2,estimate,,s,,`, /line 2, p10/],
    ["a reversed range", `${HEAD}\na.b,A,USD,3,,2,estimate,,s,,`, /line 2: p10, p50, p90 must not decrease/],
    [
      "an id twice",
      `${HEAD}\na.b,A,USD,1,,2,estimate,,s,,\na.b,A,USD,1,,2,estimate,,s,,`,
      /line 3: duplicate id "a.b"/,
    ],
    ["no source", `${HEAD}\na.b,A,USD,1,,2,estimate,,,,`, /line 2, source.ref/],
    ["an id that is none", `${HEAD}\nA B,A,USD,1,,2,estimate,,s,,`, /line 2, id/],
  ])("with %s is refused", (_what, text, message) => {
    expect(catchFailure(() => readAssumptions(text, "assumptions.csv")).message).toMatch(message);
  });
});

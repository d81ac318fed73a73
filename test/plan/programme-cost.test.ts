import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { ProgrammeCost } from "../../src/domain/cost.ts";
import { isRefusal } from "../../src/domain/estimate.ts";
import { programmeCost } from "../../src/plan/programme-cost.ts";
import { request } from "./request.ts";

const lineOf = (cost: ProgrammeCost, id: string): ProgrammeCost["lines"][number] =>
  cost.lines.find((line) => line.id === id)!;

describe("totals", () => {
  const cost = programmeCost(request());

  test("the answer keeps its schema", () => {
    expect(ProgrammeCost.safeParse(cost).error).toBeUndefined();
  });

  test("the p90 of the total is less than the sum of the p90s, and the p10 more than the sum of the p10s", () => {
    const known = cost.lines.flatMap((line) => (line.cost === null || line.category === "serving" ? [] : [line.cost]));
    expect(cost.endToEnd.p90).toBeLessThan(known.reduce((sum, { p90 }) => sum + p90, 0) * 0.95);
    expect(cost.endToEnd.p10).toBeGreaterThan(known.reduce((sum, { p10 }) => sum + p10, 0) * 1.05);
  });

  test("the range of the total is wider than that of independent lines, since lines hang together", () => {
    const alone = programmeCost(request({ assumptions: { "cost.activity.correlation": 0 } }));
    const width = ({ endToEnd }: ProgrammeCost): number => endToEnd.p90 - endToEnd.p10;
    expect(width(cost)).toBeGreaterThan(width(alone) * 1.1);
  });

  test("the same seed gives the same answer, another seed one within three per cent", () => {
    expect(programmeCost(request())).toEqual(cost);
    const other = programmeCost({ ...request(), seed: 2 });
    expect(other.endToEnd).not.toEqual(cost.endToEnd);
    for (const end of ["p10", "p50", "p90"] as const) {
      expect(Math.abs(other.endToEnd[end] / cost.endToEnd[end] - 1)).toBeLessThan(0.03);
    }
  });

  test("every line stands in exactly one category and the categories sum to the total where nothing varies", () => {
    const ids = cost.lines.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    // Medians do not add where parts vary; with every assumption pinned only the run's own spread is left.
    const still = programmeCost({ ...request(), assumption: pinned(request().assumption) });
    const parts = still.categories.filter(({ category }) => category !== "serving");
    const sum = parts.reduce((total, { cost: part }) => total + (part?.p50 ?? 0), 0);
    expect(sum / still.endToEnd.p50).toBeCloseTo(1, 2);
  });

  test("serving is in one total only", () => {
    const served = programmeCost(request({ serving: { monthlyUsd: "1000" } }));
    expect(served.endToEnd).toEqual(cost.endToEnd);
    expect(served.withServing.p50).toBeCloseTo(served.endToEnd.p50 + 6_000, 1);
  });
});

/** A lookup in which every assumption stands at its middle. */
function pinned(assumption: (id: string) => ReturnType<ReturnType<typeof request>["assumption"]>) {
  return (id: string): ReturnType<typeof assumption> => {
    const row = assumption(id);
    return { ...row, p10: row.p50, p90: row.p50 };
  };
}

describe("lines", () => {
  test("the article's dataset of 30,000 regulated pairs costs the article's ranges, line by line", () => {
    const cost = programmeCost({ ...request({ data: { plannedRows: 30_000, syntheticRows: 30_000 } }), draws: 10_000 });
    const ends = (id: string): (number | undefined)[] => {
      const { cost: line } = lineOf(cost, `cost.data.${id}`);
      return [line?.p10, line?.p90].map((value) => Math.round((value ?? 0) / 100) * 100);
    };
    expect(ends("rights")).toEqual([2_000, 15_000]);
    expect(ends("redaction")).toEqual([3_000, 8_000]);
    expect(ends("experts")).toEqual([6_000, 25_000]);
    expect(ends("synthetic")).toEqual([1_000, 6_000]);
    expect(ends("agreement")).toEqual([1_000, 4_000]);
    expect(ends("decontamination")).toEqual([1_000, 3_000]);
  });

  test("a dataset of 100,000 pairs lies within the article's 40-180k at its ends", () => {
    const cost = programmeCost(request({ data: { plannedRows: 100_000, syntheticRows: 100_000 } }));
    const sum = (end: "p10" | "p90"): number =>
      cost.lines.filter((line) => line.category === "data").reduce((total, line) => total + (line.cost?.[end] ?? 0), 0);
    expect(sum("p10") / 40_000).toBeCloseTo(1, 1);
    expect(sum("p90") / 180_000).toBeCloseTo(1, 1);
  });

  test("more rows never cost less", () => {
    const total = (plannedRows: number): number =>
      programmeCost({ ...request({ data: { plannedRows, syntheticRows: 0 } }), draws: 200 }).categories[0]!.cost!.p50;
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 400_000 }), (rows) => {
        expect(total(rows * 2)).toBeGreaterThanOrEqual(total(rows));
      }),
      { numRuns: 20 },
    );
  });

  test("annotation costs rows times minutes times rate where the user gives them", () => {
    const cost = programmeCost(
      request({ data: { plannedRows: 14_000, minutesPerRow: 3, annotatorUsdPerHour: "45", annotatedShare: 0.5 } }),
    );
    // 14,000 × 0.5 × 3 / 60 h × 45 USD, by hand
    expect(lineOf(cost, "cost.data.experts").cost!.p50).toBeCloseTo(15_750, -1);
  });

  test("what does not apply is zero with its reason", () => {
    const cost = programmeCost(
      request({
        data: { plannedRows: 1_000, personalData: "none", thirdParty: false, syntheticRows: 0, annotatedShare: 0 },
      }),
    );
    for (const id of ["rights", "redaction", "experts", "synthetic", "agreement", "corpus"]) {
      const line = lineOf(cost, `cost.data.${id}`);
      expect([line.cost?.p90, line.reason]).toEqual([0, expect.stringMatching(/data\./)]);
    }
  });

  test("what is unknown is null with its reason, is named, and is in no total", () => {
    const cost = programmeCost(request());
    const line = lineOf(cost, "cost.compliance.review");
    expect([line.cost, line.reason]).toEqual([null, expect.stringContaining("compliance.reviewUsd")]);
    expect(cost.unknown).toEqual(["cost.compliance.review", "cost.serving.inference"]);
    expect(cost.endToEnd.basis).toContain("without 1 unknown line");
  });

  test("a refused run leaves the training unknown, never zero", () => {
    const refused = { refused: "no calibration cell", hint: "measure a run" };
    const cost = programmeCost(request({}, { gpuHoursPerRun: refused }));
    expect(isRefusal(cost.computeOnly)).toBe(true);
    expect(lineOf(cost, "cost.training.final").cost).toBeNull();
    expect(cost.categories.find(({ category }) => category === "training")!.cost).toBeNull();
    expect(cost.endToEnd.p50).toBeGreaterThan(0);
  });

  test("stated runs are all the runs there are; without them repeats have their own line", () => {
    const stated = programmeCost(request({ training: { runs: 8 } }, { runs: 8 }));
    const sweep = lineOf(stated, "cost.training.sweep").cost!.p50;
    const final = lineOf(stated, "cost.training.final").cost!.p50;
    expect(sweep / final).toBeCloseTo(7, 2);
    expect(lineOf(stated, "cost.training.failed").cost!.p90).toBe(0);
    expect(lineOf(programmeCost(request()), "cost.training.failed").cost!.p50).toBeGreaterThan(0);
  });

  test("a preference pass costs a multiple of the run by its pairs, and is unknown without them", () => {
    const withPairs = programmeCost(
      request({ data: { plannedRows: 10_000, preferencePairs: 10_000 }, training: { preferencePass: "dpo" } }),
    );
    const run = lineOf(withPairs, "cost.training.final").cost!.p50;
    const pass = lineOf(withPairs, "cost.training.preference").cost!.p50;
    expect(pass / run).toBeGreaterThan(1.5);
    expect(pass / run).toBeLessThan(3);
    const without = programmeCost(request({ training: { preferencePass: "dpo" } }));
    expect(lineOf(without, "cost.training.preference").cost).toBeNull();
  });
});

describe("drivers and chains", () => {
  const cost = programmeCost(request());

  test("the tornado is sorted by swing and each bar holds the total at the medians", () => {
    const swings = cost.tornado.map(({ lowUsd, highUsd }) => highUsd - lowUsd);
    expect(swings).toEqual(swings.toSorted((a, b) => b - a));
    expect(cost.tornado.length).toBeGreaterThan(5);
    const middle = cost.lines
      .filter(({ category }) => category !== "serving")
      .reduce((sum, line) => sum + (line.cost?.p50 ?? 0), 0);
    for (const { lowUsd, highUsd } of cost.tornado) {
      expect(lowUsd).toBeLessThan(middle * 1.01);
      expect(highUsd).toBeGreaterThan(middle * 0.99);
    }
  });

  test("every figure's inputs are figures of the answer, down to sources, without a cycle", () => {
    const book = new Map(cost.figures.map((figure) => [figure.id, figure]));
    expect(book.size).toBe(cost.figures.length);
    const depth = (id: string, above: readonly string[]): number => {
      expect(above).not.toContain(id);
      const figure = book.get(id);
      expect(figure, id).toBeDefined();
      return 1 + Math.max(0, ...figure!.inputs.map((input) => depth(input, [...above, id])));
    };
    for (const line of cost.lines) expect(book.has(line.id)).toBe(true);
    expect(depth("total.endToEnd", [])).toBeGreaterThanOrEqual(3);
  });

  test("an override of an assumption moves the line and shows as the user's", () => {
    const over = programmeCost(request({ assumptions: { "dataset.rights.usd": 9_000 } }));
    expect(lineOf(over, "cost.data.rights").cost).toMatchObject({ p10: 9_000, p90: 9_000 });
    expect(over.figures.find(({ id }) => id === "assumption.dataset.rights.usd")!.source.kind).toBe("user");
  });

  test("impossible draws are refused with what is expected", () => {
    expect(() => programmeCost({ ...request(), draws: 5 })).toThrow("from 100 to 1,000,000");
  });
});

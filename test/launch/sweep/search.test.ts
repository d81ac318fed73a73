import { readFileSync } from "node:fs";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { SweepSearch, SweepSpace, type TrialValues } from "../../../src/domain/sweep.ts";
import { fieldImportance } from "../../../src/launch/sweep/importance.ts";
import { axesOf, placeOf, valueAt } from "../../../src/launch/sweep/search/parameter.ts";
import { sobolPoint } from "../../../src/launch/sweep/search/sobol.ts";
import { gridSize, suggestValues, type TriedValues } from "../../../src/launch/sweep/search/suggest.ts";
import { catchFailure } from "../../catch-failure.ts";

const SPACE = SweepSpace.parse({
  learningRate: { min: 1e-5, max: 1e-3, scale: "log" },
  loraRank: { values: [4, 8, 16] },
  schedule: { values: ["constant", "cosine"] },
  sequenceTokens: { min: 128, max: 512, step: 128 },
});

const search = (method: SweepSearch["method"], seed = 1): SweepSearch => SweepSearch.parse({ method, seed });

/** Runs a search over a made-up loss. */
function run(method: SweepSearch["method"], count: number, loss: (values: TrialValues) => number): TriedValues[] {
  const tried: TriedValues[] = [];
  for (let number = 0; number < count; number++) {
    const values = suggestValues({ space: SPACE, search: search(method) }, { tried, number });
    if (values === undefined) break;
    tried.push({ values, score: loss(values) });
  }
  return tried;
}

test("points of the Sobol sequence are those of SciPy", () => {
  const lines = readFileSync(new URL("../../golden/sobol.csv", import.meta.url), "utf8")
    .trim()
    .split("\n")
    .slice(1);
  for (const line of lines) {
    const [index = "", point = ""] = line.split(",");
    expect(sobolPoint(Number(index), { dimensions: 16 }), index).toEqual(point.split(" ").map(Number));
  }
});

describe("a search", () => {
  test("over a grid tries every combination once", () => {
    const space = SweepSpace.parse({ loraRank: { values: [4, 8] }, sequenceTokens: { min: 128, max: 512, step: 128 } });
    const all = Array.from({ length: gridSize(search("grid"), space)! + 1 }, (_, number) =>
      suggestValues({ space, search: search("grid") }, { tried: [], number }),
    );
    expect(new Set(all.slice(0, -1).map((values) => JSON.stringify(values))).size).toBe(8);
    expect(all.at(-1)).toBeUndefined();
  });

  test("over a grid refuses a range without steps", () => {
    const failure = catchFailure(() => gridSize(search("grid"), SPACE));
    expect(failure).toMatchObject({ kind: "bad_input", message: /learningRate/ });
  });

  test("by TPE learns which values are good", () => {
    const loss = ({ learningRate = 0, schedule }: TrialValues): number =>
      Math.abs(Math.log10(Number(learningRate)) + 4) + (schedule === "cosine" ? 0 : 1);
    const late = run("tpe", 60, loss).slice(-20);
    const near = late.filter(({ values }) => values.schedule === "cosine" && loss(values) < 0.3);
    expect(near.length).toBeGreaterThanOrEqual(14);
    const random = run("random", 60, loss).filter(({ score }) => score! < 0.3);
    expect(random.length).toBeLessThan(14);
  });

  test("by TPE keeps away from a trial that runs", () => {
    const tried = run("tpe", 30, ({ learningRate = 0 }) => Math.abs(Math.log10(Number(learningRate)) + 4));
    const next = (others: TriedValues[]): TrialValues =>
      suggestValues({ space: SPACE, search: search("tpe") }, { tried: [...tried, ...others], number: 40 })!;
    const alone = next([]);
    const running = Array.from({ length: 30 }, () => ({ values: alone, score: undefined }));
    expect(next(running)).not.toEqual(alone);
  });

  test.each(["random", "sobol", "tpe"] as const)("by %s gives the same answer for the same past", (method) => {
    const loss = ({ learningRate = 0 }: TrialValues): number => Number(learningRate);
    expect(run(method, 25, loss)).toEqual(run(method, 25, loss));
  });

  test("stays within the space, and its values have a place there", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (place) => {
        for (const axis of axesOf(SPACE)) {
          const value = valueAt(axis, place);
          const back = placeOf(axis, value)!;
          expect(valueAt(axis, back)).toEqual(value);
          if (!("values" in axis.parameter)) {
            expect(value).toBeGreaterThanOrEqual(axis.parameter.min);
            expect(value).toBeLessThanOrEqual(axis.parameter.max);
          }
        }
      }),
    );
  });
});

test("the field that decides is the most important", () => {
  const scored = run("random", 60, ({ learningRate = 0 }) => Math.abs(Math.log10(Number(learningRate)) + 4));
  const [first] = fieldImportance(SPACE, scored as { values: TrialValues; score: number }[]);
  expect(first).toMatchObject({ field: "learningRate" });
  expect(first!.share).toBeGreaterThan(0.5);
});
